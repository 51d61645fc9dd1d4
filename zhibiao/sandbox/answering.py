"""What a confined process says to its parent: documents and members out of untrusted files.

Each question is a JSON object, behind it the bytes of files, or the descriptor of one.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from zhibiao.errors import BrokenFile, ForbiddenAccess, ReadError
from zhibiao.reading import Limits, expand, read
from zhibiao.sandbox import wording
from zhibiao.sandbox.limits import Confinement


def serve(connection: Connection, confinement: Confinement) -> None:
    """Greet the parent and answer it until it has gone."""
    try:
        connection.send_bytes(wording.packed(asdict(confinement)))
        while True:
            _answer(connection, wording.unpacked(connection.recv_bytes()))
    except (EOFError, ConnectionError):
        return  # nobody is there any more


def _answer(connection: Connection, question: dict[str, Any]) -> None:
    if question["do"] != "read":
        name = question["name"]
        connection.send_bytes(_last_word(name, lambda: _expand(connection, question)))
        return
    names = question["names"]
    # All of them before the first answer: else either side could wait for the other to take it.
    contents = [connection.recv_bytes() for _ in names]
    for name, content in zip(names, contents, strict=True):
        connection.send_bytes(_last_word(name, partial(_read, connection, name, content)))


def _last_word(name: str, work: Callable[[], dict[str, Any]]) -> bytes:
    """The message that ends the answer about a file: what work returns, or what is wrong."""
    try:
        return wording.packed({**work(), "end": True})
    except ReadError as error:
        cause = error.__cause__
        if isinstance(cause, MemoryError):
            return wording.packed({"memory": True})
        return wording.packed({"error": wording.of_error(_told(error, cause, name))})
    except MemoryError:
        return wording.packed({"memory": True})
    except OSError as error:  # the file that was handed over cannot be read
        return wording.packed({"system": [error.errno or 0, str(error.strerror)]})


def _told(error: ReadError, cause: BaseException | None, name: str) -> ReadError:
    """What a limit of this process did to a reader, in words."""
    if not isinstance(error, BrokenFile) or not isinstance(cause, PermissionError):
        return error
    what = f" ({cause.filename})" if cause.filename else ""
    return ForbiddenAccess(
        f"{name} is not read: its reader tried to reach what readers may not{what}, the network, "
        "another file or another process. Save the report anew, or as text, and submit that.",
        name=name,
    )


def _read(connection: Connection, name: str, content: bytes) -> dict[str, Any]:
    """The last document, which nearly always is the only one: whoever asked is woken once."""
    *others, last = read(content, name)
    for document in others:
        connection.send_bytes(wording.packed({"document": wording.of_document(document)}))
    return {"document": wording.of_document(last)}


def _expand(connection: Connection, question: dict[str, Any]) -> dict[str, Any]:
    def skip(name: str) -> None:
        connection.send_bytes(wording.packed({"skipped": name}))

    with os.fdopen(_handed_over(connection), "rb") as stream:
        stream.seek(0)
        for member in expand(question["name"], stream, Limits(**question["limits"]), skipped=skip):
            held = member.content is not None
            connection.send_bytes(
                wording.packed({"member": wording.of_member(member), "content": held})
            )
            if member.content is not None:
                connection.send_bytes(member.content)
    return {}


def _handed_over(connection: Connection) -> int:
    """The descriptor behind a question. Raises EOFError."""
    with socket.fromfd(connection.fileno(), socket.AF_UNIX, socket.SOCK_STREAM) as end:
        message, descriptors, _, _ = socket.recv_fds(end, 1, 1)
    if not message:
        raise EOFError
    return descriptors[0]
