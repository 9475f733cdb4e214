"""Who acts in the current request, and what is recorded once its answer is sent."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from accounts.models import Circle, Organisation, User
from accounts.network import client_address

logger = logging.getLogger(__name__)

_IPV4_KEPT_BITS, _IPV6_KEPT_BITS = 24, 48  # the network, not the machine in it


@dataclass(slots=True)
class RequestFacts:
    """The request that is being answered, and what is recorded after its answer is sent."""

    request: HttpRequest
    after_answer: list[Callable[[], Any]] = field(default_factory=list)


_facts: ContextVar[RequestFacts | None] = ContextVar("audit_request", default=None)
_actor: ContextVar[User | None] = ContextVar("audit_actor", default=None)


@contextmanager
def answering(facts: RequestFacts) -> Iterator[None]:
    """Record for this request until the block ends."""
    token = _facts.set(facts)
    try:
        yield
    finally:
        _facts.reset(token)


def current_request() -> HttpRequest | None:
    """Return the request that is being answered; None in a command or a task."""
    facts = _facts.get()
    return facts.request if facts else None


@contextmanager
def acting(actor: User | None) -> Iterator[None]:
    """Record changes of watched models as done by `actor` until the block ends; None leaves it to the request."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


def current_actor() -> User | None:
    """Return who acts: named by `acting`, or the person whose request is being answered; None for nobody."""
    named = _actor.get()
    if named is not None:
        return named
    user = getattr(current_request(), "user", None)
    return user if user is not None and user.is_authenticated else None


def acting_as(request: HttpRequest | None) -> User | Organisation | Circle | None:
    """Return as whom the person of the request sees the site (`access.viewing.services`); None if as themselves.

    Ask here before counting, remembering or sending anything: what happens meanwhile is nobody's doing.
    """
    return getattr(request, "acting_as", None)


def after_answer(write: Callable[[], Any]) -> None:
    """Call `write` when the answer is sent, at once outside a request.

    Refusals are recorded this way: writing first would make a hidden page answer later than a missing one.
    """
    facts = _facts.get()
    if facts is None:
        write()
    else:
        facts.after_answer.append(write)


def short_address(request: HttpRequest | None) -> str:
    """Return the network that the request came from: 24 bits of an IPv4, 48 bits of an IPv6 address; or nothing.

    `accounts.network` finds the address.
    """
    if request is None:
        return ""
    try:
        address = ipaddress.ip_address(client_address(request))
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    bits = _IPV4_KEPT_BITS if address.version == 4 else _IPV6_KEPT_BITS
    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False).network_address)
