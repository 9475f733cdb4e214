"""One class for whatever rooms hand over when the apps are ready: kinds, jobs, notices, facets, panels, menu entries.

A new room registers what it brings and edits no other room. Three promises hold for every registry: a double is
refused, a wrong name is answered with its cure, and a test may put entries in for a block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from operator import attrgetter
from typing import Any, Generic, TypeVar

Entry = TypeVar("Entry")


class AlreadyRegistered(ValueError):
    """A name is taken by another entry."""


class NotRegistered(LookupError):
    """Nobody registered the name that was asked for."""


def _no_words(entry: Any) -> Iterable[str]:
    return ()


def _anything_goes(entry: Any) -> None:
    """Refuse nothing."""


class Registry(Generic[Entry]):
    """Entries by name, in the order in which they were registered.

    Args:
        what: What an entry is called in messages, such as "job".
        cure: What to do about an unknown name, as the second half of a sentence.
        name: Reads the name of an entry.
        words: Reads further words by which people find an entry; no two entries may share one.
        check: Raises `ValueError` for an entry that can't be used.
    """

    def __init__(
        self,
        what: str,
        *,
        cure: str,
        name: Callable[[Entry], str] = attrgetter("name"),
        words: Callable[[Entry], Iterable[str]] = _no_words,
        check: Callable[[Entry], None] = _anything_goes,
    ) -> None:
        self._what, self._cure = what, cure
        self._name, self._words, self._check = name, words, check
        self._entries: dict[str, Entry] = {}

    def register(self, *entries: Entry) -> None:
        """Add entries.

        Raises:
            AlreadyRegistered: If an entry with the same name, or with one of the same words, is registered.
            ValueError: If an entry can't be used.
        """
        for entry in entries:
            self._check(entry)
            self._refuse_doubles(entry)
            self._entries[self._name(entry)] = entry

    def _refuse_doubles(self, entry: Entry) -> None:
        name = self._name(entry)
        if name in self._entries:
            raise AlreadyRegistered(
                f"The {self._what} {name!r} is registered twice; give one of the two another name."
            )
        words = {name, *self._words(entry)}
        for other in self:
            if shared := words & {self._name(other), *self._words(other)}:
                raise AlreadyRegistered(
                    f"The {self._what} {name!r} shares {', '.join(sorted(shared))} with "
                    f"{self._name(other)!r}; leave it to one of the two."
                )

    def get(self, name: str) -> Entry | None:
        """Return the entry called `name`; None if its app is gone or never was."""
        return self._entries.get(name)

    def __getitem__(self, name: str) -> Entry:
        """Return the entry called `name`.

        Raises:
            NotRegistered: If nobody registered it.
        """
        try:
            return self._entries[name]
        except KeyError:
            raise NotRegistered(f"The {self._what} {name!r} is unknown; {self._cure}.") from None

    def called(self, word: str) -> Entry | None:
        """Return the entry with this name or word; None if there is none."""
        return next(
            (one for one in self if word == self._name(one) or word in self._words(one)), None
        )

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries.values()))

    def __len__(self) -> int:
        return len(self._entries)

    @contextmanager
    def override(self, *entries: Entry) -> Iterator[None]:
        """Add `entries` for the block, in the place of those with the same names; for tests."""
        names = {self._name(entry) for entry in entries}
        kept = [entry for entry in self if self._name(entry) not in names]
        with self.holding(*kept, *entries):
            yield

    @contextmanager
    def holding(self, *entries: Entry) -> Iterator[None]:
        """Hold nothing but `entries` for the block; for tests."""
        before, self._entries = self._entries, {}
        try:
            self.register(*entries)
            yield
        finally:
            self._entries = before
