"""What is to be submitted: files and folders of this machine, and objects of a storage."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from zhibiao.object_storage import is_storage_url, list_objects
from zhibiao.uploading import Sendable, walk


def files_to_send(
    paths: Iterable[str | os.PathLike[str]], *, skipped: Callable[[str], None] | None = None
) -> list[Sendable]:
    """The files under local paths and the objects under `s3://bucket/prefix`.

    `skipped` is called with the names of what programs left behind. Raises FileNotFoundError,
    ObjectStorageError.
    """
    found: list[Sendable] = []
    for path in paths:
        if isinstance(path, str) and is_storage_url(path):
            found += list_objects(path, skipped=skipped)
        else:
            found += walk([Path(path)], skipped=skipped)
    return found
