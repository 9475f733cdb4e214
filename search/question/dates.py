"""Read days as people type them into a filter: 2025-03-01, 1.3.2025, 3.2025, 2025-03, 2025, heute, gestern."""

from __future__ import annotations

import datetime as dt
import re

from django.utils import timezone

_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})",
        r"(?P<year>\d{4})-(?P<month>\d{1,2})",
        r"(?P<month>\d{1,2})[./](?P<year>\d{4})",
        r"(?P<year>\d{4})",
    )
)
_NEAR = {"heute": 0, "gestern": 1, "vorgestern": 2}


def read_day(text: str) -> dt.date | None:
    """Return the day meant, for months and years the first; None if `text` is no date."""
    text = text.strip().lower().rstrip(".")
    if text in _NEAR:
        return timezone.localdate() - dt.timedelta(days=_NEAR[text])
    for form in _FORMS:
        if match := form.fullmatch(text):
            parts = match.groupdict(default="1")
            try:
                return dt.date(
                    int(parts["year"]), int(parts.get("month", 1)), int(parts.get("day", 1))
                )
            except ValueError:
                return None
    return None
