"""Find odd settings of the search at the start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils import translation

from search.facets import fold_text
from search.registry import kinds

MAX_COUNT_MONTHS = 60
MIN_COUNT_PEOPLE, MAX_COUNT_PEOPLE = 2, 8
"""A count of one would show one person's words; more than half of the marks are seldom all set."""


@register()
def check_counting(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse counting that shows what one person searched for, or keeps it for ever."""
    found: list[CheckMessage] = []
    if not 0 <= settings.SEARCH_COUNT_MONTHS <= MAX_COUNT_MONTHS:
        found.append(
            Error(
                f"STADTWISSEN_SEARCH_COUNT_MONTHS={settings.SEARCH_COUNT_MONTHS} is out of bounds.",
                hint=f"Use 0 (count nothing) to {MAX_COUNT_MONTHS}.",
                id="search.E001",
            )
        )
    if not MIN_COUNT_PEOPLE <= settings.SEARCH_COUNT_PEOPLE <= MAX_COUNT_PEOPLE:
        found.append(
            Error(
                f"STADTWISSEN_SEARCH_COUNT_PEOPLE={settings.SEARCH_COUNT_PEOPLE} is out of bounds.",
                hint=f"Use {MIN_COUNT_PEOPLE} to {MAX_COUNT_PEOPLE}.",
                id="search.E002",
            )
        )
    return found


@register()
def check_names_of_kinds(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse words after `typ:` that mean two kinds; labels are known only once translations are loaded."""
    found: list[CheckMessage] = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found += _kinds_called_alike(language)
    return found


def _kinds_called_alike(language: str) -> list[CheckMessage]:
    taken: dict[str, str] = {}
    found: list[CheckMessage] = []
    for kind in kinds:
        for word in {fold_text(str(name)) for name in (kind.value, kind.label, *kind.aliases)}:
            other = taken.setdefault(word, kind.value)
            if other != kind.value:
                found.append(
                    Error(
                        f"The kinds {other!r} and {kind.value!r} are both called {word!r} ({language}).",
                        hint="Give one of them another label, or leave the alias to the other.",
                        id="search.E003",
                    )
                )
    return found
