"""What a confined process says to its parent: documents and members out of untrusted files.

Each question is a JSON object, behind it the bytes of a file, or its descriptor.
"""

from __future__ import annotations

import os
import socket
from dataclasses import asdict
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
    work = _read if question["do"] == "read" else _expand
    try:
        last = wording.packed({**work(connection, question), "end": True})
    except ReadError as error:
        cause = error.__cause__
        if isinstance(cause, MemoryError):
            last = wording.packed({"memory": True})
        else:
            told = _told(error, cause, question["name"])
            last = wording.packed({"error": wording.of_error(told)})
    except MemoryError:
        last = wording.packed({"memory": True})
    except OSError as error:  # the file that was handed over cannot be read
        last = wording.packed({"system": [error.errno or 0, str(error.strerror)]})
    connection.send_bytes(last)


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


def _read(connection: Connection, question: dict[str, Any]) -> dict[str, Any]:
    """The last document, which nearly always is the only one: whoever asked is woken once."""
    *others, last = read(connection.recv_bytes(), question["name"])
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
