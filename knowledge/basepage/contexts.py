"""What templates of pages get beside the page itself: rooms above register what they add.

The model can't know them: what stands around a page asks for rights, spaces and shares, what a kind adds is the kind's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from web.registry import Registry


@dataclass(frozen=True, slots=True)
class PageContext:
    """Something that pages of all kinds get; `build` asks for the reader's rights."""

    name: str
    build: Callable[[Any, HttpRequest], Mapping[str, Any]]


page_contexts: Registry[PageContext] = Registry(
    "part of a page's context",
    cure="register it with knowledge.basepage.contexts.page_contexts.register",
)
