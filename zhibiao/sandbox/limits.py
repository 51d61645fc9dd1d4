"""What a process that parses untrusted files gives up before it is handed the first one."""

from __future__ import annotations

import ctypes
import resource
import sys
from dataclasses import dataclass
from pathlib import Path

from zhibiao.sandbox import landlock, seccomp

_FILES = 256  # open ones
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_SIGKILL = 9


@dataclass(frozen=True, kw_only=True, slots=True)
class Confinement:
    """What of it the system allowed."""

    network: str  # "": no new connection is possible; else why not
    files: str  # "": no other file can be read or written; else why not
    memory: str  # "": memory is limited; else why not


def confine(*, memory_bytes: int, file_bytes: int, scratch: Path) -> Confinement:
    """Give up what parsing needs not, for good, and for all processes started from here.

    `file_bytes`: the size of any file that is written; only `scratch` may be written to. Call it
    while the process has one thread.
    """
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, file_bytes)
    _limit(resource.RLIMIT_NOFILE, _FILES)
    if sys.platform != "linux":
        why = f"{sys.platform} has neither seccomp filters nor Landlock"
        return Confinement(network=why, files=why, memory="only Linux counts what malloc maps")
    _limit(resource.RLIMIT_DATA, memory_bytes)
    unbound = _unbound()  # as long as it may look
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)  # without it neither of the two is allowed
    return Confinement(
        files=landlock.restrict(_readable(), _listable(), scratch) or unbound,
        network=seccomp.refuse_connections(),
        memory="",
    )


def _unbound() -> str:
    """Threads that Landlock does not bind: it binds the one that asks, and what that one starts."""
    others = len(list(Path("/proc/self/task").glob("*"))) - 1
    return f"Landlock does not bind threads begun before it ({others})" if others > 0 else ""


def _limit(which: int, wanted: int) -> None:
    _, hard = resource.getrlimit(which)
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(which, (limit, limit))


def _readable() -> list[Path]:
    """Programs and libraries: none of it is anybody's secret."""
    package = Path(__file__).resolve().parents[1]
    libraries = [Path(entry) for entry in sys.path if entry.endswith("-packages")]
    system = (
        *("/usr", "/lib", "/lib32", "/lib64", "/bin", "/opt"),
        # What the loader, fonts and the office programs that read .doc look at.
        *("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/libreoffice"),
        *("/etc/localtime", "/etc/nsswitch.conf", "/etc/passwd", "/etc/group"),
        *("/dev/urandom", "/dev/random", "/dev/zero"),
        *("/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu"),
    )
    return [
        package,
        package.parent / "build" / "compiled",
        *libraries,
        Path(sys.prefix),
        Path(sys.base_prefix),
        *map(Path, system),
    ]


def _listable() -> list[Path]:
    """Where Python looks for modules: the names there, and not what the files hold."""
    return [Path(entry) for entry in sys.path if entry]
