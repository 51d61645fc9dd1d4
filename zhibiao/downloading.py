"""Whole tables from a service: streamed, into a file or as text, or made in the background."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx

from zhibiao.answers import Json, Refused, another_program
from zhibiao.whole_file import whole_file
from zhibiao.wire import Wire

_CHUNK_BYTES = 256 * 1024
_POLL_SECONDS = 1.0
_TEXTS = ("text/csv", "application/x-ndjson")
# Storing 5,000 files or making a table of millions of rows takes what it takes.
PATIENT = httpx.Timeout(None, connect=5.0)


@dataclass(frozen=True, kw_only=True)
class Exported:
    """A table that has been written to a file."""

    size: int  # bytes
    manifest: Json  # what it was made of; `rows` among it


def download(
    wire: Wire,
    source: str,
    path: Path,
    *,
    query: Json,
    body: Json | None,
    received: Callable[[int], None] | None,
    manifest: Path | None = None,
) -> Exported:
    """Write the table at a service's address `source` to `path`, which appears when it is whole.

    `received` is called with the bytes of each piece. `manifest` is where what it was made of
    goes, as JSON: neither appears without the other. Raises OSError, which names the file that
    cannot be written.
    """
    exported = Exported(size=0, manifest={})

    def into(partial: Path) -> None:
        nonlocal exported
        size = 0
        method = "GET" if body is None else "POST"
        with (
            partial.open("wb") as file,
            wire.stream(method, source, query=query, json_body=body, timeout=PATIENT) as answer,
        ):
            if "x-zhibiao-manifest" not in answer.headers:
                raise another_program(answer)
            made_of = json.loads(answer.headers["x-zhibiao-manifest"])
            for piece in answer.iter_bytes(_CHUNK_BYTES):
                file.write(piece)
                size += len(piece)
                if received is not None:
                    received(len(piece))
        exported = Exported(size=size, manifest=made_of)

    with whole_file(path) as partial:
        wire.trying(lambda: into(partial))
        if manifest is not None:
            shown = json.dumps(exported.manifest, ensure_ascii=False, indent=2)
            with whole_file(manifest) as beside:
                beside.write_text(shown + "\n", "utf-8")
    return exported


def stream_text(wire: Wire, source: str, *, query: Json) -> Iterator[str]:
    """The pieces of the CSV or JSON Lines at a service's address `source`, as they come.

    Only the first answer is tried for again: what has been passed on cannot be taken back.
    """
    with ExitStack() as opened:
        answer = wire.trying(
            lambda: opened.enter_context(wire.stream("GET", source, query=query, timeout=PATIENT))
        )
        if answer.headers.get("content-type", "").partition(";")[0] not in _TEXTS:
            raise another_program(answer)
        try:
            yield from answer.iter_text()
        except httpx.TransportError as error:
            raise wire.unreachable(error) from error


def made_in_background(wire: Wire, sleep: Callable[[float], None], table: str, query: Json) -> str:
    """Have a table made by the service; the address of the finished export.

    Raises Refused with the reason where it could not be made.
    """
    holds = ("id", "state")
    job = wire.json("POST", f"/v1/export-jobs/{table}", query=query, holds=holds)
    address = f"/v1/export-jobs/{job['id']}"
    while job["state"] in ("waiting", "running"):
        sleep(_POLL_SECONDS)
        job = wire.json("GET", address, holds=holds)
    if job["state"] != "done":
        raise Refused(job["error"]["message"], status=422, code=job["error"]["code"])
    return address
