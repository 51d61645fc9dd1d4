"""A seccomp filter: system calls that no parser makes are refused with EPERM.

Sockets are those of the unix family alone (LibreOffice makes one for itself), and none can be
connected or sent to. Numbers are those of asm/unistd.h, the structures of linux/filter.h.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct

_X32 = 0x40000000  # another set of numbers for the same calls, on x86-64
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # of the classic BPF
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | 1, 0x80000000  # 1: EPERM
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # where seccomp_data has them
_AF_UNIX = 1
_SET_FILTER, _ALL_THREADS = 1, 1

_COMMON = {
    "pidfd_send_signal": 424, "io_uring_setup": 425, "open_tree": 428, "move_mount": 429,
    "fsopen": 430, "pidfd_open": 434, "pidfd_getfd": 438, "process_madvise": 440,
}  # fmt: skip
_X86_64 = {
    "connect": 42, "sendto": 44, "sendmsg": 46, "ptrace": 101, "pivot_root": 155, "chroot": 161,
    "mount": 165, "umount2": 166, "reboot": 169, "init_module": 175, "kexec_load": 246,
    "add_key": 248, "request_key": 249, "keyctl": 250, "unshare": 272, "perf_event_open": 298,
    "sendmmsg": 307, "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311,
    "finit_module": 313, "bpf": 321, "userfaultfd": 323,
}  # fmt: skip
_AARCH64 = {
    "umount2": 39, "mount": 40, "pivot_root": 41, "chroot": 51, "unshare": 97, "kexec_load": 104,
    "init_module": 105, "ptrace": 117, "reboot": 142, "connect": 203, "sendto": 206,
    "sendmsg": 211, "add_key": 217, "request_key": 218, "keyctl": 219, "perf_event_open": 241,
    "setns": 268, "sendmmsg": 269, "process_vm_readv": 270, "process_vm_writev": 271,
    "finit_module": 273, "bpf": 280, "userfaultfd": 282,
}  # fmt: skip
# Its audit number, the number of seccomp(2), of socket(2), and what is refused.
_MACHINES = {
    "x86_64": (0xC000003E, 317, 41, _X86_64 | _COMMON),
    "aarch64": (0xC00000B7, 277, 198, _AARCH64 | _COMMON),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def refuse_connections() -> str:
    """Install the filter in all threads; "" if it is in force, else why it is not."""
    known = _MACHINES.get(platform.machine())
    if known is None or struct.calcsize("P") != 8:
        return f"no filter is written for {platform.machine()}"
    audit, seccomp, socket, refused = known
    code = _program(audit, socket, sorted(refused.values()))
    kept = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(kept))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(seccomp, _SET_FILTER, _ALL_THREADS, ctypes.byref(program)) == 0:
        return ""
    return f"seccomp: {os.strerror(ctypes.get_errno())}"


def _program(audit: int, socket: int, refused: list[int]) -> bytes:
    head = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_EQUAL, audit, so=1),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER),
        _step(_AT_LEAST, _X32, otherwise=1),
        _step(_RETURN, _REFUSE),
        _step(_EQUAL, socket, otherwise=4),
        _step(_LOAD, _FIRST_ARGUMENT),
        _step(_EQUAL, _AF_UNIX, otherwise=1),
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _REFUSE),
    ]
    # Each jumps over those behind it, and over the permission, to the refusal.
    last = len(refused)
    rest = [_step(_EQUAL, call, so=last - place) for place, call in enumerate(refused)]
    return b"".join([*head, *rest, _step(_RETURN, _ALLOW), _step(_RETURN, _REFUSE)])


def _step(code: int, value: int, *, so: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("HBBI", code, so, otherwise, value)
