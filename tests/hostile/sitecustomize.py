"""What a reader does that a file has taken over: put before Python's path, it changes the reader.

For tests. A text in which MARK stands names the attack, and behind a colon what it is aimed at.
Of archives and lists the file's name does so.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import signal
import socket
import stat
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

MARK = "此处有诈："


def _connect(target: str) -> str:
    with socket.create_connection(("127.0.0.1", int(target)), timeout=5) as found:
        return found.recv(9).decode()


def _connect_locally(target: str) -> str:
    with socket.socket(socket.AF_UNIX) as found:
        found.connect(target)
    return "connected"


def _write(target: str) -> str:
    Path(target).write_text("taken over")
    return "written"


def _steal(target: str) -> str:
    return Path(target).read_text()


def _steal_by_a_program(target: str) -> str:
    done = subprocess.run(["cat", target], capture_output=True, text=True, check=False)
    return done.stdout or f"cat: {done.stderr}"


def _look_at_the_parent(_target: str) -> str:
    return Path(f"/proc/{os.getppid()}/environ").read_text()


def _end_the_parent(_target: str) -> str:
    os.kill(os.getppid(), 9)
    return "ended"


def _tell_its_environment(_target: str) -> str:
    return repr(dict(os.environ))


def _fill_the_disk(_target: str) -> str:
    with Path(os.environ["TMPDIR"], "much").open("wb") as file:
        for _ in range(1 << 12):
            file.write(bytes(1 << 20))
    return "filled"


def _fill_the_memory(_target: str) -> str:
    kept = []
    while True:
        kept.append(bytearray(20_000_000))


def _crash(_target: str) -> str:
    ctypes.string_at(0)
    return "alive"


def _leave_a_program(_target: str) -> None:
    subprocess.Popen(["sleep", "600"])
    os.kill(os.getpid(), signal.SIGKILL)


def _break_off(target: str) -> str:
    """Announce a message of so many bytes, as multiprocessing.connection does, and send a few."""
    _write_raw(struct.pack("!i", int(target)) + b"{")
    os._exit(3)


def _wait(target: str) -> str:
    time.sleep(float(target))
    return "waited"


def _lie(_target: str) -> Any:
    return 7


ATTACKS: dict[str, Callable[[str], Any]] = {
    "connect": _connect,
    "connect locally": _connect_locally,
    "write": _write,
    "steal": _steal,
    "steal by a program": _steal_by_a_program,
    "look at the parent": _look_at_the_parent,
    "end the parent": _end_the_parent,
    "tell": _tell_its_environment,
    "fill the disk": _fill_the_disk,
    "fill the memory": _fill_the_memory,
    "crash": _crash,
    "leave a program": _leave_a_program,
    "break off": _break_off,
    "lie": _lie,
    "wait": _wait,
}


def _write_raw(content: bytes) -> None:
    os.write(_socket(), content)


def _socket() -> int:
    """The descriptor of the parent's socket: the one that a parser has."""
    return next(fd for fd in range(3, 256) if _is_socket(fd))


def _is_socket(fd: int) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(fd).st_mode)
    except OSError:
        return False


def _drip() -> None:
    """A message that never ends, a byte now and then."""
    _write_raw(struct.pack("!i", 100_000))
    while True:
        _write_raw(b" ")
        time.sleep(0.05)


def _unfold(attack: str, limits: Any, skipped: Callable[[str], None]) -> Iterator[Any]:
    from zhibiao.reading import Member

    def text(name: str, size: int = 9, **given: object) -> Any:
        return Member(name=name, content=bytes(size), given=given)

    match attack:
        case "members":
            yield from (text(f"{number}.txt") for number in itertools.count())
        case "skipped":
            for number in itertools.count():
                skipped(f"{number}/Thumbs.db")
        case "bytes":
            yield from (text(f"{number}.txt", 1 << 16) for number in itertools.count())
        case "long member":
            yield text("long.txt", limits.member_bytes + 1)
        case "long name":
            yield text("a" * 100_000)
        case "said":
            yield text("a.txt", note="b" * 3_000_000)
        case "silence":
            time.sleep(600)
        case "drip":
            _drip()
        case "slowly":
            for number in itertools.count():
                time.sleep(0.2)
                yield text(f"{number}.txt")
        case "NUL in a name":
            yield text("a\0.txt")
        case "NUL":
            yield text("a.txt", title="\0")
        case "half a character":
            yield text("a.txt", title="\ud800")
        case "number without end":
            yield text("a.txt", number=float("inf"))
        case "depth":
            message = b'{"member":' + b"[" * 100_000
            _write_raw(struct.pack("!i", len(message)) + message)
            time.sleep(600)


def _take_over() -> None:
    from dataclasses import replace

    import zhibiao.reading
    from zhibiao.reading import reader

    honest_expand = zhibiao.reading.expand

    def expand(name: str, stream: Any, limits: Any, *, skipped: Any) -> Any:
        _, mark, attack = name.partition(MARK)
        if mark:
            return _unfold(attack.partition(".")[0], limits, skipped)
        return honest_expand(name, stream, limits, skipped=skipped)

    zhibiao.reading.expand = expand

    honest = reader._page

    def page(content: bytes, name: str) -> Any:
        found = honest(content, name)
        _, mark, rest = found.text.partition(MARK)
        if not mark:
            return found
        attack, _, target = rest.split("。")[0].partition("：")
        return replace(found, text=ATTACKS[attack](target))

    reader._page = page


class _OnceConfined:
    """Takes over where readers are loaded: earlier no file can, and a parser has one thread."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "zhibiao.sandbox.answering":
            sys.meta_path.remove(self)
            _take_over()


if "zhibiao.sandbox" in sys.orig_argv:
    sys.meta_path.insert(0, _OnceConfined())
