"""What a person has to do with the upkeep of pages: what is held on it, and what ends when the person leaves."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.leaving import Part
from accounts.models import User
from accounts.personal_data import Row, Section
from knowledge.basepage.models import KnowledgePage
from knowledge.wiki.models import Upkeep


def _kept(person: User) -> Iterable[Row]:
    visible = KnowledgePage.objects.visible_to(person)
    titles = dict(visible.filter(pk__in=_of(person).values("page")).values_list("pk", "title"))
    for upkeep in _of(person).order_by("pk"):
        yield {
            _("Page"): titles.get(upkeep.page_id, _("not shown to you")),
            _("Who checks it"): _("you") if upkeep.keeper_id == person.pk else "",
            _("Last checked"): upkeep.checked_on if upkeep.checked_by_id == person.pk else None,
        }


# unscoped: titles are asked for the person's rights
def _of(person: User) -> QuerySet[Upkeep]:
    return Upkeep.objects.filter(Q(keeper=person) | Q(checked_by=person))


# unscoped: a number
def _consequences(person: User) -> Iterable[str]:
    count = Upkeep.objects.filter(keeper=person).count()
    if count:
        yield ngettext(
            "%(count)d page that this person checks is checked by the publishers of its space from then on.",
            "%(count)d pages that this person checks are checked by the publishers of their spaces from then on.",
            count,
        ) % {"count": count}


# unscoped: what the person leaves
def _leave(person: User, *, actor: User | None, reason: str) -> None:
    Upkeep.objects.filter(keeper=person).update(keeper=None)


LEAVING = Part("wiki", consequences=_consequences, leave=_leave)
SECTION = Section(
    "upkeep",
    gettext_lazy("Pages that I check"),
    collect=_kept,
    remains=gettext_lazy("That a page was checked stays, without the name."),
)
