"""What a process that reads files does, however it was begun."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path

from zhibiao.sandbox.limits import confine


def read_files(socket: int, *, memory_bytes: int, file_bytes: int, scratch: Path) -> None:
    """Give up what parsing needs not, then answer the parent until it has gone.

    `socket`: the descriptor that the parent asks by.
    """
    confinement = confine(memory_bytes=memory_bytes, file_bytes=file_bytes, scratch=scratch)
    # Not before, where it is not loaded yet: numpy begins threads, and Landlock binds none that is
    # there already.
    from zhibiao.sandbox import answering

    with Connection(socket) as connection:
        answering.serve(connection, confinement)
