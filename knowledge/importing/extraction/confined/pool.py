"""The trusting side: hands files to confined processes and waits no longer than agreed.

A process is started at the first file, reads many, and is replaced when it dies, takes too long or has read enough.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from knowledge.importing.extraction import limits
from knowledge.importing.extraction.confined import conversion
from knowledge.importing.extraction.confined.confinement import PROJECT_DIR
from knowledge.importing.extraction.confined.worker import (
    BAD_PAGE,
    LENGTH,
    MAX_NAME_BYTES,
    NO_PAGE,
    READY,
    WANTS_PICTURE,
    WANTS_TEXT,
)
from knowledge.importing.extraction.results import Bitmap, Extraction, Reason, UnusableFile

_START_S = 60.0  # a second on an idle machine
# No passwords, no addresses. Django sets the time zone of the site, in which mails say when they were sent.
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TZ")


class ExtractionUnavailable(RuntimeError):
    """Files cannot be read at the moment; this says nothing about any of them."""


class _Worker:
    """One confined process and the socket to it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            environment = {key: os.environ[key] for key in _KEPT_VARIABLES if key in os.environ}
            self._process = subprocess.Popen(  # noqa: S603 - our own module in our own interpreter
                [
                    sys.executable,
                    "-m",
                    "knowledge.importing.extraction.confined.worker",
                    str(theirs.fileno()),
                ],
                cwd=PROJECT_DIR,
                env={**environment, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"},
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the side that waits
            )
        self._socket = ours
        self._files = 0
        self.is_spent = False
        self._await_start()

    def _await_start(self) -> None:
        """Wait until the process is ready, so that its start costs no file its time."""
        self._socket.settimeout(_START_S)
        try:
            is_ready = self._socket.recv(len(READY)) == READY
        except OSError:
            is_ready = False
        if not is_ready:
            self.close()
            raise ExtractionUnavailable("The process that reads files does not start.")

    def read(self, file: IO[bytes], *, name: str, wall_s: float) -> Extraction:
        """Return what the process makes of the file; whatever goes wrong, an extraction with a reason."""
        wanted = WANTS_TEXT + name.encode()[-MAX_NAME_BYTES:]
        try:
            extraction = Extraction.from_json(self._ask(wanted, file, wall_s=wall_s))
        except (OSError, EOFError, ValueError):
            # Killed at a limit, out of time, or an answer that is none.
            self.is_spent = True
            return Extraction(reason=Reason.TOO_COMPLEX)
        if extraction.reason is Reason.TOO_COMPLEX:
            self.is_spent = True
        return extraction

    def draw(self, file: IO[bytes], *, index: int, wall_s: float) -> Bitmap | None:
        """Return the picture of a page of a PDF; None if there is no such page.

        Raises:
            ValueError: If the page cannot be drawn within the limits.
        """
        try:
            answer = self._ask(WANTS_PICTURE + LENGTH.pack(index), file, wall_s=wall_s)
            if answer == NO_PAGE:
                return None
            if answer != BAD_PAGE:
                return Bitmap.from_bytes(answer)
        except (OSError, EOFError, ValueError) as error:
            self.is_spent = True
            raise ValueError("The page was given up.") from error
        raise ValueError("The page is damaged.")

    def _ask(self, wanted: bytes, file: IO[bytes], *, wall_s: float) -> bytes:
        self._files += 1
        self.is_spent = self._files >= limits.FILES_PER_PROCESS
        self._socket.settimeout(wall_s)
        socket.send_fds(self._socket, [wanted], [file.fileno()])
        (size,) = LENGTH.unpack(self._receive(LENGTH.size))
        if size > limits.MAX_REPLY_BYTES:
            raise ValueError("The answer is longer than agreed.")
        return self._receive(size)

    def is_alive(self) -> bool:
        """Tell whether the process is still there."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the process, at once."""
        self._socket.close()
        self._process.kill()
        self._process.wait()

    def _receive(self, size: int) -> bytes:
        received = bytearray()
        while len(received) < size:
            part = self._socket.recv(min(size - len(received), 1 << 20))
            if not part:
                raise EOFError
            received += part
        return bytes(received)


class ExtractionPool:
    """Up to `size` confined processes, started when needed; may be used by several threads."""

    def __init__(self, size: int = 1, *, wall_s: float = limits.MAX_WALL_S) -> None:
        """Prepare the pool; nothing is started yet.

        Args:
            size: How many files are read at the same time.
            wall_s: How long one file may take before it is given up.
        """
        self._wall_s = wall_s
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _place in range(size):
            self._idle.put(None)
        self._size = size

    def extract(self, file: IO[bytes], *, name: str) -> Extraction:
        """Read an open file of the operating system.

        Args:
            file: Open for reading; must have a file descriptor.
            name: What the file is called: its ending is compared with the content.

        Raises:
            ExtractionUnavailable: If no process can be started.
        """
        if os.fstat(file.fileno()).st_size > limits.MAX_FILE_BYTES:
            return Extraction(reason=Reason.TOO_LARGE)
        with self._worker() as worker:
            extraction = worker.read(file, name=name, wall_s=self._wall_s)
        if extraction.reason is Reason.UNSUPPORTED and conversion.is_possible(extraction.format):
            return self._converted(file, extraction.format)
        return extraction

    def _converted(self, file: IO[bytes], kind: str) -> Extraction:
        """Read a file of an old format by way of a new one; its format is then the new one."""
        try:
            with (
                conversion.converted(file, kind) as (copy, name),
                self._worker() as worker,
            ):
                return worker.read(copy, name=name, wall_s=self._wall_s)
        except UnusableFile as problem:
            return Extraction(format=kind, reason=problem.reason)

    def draw(self, file: IO[bytes], *, index: int) -> Bitmap | None:
        """Return the picture of one page of an open PDF or picture file; None if there is no such page.

        Args:
            file: As for `extract`.
            index: Of the page, from 0.

        Raises:
            ValueError: If the page is damaged or cannot be drawn within the limits.
            ExtractionUnavailable: If no process can be started.
        """
        with self._worker() as worker:
            return worker.draw(file, index=index, wall_s=self._wall_s)

    @contextlib.contextmanager
    def _worker(self) -> Iterator[_Worker]:
        worker = self._idle.get()
        try:
            if worker is not None and not worker.is_alive():
                worker.close()  # ended between two files, which is no file's fault
                worker = None
            if worker is None:
                worker = _Worker()
            yield worker
        finally:
            if worker is not None and worker.is_spent:
                worker.close()
                worker = None
            self._idle.put(worker)

    def close(self) -> None:
        """End all processes; the pool can be used again afterwards."""
        for _place in range(self._size):
            worker = self._idle.get()
            if worker is not None:
                worker.close()
            self._idle.put(None)

    def __enter__(self) -> ExtractionPool:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


_shared: dict[int, ExtractionPool] = {}
_shared_lock = threading.Lock()


def shared_pool() -> ExtractionPool:
    """Return this process's own pool of one; a forked child gets its own."""
    with _shared_lock:
        pool = _shared.get(os.getpid())
        if pool is None:
            _shared.clear()
            pool = _shared[os.getpid()] = ExtractionPool()
            atexit.register(_close_at_exit, pool)
        return pool


def _close_at_exit(pool: ExtractionPool) -> None:
    """End the pool's processes as this one ends, even if it is asked to end once more meanwhile.

    The second time an exception would cut this off. A signal without a handler of ours still ends the process at once.
    """
    try:
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
            if callable(signal.getsignal(number)):
                signal.signal(number, signal.SIG_IGN)
    except SystemExit:  # it came before it could be ignored; it is ending as it is
        pass
    pool.close()


def extract_file(path: Path, *, name: str = "") -> Extraction:
    """Read a file on disk in the shared confined process.

    Args:
        path: Where it is.
        name: What it is called, if not as on disk.
    """
    try:
        with path.open("rb") as file:
            return shared_pool().extract(file, name=name or path.name)
    except OSError:
        return Extraction(reason=Reason.UNREADABLE)


def extract_bytes(data: bytes, *, name: str) -> Extraction:
    """Read content that is not on this machine's disk in the shared confined process."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return shared_pool().extract(file, name=name)
