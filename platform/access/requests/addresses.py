"""What lies at an address, whoever may see it; content apps say how to find out.

For requests and the audit log only: the answer must never reach the person who named the address.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Resolver = Callable[[str], Any]

_resolvers: list[Resolver] = []


def register_resolver(resolver: Resolver) -> None:
    """Have `resolver` asked what lies at a path such as `/wissen/artikel/`; it returns a page, a file or None."""
    if resolver not in _resolvers:
        _resolvers.append(resolver)


def object_at(path: str) -> Any:
    """Return the page or file at a path of this site; None if there is none."""
    for resolver in _resolvers:
        found = resolver(path)
        if found is not None:
            return found
    return None
