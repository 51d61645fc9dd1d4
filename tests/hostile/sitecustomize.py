"""What a reader does that a file has taken over: put before Python's path, it changes the reader.

For tests. A text in which MARK stands names the attack, and behind a colon what it is aimed at.
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Callable
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


def _break_off(target: str) -> str:
    """Announce a message of so many bytes, as multiprocessing.connection does, and send a few."""
    os.write(int(sys.argv[1]), struct.pack("!i", int(target)) + b"{")
    os._exit(3)


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
    "break off": _break_off,
    "lie": _lie,
}


def _take_over() -> None:
    from dataclasses import replace

    from zhibiao.reading import reader

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
