"""Hints of a person, in what the platform holds on this person."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.personal_data import Row, Section, sections
from knowledge.corrections.models import Hint


def _hints(person: User) -> Iterable[Row]:
    # unscoped: what this person wrote, without what it was about
    for hint in Hint.objects.filter(reporter=person).order_by("pk"):
        yield {_("Hint"): hint.text, _("Written at"): hint.created_at, _("Answer"): hint.answer}


def register_section() -> None:
    """Register the section; called once, when the app is ready."""
    sections.register(
        Section(
            "hints",
            gettext_lazy("My hints on pages"),
            collect=_hints,
            remains=gettext_lazy("Hints stay, without the name."),
        )
    )
