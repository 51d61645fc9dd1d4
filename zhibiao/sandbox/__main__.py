"""The child's part: `python -m zhibiao.sandbox SOCKET MEMORY_BYTES FILE_BYTES SCRATCH`.

It confines itself, and only then loads what reads files. Each question is a JSON object, behind it
the bytes of a file, or its descriptor.
"""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle
from pathlib import Path
from typing import Any

from zhibiao.errors import BrokenFile, ForbiddenAccess, ReadError
from zhibiao.sandbox.limits import confine


def main() -> None:
    socket, memory_bytes, file_bytes, scratch = sys.argv[1:]
    confinement = confine(
        memory_bytes=int(memory_bytes), file_bytes=int(file_bytes), scratch=Path(scratch)
    )
    from zhibiao.sandbox import wording  # loads the readers, under the limits already

    with Connection(int(socket)) as connection:
        connection.send_bytes(wording.packed(asdict(confinement)))
        while True:
            try:
                question = wording.unpacked(connection.recv_bytes())
                _answer(connection, question)
            except (EOFError, ConnectionError):
                return  # nobody is there any more


def _answer(connection: Connection, question: dict[str, Any]) -> None:
    from zhibiao.sandbox import wording

    work = _read if question["do"] == "read" else _expand
    try:
        work(connection, question)
        answer: dict[str, Any] = {"end": True}
    except ReadError as error:
        cause = error.__cause__
        if isinstance(cause, MemoryError):
            answer = {"memory": True}
        else:
            answer = {"error": wording.of_error(_told(error, cause, question["name"]))}
    except MemoryError:
        answer = {"memory": True}
    except OSError as error:  # the file that was handed over cannot be read
        answer = {"system": [error.errno or 0, str(error.strerror)]}
    connection.send_bytes(wording.packed(answer))


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


def _read(connection: Connection, question: dict[str, Any]) -> None:
    from zhibiao.reading import read
    from zhibiao.sandbox import wording

    documents = read(connection.recv_bytes(), question["name"])
    for document in documents:
        connection.send_bytes(wording.packed({"document": wording.of_document(document)}))


def _expand(connection: Connection, question: dict[str, Any]) -> None:
    from zhibiao.reading import Limits, expand
    from zhibiao.sandbox import wording

    def skip(name: str) -> None:
        connection.send_bytes(wording.packed({"skipped": name}))

    with os.fdopen(recv_handle(connection), "rb") as stream:
        stream.seek(0)
        for member in expand(question["name"], stream, Limits(**question["limits"]), skipped=skip):
            held = member.content is not None
            connection.send_bytes(
                wording.packed({"member": wording.of_member(member), "content": held})
            )
            if member.content is not None:
                connection.send_bytes(member.content)


if __name__ == "__main__":
    main()
