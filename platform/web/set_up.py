"""Steps of the set-up: rooms register what a new installation still needs from them, and where it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from web.menu import Label
from web.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpStep:
    """One step.

    Attributes:
        name: Unique.
        title: What is to be done.
        text: Why, and who does it.
        order: Its place, the lowest first.
        is_done: Tells whether there is nothing left to do; at most a query.
        url: Returns where it is done; empty if the reader may not do it.
    """

    name: str
    title: Label
    text: Label
    order: int
    is_done: Callable[[], bool]
    url: Callable[[HttpRequest], str]


set_up_steps: Registry[SetUpStep] = Registry(
    "step of the set-up", cure="register it with web.set_up.set_up_steps.register"
)
