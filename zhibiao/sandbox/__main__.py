"""The child's part: `python -m zhibiao.sandbox SOCKET MEMORY_BYTES FILE_BYTES`, in an empty folder.

`python -m zhibiao.sandbox zygote SOCKET` reads no file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from zhibiao.sandbox.confined import read_files


def main() -> None:
    if sys.argv[1] == "zygote":
        from zhibiao.sandbox import zygote

        zygote.serve(int(sys.argv[2]))
        return
    socket, memory_bytes, file_bytes = map(int, sys.argv[1:])
    read_files(socket, memory_bytes=memory_bytes, file_bytes=file_bytes, scratch=Path.cwd())


if __name__ == "__main__":
    main()
