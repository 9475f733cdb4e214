"""Tables that a person sent, in what the platform holds on this person."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.personal_data import Row, Section, sections
from knowledge.exchange.models import Run


def _tables(person: User) -> Iterable[Row]:
    # unscoped: what this person sent
    for run in Run.objects.filter(asked_by=person).order_by("pk"):
        yield {_("File"): run.file_name, _("Sent at"): run.asked_at}


def register_section() -> None:
    """Register the section; called once, when the app is ready."""
    sections.register(
        Section(
            "tables",
            gettext_lazy("Tables that I sent"),
            collect=_tables,
            remains=gettext_lazy("They are deleted with the account, at the latest after 30 days."),
        )
    )
