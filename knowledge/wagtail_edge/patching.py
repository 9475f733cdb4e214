"""The one way in which a name of Wagtail is replaced: refused at the start if Wagtail has it no more.

A patch that silently hits nothing would open what it closed. All patches are known here, and a test looks at each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, slots=True)
class Patch:
    """One replaced name, with what Wagtail had there; None where it had nothing."""

    owner: Any
    name: str
    original: Any


patches: list[Patch] = []


def replace(owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    """Put what `make` returns for the original in the place of `owner.name`.

    Raises:
        ImproperlyConfigured: If `owner` has no such name: Wagtail was upgraded, and what the patch closed may be open.
    """
    if not hasattr(owner, name):
        raise ImproperlyConfigured(
            f"Wagtail has no {_said(owner)}.{name} any more; find out what took its place."
        )
    original = getattr(owner, name)
    setattr(owner, name, make(original))
    patches.append(Patch(owner, name, original))


def define(owner: Any, name: str, value: Any) -> None:
    """Give `owner` a name that Wagtail asks for and doesn't define.

    Raises:
        ImproperlyConfigured: If Wagtail defines it by now.
    """
    if name in vars(owner):
        raise ImproperlyConfigured(
            f"Wagtail defines {_said(owner)}.{name} itself by now; look at it."
        )
    setattr(owner, name, value)
    patches.append(Patch(owner, name, None))


def _said(owner: Any) -> str:
    return str(
        getattr(owner, "__qualname__", None) or getattr(owner, "__name__", type(owner).__name__)
    )
