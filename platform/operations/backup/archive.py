"""The file of a backup: a tar stream of parts, the last of which is a manifest, encrypted with age on request.

Parts come in the order in which they are read again; nothing is held in memory but one part of a table (8 MB) or one
block of a file. A backup without its manifest is one that broke off.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import tarfile
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

import pyrage

FORMAT = 1
MANIFEST = "manifest.json"
AGE_HEAD = b"age-encryption.org/"
BLOCK = 1 << 20  # bytes


class UnreadableBackup(Exception):
    """The file is no complete backup of this format, or the key doesn't open it; the text says which."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part as the manifest knows it: name, size in bytes, SHA-256 in hexadecimal digits."""

    name: str
    size: int
    sha256: str


class Writer:
    """Write parts, then the manifest; used with `with`, so that a write that broke off never looks complete."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - `__exit__` ends it
        self.parts: list[Part] = []

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *error: Any) -> None:
        with contextlib.suppress(OSError):  # the one that ended the block is told
            self._tar.__exit__(*error)

    def add_bytes(self, name: str, content: bytes) -> Part:
        """Add a part from memory."""
        return self.add_stream(name, io.BytesIO(content), len(content))

    def add_stream(self, name: str, stream: IO[bytes], size: int) -> Part:
        """Add a part of exactly `size` bytes from a stream."""
        head = tarfile.TarInfo(name)
        head.size, head.mode = size, 0o600
        read = _Hashing(stream)
        self._tar.addfile(head, read)
        part = Part(name, size, read.digest.hexdigest())
        self.parts.append(part)
        return part

    def add_manifest(self, manifest: dict[str, Any]) -> None:
        """Add the last part, which lists all others and holds its own SHA-256."""
        parts = [[part.name, part.size, part.sha256] for part in self.parts]
        whole = {"format": FORMAT, **manifest, "parts": parts}
        text = json.dumps(whole | {"sha256": manifest_digest(whole)}, ensure_ascii=False)
        self.add_bytes(MANIFEST, text.encode())


class _Hashing(io.RawIOBase):
    """Hash what is read through it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        content = self._stream.read(size)
        self.digest.update(content)
        return content


def read_parts(
    file: Path, identities: Sequence[str]
) -> Generator[tuple[str, IO[bytes]], None, None]:
    """Yield name and content of each part, the manifest included; each must be read before the next.

    Raises:
        UnreadableBackup: If the file can't be opened with these keys.
        tarfile.TarError: If it is no backup or cut off; `check` finds that before anything is written.
    """
    with _decrypted(file, identities) as stream:
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            for member in tar:
                content = tar.extractfile(member)
                if content is None:
                    raise UnreadableBackup(f"{file} holds something that is no part of a backup.")
                yield member.name, content
        while stream.read(BLOCK):  # age vouches for the end only to who reads it
            pass


def check(file: Path, identities: Sequence[str]) -> dict[str, Any]:
    """Read the whole backup, compare each part with the manifest, and return the manifest.

    Raises:
        UnreadableBackup: If a part is missing, altered, added, or the file can't be read.
    """
    try:
        found, manifest = _read_all(file, identities)
    except (tarfile.TarError, EOFError) as error:
        raise UnreadableBackup(f"{file} is no backup, or it is cut off ({error}).") from error
    expected = [Part(*values) for values in manifest["parts"]]
    for here, there in zip(found, expected, strict=False):
        if here != there:
            raise UnreadableBackup(
                f"{file} was altered or damaged: {there.name} is not what the manifest says."
            )
    if len(found) != len(expected):
        raise UnreadableBackup(
            f"{file} was altered: it has {len(found)} parts, the manifest {len(expected)}."
        )
    return manifest


def _read_all(file: Path, identities: Sequence[str]) -> tuple[list[Part], dict[str, Any]]:
    found: list[Part] = []
    manifest: dict[str, Any] | None = None
    with contextlib.closing(read_parts(file, identities)) as parts:
        for name, content in parts:
            if manifest is not None:
                raise UnreadableBackup(f"{file} goes on after its manifest: it was altered.")
            if name == MANIFEST:
                manifest = _manifest(file, content.read())
            else:
                found.append(_part_of(name, content))
    if manifest is None:
        raise UnreadableBackup(f"{file} is cut off: its manifest is missing.")
    return found, manifest


