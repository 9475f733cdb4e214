"""The confined process: takes open files over a socket, answers with what they say.

Started by `pool` as `python -m …extraction.confined.worker FD`. A request is a message of one byte, what is
wanted, and either the file's name (its text) or a number (the picture of that page), with the open file itself; so
this process needs no right to open any path. An answer is four bytes of length and JSON or a picture; that of a page
that is not there has no byte, that of one that cannot be drawn has one.
"""

from __future__ import annotations

import array
import gc
import logging
import mmap
import os
import socket
import struct
import sys
import time
import warnings

from knowledge.importing.extraction.confined.confinement import allow_more_cpu, confine
from knowledge.importing.extraction.pictures import draw_page
from knowledge.importing.extraction.readers import read
from knowledge.importing.extraction.results import Extraction, Reason, UnusableFile

LENGTH = struct.Struct(">I")
WANTS_TEXT, WANTS_PICTURE = b"t", b"p"
NO_PAGE, BAD_PAGE = b"", b"x"
READY = b"r"
MAX_NAME_BYTES = 4096
_MAX_NESTING = 2000  # Python frames: some readers recurse once or twice per nested element


def main() -> int:
    """Serve one connection until the other side closes it."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(_MAX_NESTING)
    time.tzset()  # or each time would read the zone's file anew
    confine()
    connection.sendall(READY)
    while True:
        request = _receive(connection)
        if request is None:
            return 0
        wanted, descriptor = request
        allow_more_cpu()
        if wanted[:1] == WANTS_PICTURE:
            answer, is_exhausted = _draw(descriptor, index=LENGTH.unpack(wanted[1:])[0])
        else:
            answer, is_exhausted = _read(descriptor, name=wanted[1:].decode("utf-8", "replace"))
        connection.sendall(LENGTH.pack(len(answer)) + answer)
        if is_exhausted:
            return 0  # memory that was short once is fragmented: the pool starts another process
        del answer
        gc.collect(0)


def _receive(connection: socket.socket) -> tuple[bytes, int] | None:
    """Return what is wanted and the descriptor of the next file, or None at the end."""
    descriptors = array.array("i")
    message, ancillary, _flags, _address = connection.recvmsg(
        1 + MAX_NAME_BYTES, socket.CMSG_LEN(descriptors.itemsize)
    )
    for _level, _kind, data in ancillary:
        descriptors.frombytes(data[: descriptors.itemsize])
    if not message or not descriptors:
        return None
    return message, descriptors[0]


def _read(descriptor: int, *, name: str) -> tuple[bytes, bool]:
    """Return what the file says as JSON, and whether this process should end after it."""
    try:
        data = _content(descriptor)
        extraction = read(data, name=name) if data else Extraction(reason=Reason.EMPTY)
        return extraction.to_json(), False
    except (MemoryError, RecursionError):
        return Extraction(reason=Reason.TOO_COMPLEX).to_json(), True
    except Exception:  # noqa: BLE001 - whatever a library makes of a damaged file, the answer is the same
        return Extraction(reason=Reason.BROKEN).to_json(), False


def _draw(descriptor: int, *, index: int) -> tuple[bytes, bool]:
    """Return a page's picture, and whether this process should end after it."""
    try:
        picture = draw_page(_content(descriptor), index)
        return (picture.to_bytes() if picture else NO_PAGE), False
    except UnusableFile:
        return BAD_PAGE, False
    except MemoryError:
        return BAD_PAGE, True
    except Exception:  # noqa: BLE001 - as above
        return BAD_PAGE, False


def _content(descriptor: int) -> bytes:
    """Return all of an open file and close it."""
    try:
        size = os.fstat(descriptor).st_size
        if size == 0:
            return b""
        with mmap.mmap(descriptor, size, access=mmap.ACCESS_READ) as view:
            return view[:]
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    raise SystemExit(main())
