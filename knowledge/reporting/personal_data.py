"""Answers of a person, in what the platform holds on this person."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.personal_data import Row, Section, sections
from knowledge.reporting.models import TEXTS, Answer


def _answers(person: User) -> Iterable[Row]:
    # unscoped: what this person wrote, without what it was about
    for answer in Answer.objects.filter(author=person).order_by("pk"):
        yield {
            _("Answer"): "\n".join(filter(None, (getattr(answer, name) for name in TEXTS))),
            _("Written at"): answer.saved_at,
        }


def register_section() -> None:
    """Register the section; called once, when the app is ready."""
    sections.register(
        Section(
            "news",
            gettext_lazy("My answers to requests for news"),
            collect=_answers,
            remains=gettext_lazy("Answers stay with the organisation, without the name."),
        )
    )
