"""Say the lines of an exit in words, for whoever reads them: names that they may not know appear as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.models import Space
from access.rights import can, spaces_where
from access.roles import Action, Role
from accounts.models import Circle, Organisation, User
from knowledge.basepage.models import KnowledgePage
from knowledge.partners.plan import Line

HEADINGS: dict[str, Any] = {
    "account": gettext_lazy("Accounts that are closed"),
    "circle": gettext_lazy("Memberships that end"),
    "role": gettext_lazy("Roles of the organisation and its people that are taken"),
    "share": gettext_lazy("Shares with the organisation and its people that end"),
    "others_role": gettext_lazy("Roles of others on its internal spaces that are taken"),
    "others_share": gettext_lazy("Shares of its pages with others that end"),
    "pages": gettext_lazy("Pages that are handed over"),
    "space_shut": gettext_lazy("Internal spaces that stay shut"),
    "space_opened": gettext_lazy("Internal spaces that go to the curators"),
    "without_steward": gettext_lazy("Spaces for which nobody is responsible then"),
    "confidential": gettext_lazy(
        "Confidential pages, which no export contains: hand them over by yourself"
    ),
    "contact": gettext_lazy("Contacts of the organisation to look through"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of one kind.

    Attributes:
        kind: The kind.
        heading: What they are.
        total: How many there are; for pages, how many pages.
        sentences: Each line in words.
    """

    kind: str
    heading: str
    total: int
    sentences: Sequence[str]


class Names:
    """Names of people, organisations, circles, spaces and pages, each kind looked up at once."""

    def __init__(self, lines: Iterable[Line], reader: User | None) -> None:
        lines = list(lines)
        # Asked once: outside a request nothing remembers it.
        keeps_names = (
            reader is None or can(reader, Action.OPERATE) or can(reader, Action.PROTECT_DATA)
        )
        self._knows_all_spaces = keeps_names
        self._readable = spaces_where(reader, Action.READ) if reader is not None else frozenset()
        self._people = self._of(User.objects.all(), lines, "user")
        self._organisations = self._of(Organisation.objects.all(), lines, "organisation")
        self._circles: Mapping[int, Any] = Circle.objects.in_bulk(
            [
                *(line.circle for line in lines if line.circle),
                *self._numbers(lines, "circle"),
            ]
        )
        self._spaces = Space.objects.in_bulk({line.space for line in lines if line.space})
        pages = KnowledgePage.objects.filter(pk__in={line.page for line in lines if line.page})
        visible = pages.visible_to(reader) if reader is not None else pages
        self._pages = dict(visible.values_list("pk", "title"))

    @staticmethod
    def _numbers(lines: Iterable[Line], model: str) -> set[int]:
        whos = (line.who.partition(":") for line in lines)
        return {int(pk) for name, _colon, pk in whos if name == model}

    def _of(self, queryset: Any, lines: Iterable[Line], model: str) -> Mapping[int, Any]:
        found: Mapping[int, Any] = queryset.in_bulk(self._numbers(lines, model))
        return found

    def who(self, key: str) -> str:
        """Return the name of a principal."""
        model, _colon, pk = key.partition(":")
        known = {"user": self._people, "organisation": self._organisations, "circle": self._circles}
        number = int(pk) if pk.isdecimal() else 0
        named = known.get(model, {}).get(number)
        return str(named) if named is not None else _("no. %(number)s") % {"number": number}

    def circle(self, number: int) -> str:
        """Return the name of a circle."""
        return str(self._circles.get(number) or _("no. %(number)s") % {"number": number})

    def space(self, number: int) -> str:
        """Return the title of a space to its stewards and to those who read the log, its number to others."""
        space = self._spaces.get(number)
        is_known = self._knows_all_spaces or number in self._readable
        if space is not None and is_known:
            return str(space.title)
        return _("Space no. %(number)s") % {"number": number}

    def page(self, number: int) -> str:
        """Return number and title of a page, the title only to whoever may read it."""
        title = self._pages.get(number, "")
        return _("page no. %(number)s") % {"number": number} + (f" „{title}“" if title else "")


def parts_for(lines: Sequence[Line], reader: User | None) -> list[Part]:
    """Return the lines by kind, in words; a constant number of queries.

    Args:
        lines: As `plan.lines_of_exit` made them.
        reader: Who reads them; None for whoever runs a command on the server.
    """
    names = Names(lines, reader)
    parts = []
    for kind, heading in HEADINGS.items():
        own = [line for line in lines if line.kind == kind]
        if own:
            total = sum(line.count for line in own) if kind == "pages" else len(own)
            sentences = [_sentence(line, names) for line in own]
            parts.append(Part(kind, str(heading), total, sentences))
    return parts


def _sentence(line: Line, names: Names) -> str:
    match line.kind:
        case "account":
            return names.who(line.who)
        case "circle":
            return f"{names.who(line.who)}: {names.circle(line.circle)}"
        case "role" | "others_role":
            role = str(Role[line.role.upper()].label)
            return f"{names.who(line.who)}: {role}, {names.space(line.space)}"
        case "share" | "others_share":
            return f"{names.who(line.who)}: {names.page(line.page)}"
        case "pages":
            return f"{names.space(line.space)}: {line.count}"
        case "confidential" | "contact":
            return names.page(line.page)
    return names.space(line.space)
