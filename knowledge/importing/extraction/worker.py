"""The confined process: takes open files over a socket, answers with what they say.

Started by `pool` as `python -m knowledge.importing.extraction.worker FD`. A request is a message with the file's
name and the open file itself; so this process needs no right to open any path. An answer is four bytes of length
and JSON.
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
import warnings

from knowledge.importing.extraction.confinement import allow_more_cpu, confine
from knowledge.importing.extraction.readers import read
from knowledge.importing.extraction.results import Extraction, Reason

LENGTH = struct.Struct(">I")
READY = b"r"
MAX_NAME_BYTES = 4096
_MAX_NESTING = 2000  # Python frames: some readers recurse once or twice per nested element


def main() -> int:
    """Serve one connection until the other side closes it."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(_MAX_NESTING)
    confine()
    connection.sendall(READY)
    while True:
        request = _receive(connection)
        if request is None:
            return 0
        name, descriptor = request
        allow_more_cpu()
        extraction, is_exhausted = _read(descriptor, name=name)
        answer = extraction.to_json()
        connection.sendall(LENGTH.pack(len(answer)) + answer)
        if is_exhausted:
            return 0  # memory that was short once is fragmented: the pool starts another process
        del extraction, answer
        gc.collect(0)


def _receive(connection: socket.socket) -> tuple[str, int] | None:
    """Return name and descriptor of the next file, or None at the end."""
    descriptors = array.array("i")
    message, ancillary, _flags, _address = connection.recvmsg(
        MAX_NAME_BYTES, socket.CMSG_LEN(descriptors.itemsize)
    )
    for _level, _kind, data in ancillary:
        descriptors.frombytes(data[: descriptors.itemsize])
    if not message or not descriptors:
        return None
    return message.decode("utf-8", "replace"), descriptors[0]


def _read(descriptor: int, *, name: str) -> tuple[Extraction, bool]:
    """Return what the file says, and whether this process should end after it."""
    try:
        size = os.fstat(descriptor).st_size
        if size == 0:
            return Extraction(reason=Reason.EMPTY), False
        with mmap.mmap(descriptor, size, access=mmap.ACCESS_READ) as view:
            return read(view[:], name=name), False
    except (MemoryError, RecursionError):
        return Extraction(reason=Reason.TOO_COMPLEX), True
    except Exception:  # noqa: BLE001 - whatever a library makes of a damaged file, the answer is the same
        return Extraction(reason=Reason.BROKEN), False
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    raise SystemExit(main())
