"""What acts in a person's name besides sessions, such as access keys; setting a password can end them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import User
from web.registry import Registry


@dataclass(frozen=True, slots=True)
class Credentials:
    """One sort of credential.

    Attributes:
        name: Unique.
        count: Returns how many usable ones a person has.
        end: Ends them, each with its line in the log.
    """

    name: str
    count: Callable[[User], int]
    end: Callable[[User], int]


credentials: Registry[Credentials] = Registry(
    "sort of credentials", cure="register it with accounts.credentials.credentials.register"
)


def count_credentials(person: User) -> int:
    """Return how many usable credentials `person` has, of all sorts."""
    return sum(one.count(person) for one in credentials)


def end_credentials(person: User) -> int:
    """End all credentials of a person; the caller holds the transaction."""
    return sum(one.end(person) for one in credentials)
