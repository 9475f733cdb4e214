"""Sample indicators: two years of a few invented ones that belong to the sample measures.

Name, unit and source say that they are invented, and the values are small whole points of no scale that exists, so that
none can be taken for a real figure.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from django.utils import timezone

from access.models import Space
from knowledge.indicators.models import Indicator
from knowledge.indicators.services import OfYear, keep
from knowledge.measures.models import MeasurePage
from knowledge.seeding.ledger import Ledger
from knowledge.seeding.samples.pages import Facts
from knowledge.seeding.samples.people import rows

SPACE = "massnahmen"
UNIT = "Beispielpunkte"
SOURCE = "Beispiel, frei erfunden"


def load_indicators(ledger: Ledger, facts: Facts) -> None:
    """Load the sample indicators with the values of the last two years."""
    space = Space.objects.filter(slug=SPACE).first()
    for row in rows("indicators.csv"):
        existing = Indicator.objects.filter(key=row["key"], is_sample=True)
        ledger.ensure(f"sample_indicator:{row['key']}", existing, partial(_indicator, space, row))


def _indicator(space: Space | None, row: dict[str, str]) -> Indicator | None:
    measures = MeasurePage.objects.filter(is_sample=True, number=row["measure"])
    if space is None or not measures:
        return None
    facts = {
        "name": row["name"], "nature": row["nature"], "level": row["level"], "unit": UNIT,
        "direction": row["direction"], "source": SOURCE, "area": "", "is_sample": True,
    }  # fmt: skip
    last = timezone.localdate().year - 1
    for year, value, is_break in (
        (last - 1, row["before_last"], False),
        (last, row["last"], bool(row["break"])),
    ):
        number = Decimal(value) if value else None
        note = row["break"] if is_break else "" if value else "Beispiel für eine Lücke"
        indicator = keep(
            space, row["key"], facts, OfYear(year, number, None, is_break, note), actor=None
        )
    indicator.measures.set(measures)
    return indicator
