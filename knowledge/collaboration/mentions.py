"""`@Name` in a comment: people and bodies whom the writer may know, and who may see the comment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from access.models import Space
from access.principals import label_of
from access.roles import Action
from access.selectors import responsible_for
from accounts.models import User
from knowledge.tasks.charging import Charged, Names

_AT = re.compile(r"(?<![\w.@])@(?=\w)")
_LONGEST = 120  # characters of a name
MOST = 20  # people and bodies in one comment


@dataclass(frozen=True, slots=True)
class Mentions:
    """Whom a text names.

    Attributes:
        named: People and bodies.
        unclear: What stands after an `@` and is nobody, or several.
    """

    named: list[Charged] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)

    def people(self, space: Space) -> set[User]:
        """Return the people meant: of a body, those who may comment in the space by a role."""
        people = {one for one in self.named if isinstance(one, User)}
        bodies = [one for one in self.named if not isinstance(one, User)]
        if bodies:
            writers = responsible_for(space, Action.READ_DRAFT)
            people |= set(writers.filter(organisation__in=bodies))
        return people


def mentions_in(
    text: str, *, writer: User, space: Space, heard: Callable[[], Iterable[User]]
) -> Mentions:
    """Find whom a text names after `@`; the longest name counts. No query if there is no `@`.

    Args:
        text: What is said.
        writer: Who says it; only people and bodies that this person may know are found.
        space: Where.
        heard: Returns the people whose comments the writer reads there, and so knows, too.
    """
    places = [match.end() for match in _AT.finditer(text)][:MOST]
    mentions = Mentions()
    if not places:
        return mentions
    names = Names.known_to(writer, space).found
    for person in heard():
        for name in {label_of(person), str(person)}:
            names.setdefault(" ".join(name.split()).casefold(), []).append(person)
    for place in places:
        typed = " ".join(text[place : place + _LONGEST].split())
        found = next(_known(typed, names), None)
        if found is not None and len({(type(one), one.pk) for one in names[found]}) == 1:
            mentions.named.append(names[found][0])
        else:
            mentions.unclear.append(typed[: len(found)] if found else typed.partition(" ")[0])
    return mentions


def _known(typed: str, names: Iterable[str]) -> Iterator[str]:
    """Yield the names with which `typed` begins, the longest first; a name ends where a word does."""
    folded = typed.casefold()
    for name in sorted((one for one in names if folded.startswith(one)), key=len, reverse=True):
        if name and not folded[len(name) : len(name) + 1].isalnum():
            yield name
