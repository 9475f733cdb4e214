"""What the reading process, and the program that recognises text, give up before they touch anything.

Three layers, each harmless where it does not apply: limits of the operating system (memory, files, core), a filter
on system calls (Linux: no sockets, no programs), and a hook inside Python (no sockets, programs, writing).

`become` hands the first two on to a program: it may not start a second process or thread either.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn

from knowledge.importing.extraction import limits

_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2
_SIGKILL = 9

# Classic BPF as the kernel reads it: (code, jump if true, jump if false, operand).
_LOAD = 0x20
_JUMP_IF_EQUAL = 0x15
_RETURN = 0x06
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | 1  # the call fails with EPERM
_OFFSET_NUMBER, _OFFSET_ARCHITECTURE = 0, 4

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# socket, socketpair, connect, bind, listen, ptrace, io_uring_setup
_ALWAYS_REFUSED = {
    "x86_64": (41, 53, 42, 49, 50, 101, 425),
    "aarch64": (198, 199, 203, 200, 201, 117, 425),
}
_PROGRAMS = {"x86_64": (59, 322), "aarch64": (221, 281)}  # execve, execveat
_PROCESSES = {"x86_64": (56, 57, 58, 435), "aarch64": (220, 435)}  # clone, fork, vfork, clone3

_FORBIDDEN_EVENTS = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "socket.sendto",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "shutil.",
    "ftplib.",
    "urllib.Request",
    "ctypes.dlopen",
)


def confine() -> None:
    """Give up what reading files does not need; for the rest of this process's life."""
    _limit_resources(limits.MAX_MEMORY_BYTES)
    if sys.platform == "linux":
        _filter_system_calls(_PROGRAMS)
    sys.addaudithook(_refuse)


def become(program: str, arguments: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Replace this process by a program that has no network, writes no file and starts nothing.

    It could still replace itself by another program, which would be bound in the same way.

    Args:
        program: Its path.
        arguments: Without its own name.
        environment: All of it.
    """
    _limit_resources(limits.MAX_RECOGNITION_MEMORY_BYTES)
    _hard_to(resource.RLIMIT_CPU, limits.MAX_PAGE_CPU_S)
    if sys.platform == "linux":
        _filter_system_calls(_PROCESSES)
    os.execve(program, [program, *arguments], dict(environment))  # noqa: S606 - no shell is meant


def allow_more_cpu() -> None:
    """Let the next file have its share of processor time; the kernel ends the process when it is used up."""
    used_s = resource.getrusage(resource.RUSAGE_SELF)
    soft_s = int(used_s.ru_utime + used_s.ru_stime) + limits.MAX_CPU_S + 1
    _hard_to(resource.RLIMIT_CPU, soft_s, keep_hard=True)


def _limit_resources(memory_bytes: int) -> None:
    _hard_to(resource.RLIMIT_CORE, 0)
    _hard_to(resource.RLIMIT_FSIZE, 0)
    _hard_to(resource.RLIMIT_NOFILE, 64)
    if sys.platform == "linux":  # macOS accepts the call and ignores it, or refuses it
        _hard_to(resource.RLIMIT_AS, memory_bytes)


def _hard_to(kind: int, value: int, *, keep_hard: bool = False) -> None:
    _soft, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, hard if keep_hard else value))


def _filter_system_calls(also_refused: Mapping[str, Sequence[int]]) -> None:
    """Install the filter; on an architecture that is not listed the other layers remain."""
    libc = ctypes.CDLL(None, use_errno=True)
    prctl = libc.prctl
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    machine = platform.machine()
    architecture = _ARCHITECTURES.get(machine)
    if architecture is None:
        return
    numbers = (*_ALWAYS_REFUSED[machine], *also_refused[machine])
    program = [(_LOAD, 0, 0, _OFFSET_ARCHITECTURE), (_JUMP_IF_EQUAL, 1, 0, architecture)]
    program += [(_RETURN, 0, 0, _REFUSE), (_LOAD, 0, 0, _OFFSET_NUMBER)]
    for number in numbers:
        program += [(_JUMP_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    program.append((_RETURN, 0, 0, _ALLOW))
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    head = ctypes.create_string_buffer(struct.pack("HP", len(program), ctypes.addressof(buffer)))
    prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(head), 0, 0)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        flags = arguments[2]
        if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise PermissionError("This process writes no files.")
    elif event.startswith(_FORBIDDEN_EVENTS):
        raise PermissionError(f"This process may not do this: {event}.")
