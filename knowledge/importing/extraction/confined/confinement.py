"""What the reading process, and the program that recognises text, give up before they touch anything.

Three layers, each harmless where it does not apply: limits of the operating system (memory, files, core), a filter
on system calls (Linux: no sockets, no programs), and a hook inside Python (no sockets, programs, writing).

`become_recogniser` and `become_converter` hand the first two on to a program, which may not start a second process
either. LibreOffice writes, so it is also shut into a folder (Landlock, where the kernel has it).
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from knowledge.importing.extraction import limits

PROJECT_DIR = Path(__file__).resolve().parents[4]  # where child processes find our modules
_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2
_SIGKILL = 9

# Classic BPF as the kernel reads it: (code, jump if true, jump if false, operand).
_LOAD = 0x20
_JUMP_IF_EQUAL = 0x15
_JUMP_IF_SET = 0x45
_RETURN = 0x06
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | 1  # the call fails with EPERM
_UNKNOWN = 0x00050000 | 38  # the call fails with ENOSYS: callers try an older one
_OFFSET_NUMBER, _OFFSET_ARCHITECTURE, _OFFSET_ARGUMENT = 0, 4, 16

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# socket, socketpair, connect, bind, listen, ptrace, io_uring_setup
_ALWAYS_REFUSED = {
    "x86_64": (41, 53, 42, 49, 50, 101, 425),
    "aarch64": (198, 199, 203, 200, 201, 117, 425),
}
_PROGRAMS = {"x86_64": (59, 322), "aarch64": (221, 281)}  # execve, execveat
_PROCESSES = {"x86_64": (56, 57, 58, 435), "aarch64": (220, 435)}  # clone, fork, vfork, clone3

# For LibreOffice: connect, ptrace, io_uring_setup, fork, vfork, execveat; sockets only of this machine, no processes
# but threads. It listens to itself on a socket in its own folder.
_REFUSED_TO_CONVERTER = {"x86_64": (42, 101, 425, 57, 58, 322), "aarch64": (203, 117, 425, 281)}
_SOCKET_CLONE_CLONE3 = {"x86_64": (41, 56, 435), "aarch64": (198, 220, 435)}
_LOCAL, _THREAD = 1, 0x10000  # AF_UNIX, CLONE_THREAD

# Landlock ([landlock(7)]): the same numbers on all architectures; rights of its first version.
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_ALL_RIGHTS, _READING, _READING_AND_WRITING = 0x1FFF, 0b1101, 0b1110
_OWN_SOCKET = 1 << 9 | 1 << 5  # make one, remove one
_PROGRAM_FOLDERS = (
    "/usr", "/lib", "/lib64", "/bin", "/etc", "/opt", "/proc", "/sys", "/var/cache/fontconfig", "/var/lib/libreoffice",
    "/var/spool/libreoffice",
)  # fmt: skip

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


def become_recogniser(
    program: str, arguments: Sequence[str], environment: Mapping[str, str]
) -> NoReturn:
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


def become_converter(
    program: str, arguments: Sequence[str], environment: Mapping[str, str], *, folder: Path
) -> NoReturn:
    """Replace this process by LibreOffice, which reaches nobody, starts no process and writes into one folder.

    Args:
        program: Its path.
        arguments: Without its own name.
        environment: All of it.
        folder: The only one that it may write into; beside it, it may read programs and their settings.
    """
    _limit_resources(
        limits.MAX_CONVERSION_MEMORY_BYTES, file_bytes=limits.MAX_CONVERTED_BYTES, files=512
    )
    _hard_to(resource.RLIMIT_CPU, limits.MAX_CONVERSION_CPU_S)
    if sys.platform == "linux":
        _shut_into(folder)
        machine = platform.machine()
        rules = [(number, _REFUSE) for number in _REFUSED_TO_CONVERTER.get(machine, ())]
        _install_filter(machine, _threads_and_local_sockets(machine) + _refusals(rules))
    os.execve(program, [program, *arguments], dict(environment))  # noqa: S606 - no shell is meant


def allow_more_cpu() -> None:
    """Let the next file have its share of processor time; the kernel ends the process when it is used up."""
    used_s = resource.getrusage(resource.RUSAGE_SELF)
    soft_s = int(used_s.ru_utime + used_s.ru_stime) + limits.MAX_CPU_S + 1
    _hard_to(resource.RLIMIT_CPU, soft_s, keep_hard=True)


def _limit_resources(memory_bytes: int, *, file_bytes: int = 0, files: int = 64) -> None:
    _hard_to(resource.RLIMIT_CORE, 0)
    _hard_to(resource.RLIMIT_FSIZE, file_bytes)
    _hard_to(resource.RLIMIT_NOFILE, files)
    if sys.platform == "linux":  # macOS accepts the call and ignores it, or refuses it
        _hard_to(resource.RLIMIT_AS, memory_bytes)


def _hard_to(kind: int, value: int, *, keep_hard: bool = False) -> None:
    _soft, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, hard if keep_hard else value))


_Instruction = tuple[int, int, int, int]


def _filter_system_calls(also_refused: Mapping[str, Sequence[int]]) -> None:
    """Install the filter; on an architecture that is not listed the other layers remain."""
    machine = platform.machine()
    numbers = (*_ALWAYS_REFUSED.get(machine, ()), *also_refused.get(machine, ()))
    _install_filter(machine, _refusals([(number, _REFUSE) for number in numbers]))


def _refusals(rules: Sequence[tuple[int, int]]) -> list[_Instruction]:
    """Return the part of a filter that answers some calls with an error."""
    program: list[_Instruction] = []
    for number, answer in rules:
        program += [(_JUMP_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, answer)]
    return program


def _threads_and_local_sockets(machine: str) -> list[_Instruction]:
    """Return the part of a filter that lets threads and sockets of this machine through, and no other of their kind."""
    if machine not in _SOCKET_CLONE_CLONE3:
        return []
    socket, clone, clone3 = _SOCKET_CLONE_CLONE3[machine]
    judge: tuple[_Instruction, ...] = ((_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE))
    return [
        (_JUMP_IF_EQUAL, 0, 4, socket),
        (_LOAD, 0, 0, _OFFSET_ARGUMENT),
        (_JUMP_IF_EQUAL, 0, 1, _LOCAL),
        *judge,
        (_JUMP_IF_EQUAL, 0, 4, clone),
        (_LOAD, 0, 0, _OFFSET_ARGUMENT),
        (_JUMP_IF_SET, 0, 1, _THREAD),
        *judge,
        *_refusals([(clone3, _UNKNOWN)]),  # its flags lie in memory, where a filter cannot look
    ]


def _install_filter(machine: str, rules: Sequence[_Instruction]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    prctl = libc.prctl
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    architecture = _ARCHITECTURES.get(machine)
    if architecture is None:
        return
    program = [(_LOAD, 0, 0, _OFFSET_ARCHITECTURE), (_JUMP_IF_EQUAL, 1, 0, architecture)]
    program += [(_RETURN, 0, 0, _REFUSE), (_LOAD, 0, 0, _OFFSET_NUMBER)]
    program += [*rules, (_RETURN, 0, 0, _ALLOW)]
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    head = ctypes.create_string_buffer(struct.pack("HP", len(program), ctypes.addressof(buffer)))
    prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(head), 0, 0)


def _shut_into(folder: Path) -> None:
    """Let this process read programs and write into one folder, and nothing else; harmless on older kernels."""
    libc = ctypes.CDLL(None, use_errno=True)
    attribute = struct.pack("Q", _ALL_RIGHTS)
    rules = libc.syscall(_LANDLOCK_CREATE, attribute, ctypes.c_size_t(len(attribute)), 0)
    if rules < 0:
        return
    # LibreOffice insists on a socket in /tmp, where it looks for a running copy of itself, and takes it away again.
    allowed = [(str(folder), _ALL_RIGHTS), ("/dev", _READING_AND_WRITING), ("/tmp", _OWN_SOCKET)]  # noqa: S108
    allowed += [(path, _READING) for path in _PROGRAM_FOLDERS]
    for path, rights in allowed:
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        beneath = struct.pack("=Qi", rights, descriptor)
        libc.syscall(_LANDLOCK_ADD, rules, 1, beneath, 0)
        os.close(descriptor)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.syscall(_LANDLOCK_RESTRICT, rules, 0)
    os.close(rules)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        flags = arguments[2]
        if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise PermissionError("This process writes no files.")
    elif event.startswith(_FORBIDDEN_EVENTS):
        raise PermissionError(f"This process may not do this: {event}.")
