"""What the search keeps for a person: saved searches, which are in the download and forgotten when they leave."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import leaving, personal_data
from accounts.models import User
from search.saved.selectors import searches_of
from search.saved.services import forget_searches


def _collect(person: User) -> Iterable[personal_data.Row]:
    """Yield the saved searches, not their matches, which follow from the person's rights."""
    for saved in searches_of(person):
        yield {
            _("Name"): saved.name,
            _("Web address"): saved.request.address(),
            _("Tell me of new matches"): saved.get_tell_display(),
            _("Made on"): saved.created_at,
        }


def _consequences(person: User) -> Iterable[str]:
    count = searches_of(person).count()
    if count:
        yield ngettext(
            "%(count)d saved search is deleted.", "%(count)d saved searches are deleted.", count
        ) % {"count": count}


def _leave(person: User, *, actor: User | None, reason: str) -> None:
    forget_searches(person)


def _erase(person: User) -> None:
    forget_searches(person)


def register_all() -> None:
    """Register the section and the part; called once, when the app is ready."""
    personal_data.sections.register(
        personal_data.Section(
            "saved_searches",
            gettext_lazy("My saved searches"),
            collect=_collect,
            erase=_erase,
        )
    )
    leaving.parts.register(leaving.Part("search", consequences=_consequences, leave=_leave))
