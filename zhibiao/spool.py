"""Items that wait on disk, in a file without a name, until all of them are known."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

Item = TypeVar("Item")


@contextmanager
def spooled(items: Iterable[Item], folder: Path | None = None) -> Iterator[Iterator[Item]]:
    """The same items, all of which have been made by then; to be read inside the context, once.

    They wait in `folder`, or where the system keeps temporary files. Raises OSError, which does not
    say where.
    """
    with tempfile.TemporaryFile(dir=folder) as file:
        count = 0
        for item in items:
            pickle.dump(item, file)
            count += 1
        file.seek(0)
        yield (pickle.load(file) for _ in range(count))
