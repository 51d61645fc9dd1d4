"""The child's part: `python -m zhibiao.sandbox SOCKET MEMORY_BYTES FILE_BYTES`, in an empty folder.

It confines itself, and only then loads what reads files: numpy begins threads, and Landlock binds
none that is there already. `python -m zhibiao.sandbox zygote SOCKET` reads no file.
"""

from __future__ import annotations

import sys
from multiprocessing.connection import Connection
from pathlib import Path

from zhibiao.sandbox.limits import confine


def main() -> None:
    if sys.argv[1] == "zygote":
        from zhibiao.sandbox import zygote

        zygote.serve(int(sys.argv[2]))
        return
    socket, memory_bytes, file_bytes = map(int, sys.argv[1:])
    confinement = confine(memory_bytes=memory_bytes, file_bytes=file_bytes, scratch=Path.cwd())
    from zhibiao.sandbox import answering

    with Connection(socket) as connection:
        answering.serve(connection, confinement)


if __name__ == "__main__":
    main()
