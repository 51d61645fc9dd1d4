"""Objects under a prefix of S3-compatible storage, as files to submit.

Where the storage is and who asks are what every S3 program reads: `AWS_ACCESS_KEY_ID`,
`AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT_URL_S3` for storage other than Amazon's, or
`~/.aws`. The bytes go through this process to the service, which never sees the keys.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, cast

from zhibiao.errors import ZhibiaoError

_SCHEME = "s3://"
_TRIES = 5
_PAGE_KEYS = 1000  # of a listing: the most there is


class ObjectStorageError(ZhibiaoError):
    """The object storage cannot be read."""

    code = "object_storage"


class _Connection:
    """A client of the storage, closed with the last object that refers to it."""

    def __init__(self, client: Any) -> None:
        self.client = client
        weakref.finalize(self, client.close)


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredObject:
    """An object and the name that it is submitted under: its key below the prefix's folder."""

    bucket: str
    key: str
    name: str
    length: int  # bytes
    connection: _Connection = field(repr=False, compare=False)

    @property
    def place(self) -> str:
        return f"{_SCHEME}{self.bucket}/{self.key}"

    def size(self) -> int:
        return self.length

    def open(self) -> IO[bytes]:
        """Raises OSError, also while it is read."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = self.connection.client.get_object(Bucket=self.bucket, Key=self.key)
        except (BotoCoreError, ClientError) as error:
            raise OSError(None, str(error), self.place) from error
        return cast(IO[bytes], _Body(answer["Body"], self.place))


class _Body:
    """The bytes of an object; what goes wrong is an OSError."""

    def __init__(self, body: Any, place: str) -> None:
        self._body = body
        self._place = place

    def read(self, size: int) -> bytes:
        from botocore.exceptions import BotoCoreError, HTTPClientError

        try:
            return bytes(self._body.read(size))
        except (BotoCoreError, HTTPClientError) as error:
            raise OSError(None, str(error), self._place) from error

    def __enter__(self) -> _Body:
        return self

    def __exit__(self, *_error: object) -> None:
        self._body.close()


def is_storage_url(path: str) -> bool:
    return path.startswith(_SCHEME)


def list_objects(url: str, *, skipped: Callable[[str], None] | None = None) -> list[StoredObject]:
    """All objects under `s3://bucket/prefix`, in order of their keys.

    Left out are "folders", hidden ones, and what programs leave behind: `skipped` is called with
    the names of the latter. Raises ObjectStorageError, also where there is none.
    """
    from zhibiao.reading.names import is_junk

    bucket, _, prefix = url.removeprefix(_SCHEME).partition("/")
    if not bucket:
        raise ObjectStorageError(f"{url} names no bucket: s3://bucket/prefix is wanted.")
    connection = _Connection(_client())
    folder = prefix[: prefix.rfind("/") + 1]
    found = []
    for key, size in _keys(connection.client, bucket, prefix, url):
        name = key.removeprefix(folder)
        if not name or name.endswith("/") or any(part.startswith(".") for part in name.split("/")):
            continue
        if is_junk(name):
            if skipped is not None:
                skipped(name)
            continue
        found.append(
            StoredObject(bucket=bucket, key=key, name=name, length=size, connection=connection)
        )
    if not found:
        raise ObjectStorageError(f"There is no object to submit under {url}.")
    return found


def _keys(client: Any, bucket: str, prefix: str, url: str) -> Iterator[tuple[str, int]]:
    from botocore.exceptions import BotoCoreError, ClientError

    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=prefix, PaginationConfig={"PageSize": _PAGE_KEYS}
    )
    try:
        for page in pages:
            for entry in page.get("Contents", ()):
                yield str(entry["Key"]), int(entry["Size"])
    except (BotoCoreError, ClientError, ValueError) as error:
        raise ObjectStorageError(f"{url} cannot be listed: {error}") from error


def _client() -> Any:
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError
    except ImportError as error:
        raise ObjectStorageError(
            "Submission from s3:// needs the extra `s3`: pip install 'zhibiao[s3]'."
        ) from error
    # Amazon's name for a region that does not matter: other storage has none.
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    settings = Config(retries={"max_attempts": _TRIES, "mode": "standard"})
    try:
        return boto3.client("s3", region_name=region, config=settings)
    except (BotoCoreError, ValueError) as error:
        raise ObjectStorageError(
            f"The settings of the object storage are wrong: {error}"
        ) from error
