"""Whom the text of an item mentions with "@", and whether they may read it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from access.audience import Audience, may_see_audience
from access.rights import can
from access.roles import Action
from accounts.models import User
from knowledge.groups.models import MinutesPage
from knowledge.meetings.agenda import Item
from knowledge.tasks.charging import Charged, Names, NotUnderstood
from knowledge.text import lines_of_html

_MENTION = re.compile(r"(?<![\w@.])@(\w[\w.-]*(?: \w[\w.-]*){0,4})")


def strangers_in(item: Item, page: MinutesPage, names: Names, audience: Audience) -> Iterator[str]:
    """Yield a sentence for each "@…" that means nobody here, or somebody who may not read the item."""
    for said, found in dict(_mentioned(item, names)).items():
        where = {"number": item.number, "name": found or said}
        if found is None:
            yield _("Item %(number)d: “@%(name)s” is nobody here, or several.") % where
        elif not may_read(found, page, audience):
            yield _("Item %(number)d: %(name)s is mentioned and has no access to it.") % where


def may_read(who: Charged, page: MinutesPage, audience: Audience) -> bool:
    """Tell whether somebody reads the minutes and the item; for a body nobody can say, its people differ."""
    return not isinstance(who, User) or (
        can(who, Action.READ, page.space) and may_see_audience(who, audience)
    )


def _mentioned(item: Item, names: Names) -> Iterator[tuple[str, Charged | None]]:
    source = item.text.source if item.has_text else ""
    texts = [line for line, _is_heading in lines_of_html(source)]
    for text in [*texts, *(one.text for one in item.decisions)]:
        for found in _MENTION.finditer(text):
            yield _longest_name(found[1].split(), names)


def _longest_name(words: list[str], names: Names) -> tuple[str, Charged | None]:
    """Return the most words after the "@" that are a name; the first word if none are."""
    for count in range(len(words), 0, -1):
        name = " ".join(words[:count]).rstrip(".-")
        try:
            return name, names.meant_by(name)
        except NotUnderstood:
            continue
    return words[0], None