def _manifest(file: Path, text: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(text)
        number = manifest["format"]
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableBackup(
            f"{file} was altered or damaged: its manifest can't be read."
        ) from error
    if number != FORMAT:
        raise UnreadableBackup(f"{file} has format {number}; this version reads format {FORMAT}.")
    if manifest.get("sha256") != manifest_digest(manifest):
        raise UnreadableBackup(f"{file} was altered or damaged: its manifest is not as it was.")
    read: dict[str, Any] = manifest
    return read


def manifest_digest(manifest: dict[str, Any]) -> str:
    """Return the SHA-256 of a manifest without its own, in hexadecimal digits."""
    others = {name: value for name, value in manifest.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(others, sort_keys=True).encode()).hexdigest()


def _part_of(name: str, content: IO[bytes]) -> Part:
    digest, size = hashlib.sha256(), 0
    while block := content.read(BLOCK):
        digest.update(block)
        size += len(block)
    return Part(name, size, digest.hexdigest())


@contextlib.contextmanager
def encrypted(target: IO[bytes], recipients: Sequence[str]) -> Iterator[IO[bytes]]:
    """Yield a stream that ends up in `target`: encrypted with age for `recipients`, as it is if there are none.

    Raises:
        ValueError: If a recipient is no age key.
    """
    if not recipients:
        yield target
        return
    keys = [_recipient(text) for text in recipients]
    with _piped(lambda reader: pyrage.encrypt_io(reader, target, keys), "wb") as stream:
        yield stream


@contextlib.contextmanager
def _decrypted(file: Path, identities: Sequence[str]) -> Iterator[IO[bytes]]:
    with file.open("rb") as source:
        is_encrypted = source.read(len(AGE_HEAD)) == AGE_HEAD
        source.seek(0)
        if not is_encrypted:
            yield source
            return
        if not identities:
            raise UnreadableBackup(f"{file} is encrypted; name the key file with --identity.")
        keys = [_identity(text) for text in identities]
        try:
            with _piped(lambda target: pyrage.decrypt_io(source, target, keys), "rb") as stream:
                yield stream
        except (pyrage.DecryptError, OSError) as error:
            raise UnreadableBackup(
                f"{file} can't be decrypted: the key is another one, or the file was altered or cut off ({error})."
            ) from error


def _recipient(text: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise ValueError(
            f"{text!r} is no age recipient; it begins with age1 (age-keygen prints it)."
        ) from error


def _identity(text: str) -> Any:
    try:
        return pyrage.x25519.Identity.from_str(text.strip())
    except pyrage.IdentityError as error:
        raise UnreadableBackup(
            "The key file holds no age key; its line begins with AGE-SECRET-KEY-."
        ) from error


@contextlib.contextmanager
def _piped(work: Callable[[IO[bytes]], None], mode: Literal["rb", "wb"]) -> Iterator[IO[bytes]]:
    """Yield one end of a pipe; `work` gets the other one, in a thread of its own.

    What fails there is raised here: age asks for a stream to read and one to write, and so does tar.
    """
    read, write = os.pipe()
    ours, theirs = (read, write) if mode == "rb" else (write, read)
    failed: list[Exception] = []

    def run() -> None:
        try:
            with os.fdopen(theirs, "wb" if mode == "rb" else "rb") as end:
                work(end)
        except Exception as error:  # noqa: BLE001 - raised again in the thread that waits
            failed.append(error)

    thread = threading.Thread(target=run, name="backup-pipe")
    thread.start()
    try:
        with os.fdopen(ours, mode) as end:
            yield end
    except Exception:
        thread.join()
        if failed:
            raise failed[0] from None
        raise
    finally:
        thread.join()
    if failed:
        raise failed[0]
