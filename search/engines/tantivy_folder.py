"""The folder of the embedded engine: which index is in use, which one is being filled, who may write.

It holds one subfolder for each index that was built, a file `current` that names the one in use, and during a rebuild a
file `next` that names the one being filled. Files are replaced, never rewritten, so readers need no lock.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from filelock import FileLock, Timeout

from search.engines.base import EngineUnavailable
from search.engines.streams import Fields

LOCK_POLL_S = 0.02
_CURRENT, _NEXT, _JOURNAL = "current", "next", "journal.jsonl"
_INDEX_NAME = re.compile(r"v\d+-(\d+)")


class IndexFolder:
    """The place of a tantivy index on disk.

    Args:
        directory: Made when something is written.
        version: Of the schema; indexes of other versions are not used.
        lock_timeout_s: How long a writer waits for another one.
    """

    def __init__(self, directory: Path, *, version: int, lock_timeout_s: float) -> None:
        self.directory = Path(directory)
        self._version = version
        self._lock_timeout_s = lock_timeout_s

    def current(self) -> Path | None:
        """Return the index in use; None if there is none of this version."""
        name = self._pointed(_CURRENT)
        path = self.directory / name
        usable = name.startswith(f"v{self._version}-") and (path / "meta.json").exists()
        return path if usable else None

    def use(self, index: Path) -> None:
        """Make an index the one in use."""
        self._point(_CURRENT, index.name)

    def new(self) -> Path:
        """Make the subfolder of another index."""
        names = [path.name for path in self.directory.iterdir()]
        numbers = [int(match[1]) for name in names if (match := _INDEX_NAME.fullmatch(name))]
        path = self.directory / f"v{self._version}-{max(numbers, default=0) + 1:06d}"
        path.mkdir()
        return path

    def begin_filling(self) -> Path:
        """Make the subfolder of an index that a rebuild fills, and keep a journal of writes from now on."""
        target = self.new()
        (target / _JOURNAL).touch()
        self._point(_NEXT, target.name)
        return target

    def end_filling(self) -> None:
        """Stop keeping the journal of writes."""
        (self.directory / _NEXT).unlink(missing_ok=True)

    def note(self, analysed: Iterable[Fields], gone: Sequence[str]) -> None:
        """Note a write in the journal, if an index is being filled; the caller holds the lock for writing."""
        if not (name := self._pointed(_NEXT)):
            return
        if not self._is_locked("rebuild"):
            self.end_filling()  # the rebuild was killed
            return
        with (self.directory / name / _JOURNAL).open("a", encoding="utf-8") as lines:
            lines.writelines(json.dumps({"fields": asdict(fields)}) + "\n" for fields in analysed)
            if gone:
                lines.write(json.dumps({"gone": list(gone)}) + "\n")
            lines.flush()
            os.fsync(lines.fileno())

    def noted(self, index: Path) -> Iterator[tuple[list[Fields], list[str]]]:
        """Yield the writes made while an index was filled, in order: (stored, removed)."""
        with (index / _JOURNAL).open(encoding="utf-8") as lines:
            for line in lines:
                entry = json.loads(line)
                stored = [Fields(**entry["fields"])] if "fields" in entry else []
                yield stored, entry.get("gone", [])

    def sweep(self, *, keep: Path) -> None:
        """Remove all other indexes; readers keep their open files until they reload."""
        for path in self.directory.iterdir():
            if _INDEX_NAME.fullmatch(path.name) and path.name != keep.name:
                shutil.rmtree(path, ignore_errors=True)

    def remove(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.directory, ignore_errors=True)

    @contextlib.contextmanager
    def locked(self, purpose: str) -> Iterator[None]:
        """Hold the lock for a purpose, across threads and processes; the system releases a killed process's.

        Raises:
            EngineUnavailable: If another writer holds it for longer than the timeout.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        try:
            held = self._lock(purpose).acquire(timeout=self._lock_timeout_s)
        except Timeout:
            raise EngineUnavailable(
                f"Another process has been writing to {self.directory} for more than "
                f"{self._lock_timeout_s:g} s ({purpose}); the write was not made and can be repeated."
            ) from None
        with held:
            yield

    def _is_locked(self, purpose: str) -> bool:
        try:
            with self._lock(purpose).acquire(blocking=False):
                return False
        except Timeout:
            return True

    def _lock(self, purpose: str) -> FileLock:
        return FileLock(self.directory / f"{purpose}.lock", poll_interval=LOCK_POLL_S)

    def _pointed(self, pointer: str) -> str:
        try:
            return (self.directory / pointer).read_text("utf-8").strip()
        except FileNotFoundError:
            return ""

    def _point(self, pointer: str, name: str) -> None:
        fresh = self.directory / f"{pointer}.new"
        fresh.write_text(name, "utf-8")
        os.replace(fresh, self.directory / pointer)
