"""Keep a person's rights for the length of one request, and never longer."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Value = TypeVar("Value")

_cache: ContextVar[dict[Hashable, Any] | None] = ContextVar("access_request_cache", default=None)


@contextmanager
def one_request() -> Iterator[None]:
    """Remember what `remembered` computes until the block ends."""
    token = _cache.set({})
    try:
        yield
    finally:
        _cache.reset(token)


@contextmanager
def same_request() -> Iterator[None]:
    """Remember until the request ends that is going on; if there is none, until the block ends.

    For what asks for a person's rights several times in one go and is also called outside requests.
    """
    if _cache.get() is not None:
        yield
        return
    with one_request():
        yield


def remembered(key: Hashable, compute: Callable[[], Value]) -> Value:
    """Return the value computed before under `key` in this request; outside a request compute it anew."""
    cache = _cache.get()
    if cache is None:
        return compute()
    if key not in cache:
        cache[key] = compute()
    value: Value = cache[key]
    return value


def forget() -> None:
    """Drop what was remembered; every write to rights calls this."""
    cache = _cache.get()
    if cache is not None:
        cache.clear()
