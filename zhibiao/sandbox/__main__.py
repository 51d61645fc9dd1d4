"""The child's part: `python -m zhibiao.sandbox SOCKET MEMORY_BYTES FILE_BYTES SCRATCH`.

It confines itself, and only then loads what reads files: numpy begins threads, and Landlock binds
none that is there already.
"""

from __future__ import annotations

import sys
from multiprocessing.connection import Connection
from pathlib import Path

from zhibiao.sandbox.limits import confine


def main() -> None:
    socket, memory_bytes, file_bytes, scratch = sys.argv[1:]
    confinement = confine(
        memory_bytes=int(memory_bytes), file_bytes=int(file_bytes), scratch=Path(scratch)
    )
    from zhibiao.sandbox import answering

    with Connection(int(socket)) as connection:
        answering.serve(connection, confinement)


if __name__ == "__main__":
    main()
