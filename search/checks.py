"""Odd settings of the search found at the start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

MAX_COUNT_MONTHS = 60
MIN_COUNT_PEOPLE, MAX_COUNT_PEOPLE = 2, 8
"""One person's words would be hers; more than half of the marks are seldom all set."""


@register()
def check_counting(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Counting must not show what one person searched for, nor keep it for ever."""
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
