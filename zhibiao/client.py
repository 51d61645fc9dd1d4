"""The service from Python: submit files, watch runs, read observations.

    with Client("http://127.0.0.1:8750", token) as client:
        run = client.submit("reports")
        for run in client.watch(run["id"]):
            print(run["accounts"])
        client.export("observations", "out.csv")

Connection errors and "not now" answers (429, 503) are retried; a submission carries a key, so that
one repeated after a lost answer creates nothing twice.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import httpx

from zhibiao.answers import Json, Refused, ServiceUnreachable, content, refusal
from zhibiao.downloading import PATIENT, Exported, download, made_in_background, stream_text
from zhibiao.sending import files_to_send
from zhibiao.uploading import Sendable, form_body
from zhibiao.wire import Wire, known

__all__ = ["Client", "Exported", "Refused", "ServiceUnreachable"]

_RUN = ("id", "accounts", "finished")  # what an answer about a run holds at least
_CHANGED = ("documents", "run")
_CORRECTED = ("document", "run")
_DATA = "data: "  # what a line of news begins with
_ASK_SECONDS = 0.5
_DIFF = ("totals", "documents", "changes")

AnyPath = str | os.PathLike[str]


class Client:
    """A connection to one service. Raises ServiceUnreachable and Refused."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._wire = Wire(url, token, transport=transport, sleep=sleep)
        self._sleep = sleep

    @property
    def url(self) -> str:
        return self._wire.url

    def close(self) -> None:
        self._wire.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    # Runs

    def submit(
        self,
        paths: AnyPath | Iterable[AnyPath],
        *,
        label: str = "",
        metadata: Mapping[str, Any] | None = None,
        sent: Callable[[int], None] | None = None,
        unreadable: Callable[[Sendable, OSError], None] | None = None,
    ) -> Json:
        """Send files and folders as one run, streamed from disk; the run as the service has it.

        A path may also be `s3://bucket/prefix`: all objects under it. `sent(bytes)` hears of
        progress. A file that cannot be opened is told to `unreadable` and left out; without it the
        OSError is raised. Raises ObjectStorageError.
        """
        several = [paths] if isinstance(paths, (str, os.PathLike)) else paths
        return self.send(
            files_to_send(several), label=label, metadata=metadata, sent=sent, unreadable=unreadable
        )

    def send(
        self,
        files: Sequence[Sendable],
        *,
        label: str = "",
        metadata: Mapping[str, Any] | None = None,
        key: str | None = None,
        sent: Callable[[int], None] | None = None,
        unreadable: Callable[[Sendable, OSError], None] | None = None,
    ) -> Json:
        """As `submit`, of files that are known already.

        `key`: the same files sent again under it are the run that was made the first time.
        """
        boundary = uuid.uuid4().hex
        fields = {"label": label}
        if metadata:
            fields["metadata"] = json.dumps(dict(metadata), ensure_ascii=False)

        def body() -> Iterator[bytes]:
            # A function, because a try after a broken one sends everything anew.
            return form_body(boundary, fields, files, sent=sent, unreadable=unreadable)

        return self._wire.json(
            "POST",
            "/v1/runs",
            body=body,
            headers={
                "Content-Type": f"multipart/form-data; boundary={boundary}",
                "Idempotency-Key": uuid.uuid4().hex if key is None else key,
            },
            timeout=PATIENT,
            holds=_RUN,
        )

    def run(self, run: int) -> Json:
        return self._wire.json("GET", f"/v1/runs/{run}", holds=_RUN)

    def runs(self, *, limit: int = 20) -> list[Json]:
        page = self._wire.json("GET", "/v1/runs", query={"limit": limit}, holds=("runs",))
        return list(page["runs"])

    def watch(self, run: int) -> Iterator[Json]:
        """The run at all news of it, until it is finished; the last one is finished."""
        while True:
            for found in self._news(run):
                yield found
                if found["finished"]:
                    return
            found = self.run(run)
            yield found
            if found["finished"]:
                return
            self._sleep(_ASK_SECONDS)

    def _news(self, run: int) -> Iterator[Json]:
        path = f"/v1/runs/{run}/events"
        broken = suppress(httpx.TransportError, Refused, ValueError)
        with broken, self._wire.stream("GET", path, query={}) as answer:
            for line in answer.iter_lines():
                if line.startswith(_DATA):
                    yield json.loads(line.removeprefix(_DATA))

    def delete_run(self, run: int) -> Json:
        """Delete a submission with all that came of it; how many documents and files."""
        return self._wire.json(
            "DELETE", f"/v1/runs/{run}", timeout=PATIENT, holds=("documents", "sources")
        )

    def cancel(self, run: int) -> Json:
        return self._wire.json("POST", f"/v1/runs/{run}/cancel", holds=_CHANGED)

    def pause(self, run: int) -> Json:
        return self._wire.json("POST", f"/v1/runs/{run}/pause", holds=_CHANGED)

    def resume(self, run: int) -> Json:
        return self._wire.json("POST", f"/v1/runs/{run}/resume", holds=_CHANGED)

    def retry(
        self,
        run: int,
        *,
        documents: Sequence[int] | None = None,
        error_code: str | None = None,
        quarantined: bool = False,
    ) -> Json:
        """Failed documents once more: all, the listed ones, or those with an error code.

        Of the latter two, and with `quarantined`, quarantined ones too.
        """
        wanted = {
            "documents": None if documents is None else list(documents),
            "error_code": error_code,
            "quarantined": quarantined,
        }
        return self._wire.json("POST", f"/v1/runs/{run}/retry", json_body=wanted, holds=_CHANGED)

    # Reprocessing

    def reprocess(self, *, dry_run: bool = False, **wanted: Any) -> Json:
        """Bring outdated documents up to date; `{"plan", "run"}`, the run None where none began.

        The fields are those of POST /v1/reprocess; `all` and `from` as keys of a dict.
        """
        query = {"dry_run": "true" if dry_run else None}
        return self._wire.json(
            "POST",
            "/v1/reprocess",
            query=query,
            json_body=known(wanted),
            timeout=PATIENT,
            holds=("plan", "run"),
        )

    def diff(self, run: int, **wanted: Any) -> Json:
        """What a run has changed; the filters are those of GET /v1/runs/{run}/diff."""
        return self._wire.json(
            "GET", f"/v1/runs/{run}/diff", query=wanted, timeout=PATIENT, holds=_DIFF
        )

    def diff_between(self, before: str, after: str, **wanted: Any) -> Json:
        """What differs between two moments: numbers of runs, dates, or times in ISO 8601."""
        query = {"before": before, "after": after, **wanted}
        return self._wire.json("GET", "/v1/diff", query=query, timeout=PATIENT, holds=_DIFF)

    def diff_lines(
        self, before: int | str, after: str | None = None, *, form: str, **wanted: Any
    ) -> Iterator[str]:
        """All changes of a run, or between two moments, as CSV or JSON Lines."""
        path = "/v1/diff" if after is not None else f"/v1/runs/{before}/diff"
        query = {} if after is None else {"before": before, "after": after}
        query |= {"format": form, **wanted}
        return stream_text(self._wire, path, query=query)

    def roll_back(self, run: int, *, document: int | None = None) -> Json:
        """Make current again what was so before a run; how many documents, and those left alone."""
        return self._wire.json(
            "POST",
            f"/v1/runs/{run}/rollback",
            json_body={"document": document},
            timeout=PATIENT,
            holds=("documents",),
        )

    def prune(self, *, keep: int | None = None, dry_run: bool = False) -> Json:
        """Forget superseded outputs; how many."""
        query = {"keep": keep, "dry_run": "true" if dry_run else None}
        return self._wire.json(
            "POST",
            "/v1/prune",
            query=query,
            timeout=PATIENT,
            holds=("extractions", "texts", "work"),
        )

    # What is stored

    def documents(self, **wanted: Any) -> Iterator[Json]:
        """All documents that match; the filters are those of GET /v1/documents."""
        return self._pages("/v1/documents", "documents", wanted)

    def count_documents(self, **wanted: Any) -> int:
        """How many documents match."""
        query = {**wanted, "limit": 1, "count": "true"}
        return int(self._wire.json("GET", "/v1/documents", query=query, holds=("total",))["total"])

    def document(self, document: int) -> Json:
        return self._wire.json("GET", f"/v1/documents/{document}", holds=("id", "state"))

    def correct_document(self, document: int, **changes: Any) -> Json:
        """Correct region, year or other metadata; `{"document", "run"}`, the run None where nothing
        is to be done. The fields are those of PATCH /v1/documents/{document}; None takes back."""
        return self._wire.json(
            "PATCH", f"/v1/documents/{document}", json_body=changes, holds=_CORRECTED
        )

    def observations(self, **wanted: Any) -> Iterator[Json]:
        """All observations that match; the filters are those of GET /v1/observations."""
        return self._pages("/v1/observations", "observations", wanted)

    def gold(self, **wanted: Any) -> list[Json]:
        """The checked reports with their observations; the filters are those of GET /v1/gold."""
        found = self._wire.json("GET", "/v1/gold", query=wanted, holds=("reports",))
        return list(found["reports"])

    def corrections(self, document: int) -> list[Json]:
        """What people have said of a document's observations, the newest first."""
        path = f"/v1/documents/{document}/corrections"
        return list(self._wire.json("GET", path, holds=("corrections",))["corrections"])

    def observation(self, observation: int, *, lines: int = 10) -> Json:
        """One observation, its section, and the text around its number."""
        return self._wire.json(
            "GET",
            f"/v1/observations/{observation}",
            query={"lines": lines},
            holds=("observation", "number"),
        )

    def document_observations(self, document: int, **wanted: Any) -> Iterator[Json]:
        """One document's observations, each with its `sentence`."""
        return self._pages(f"/v1/documents/{document}/observations", "observations", wanted)

    def search(self, text: str, **wanted: Any) -> Iterator[Json]:
        """All places where reports say `text`; the filters are those of GET /v1/search."""
        return self._pages("/v1/search", "hits", {"text": text, **wanted})

    def quantities(self, subject: str, **wanted: Any) -> Iterator[Json]:
        """All observations of something whose name holds `subject`; see /v1/search/quantities."""
        return self._pages("/v1/search/quantities", "observations", {"subject": subject, **wanted})

    def export(
        self,
        table: str,
        path: AnyPath,
        *,
        form: str | None = None,
        received: Callable[[int], None] | None = None,
        manifest: AnyPath | None = None,
        keyword: Sequence[str | Mapping[str, Any]] | None = None,
        expected: Sequence[Json] | None = None,
        background: bool = False,
        **wanted: Any,
    ) -> Exported:
        """Write a whole table to a file, in the format of its ending.

        The file appears only when all of it has arrived. `manifest` is where to write, as JSON,
        what the file was made of. `keyword` are the terms to count, of the table of keywords: each
        a text, or a mapping with `term`, `group`, `weight`. `expected` are the reports
        (`region_code`, `year`) of the grid, of the table of coverage. `background`: the service
        makes the table by itself while this waits, and no connection has to last for so long; not
        with `keyword` or `expected`.

        Raises OSError, which names the file that cannot be written.
        """
        path = Path(path)
        query = {"format": form or path.suffix.lstrip(".").lower(), **wanted}
        # What may be many goes in the body: an address has no room for a large set.
        body: Json | None = None
        if keyword is not None:
            body = {"keywords": list(keyword)}
        elif expected is not None:
            body = {"expected": list(expected)}
        if background and body is not None:
            raise ValueError("a set of terms or of reports is not sent with a background export")
        source = f"/v1/exports/{table}"
        if background:
            source, query = f"{made_in_background(self._wire, self._sleep, table, query)}/file", {}
        beside = None if manifest is None else Path(manifest)
        return download(
            self._wire, source, path, query=query, body=body, received=received, manifest=beside
        )

    # The service

    def ready(self) -> tuple[bool, Json]:
        """Is everything there, and the report by part. Raises ServiceUnreachable at once."""
        try:
            answer = self._wire.http.get("/readyz")
        except httpx.TransportError as error:
            raise self._wire.unreachable(error) from error
        if answer.is_success:
            return True, content(answer)
        refused = refusal(answer)
        if refused.reason == "not_zhibiao":
            raise refused
        return False, dict(refused.details["reasons"])

    def version(self) -> Json:
        return self._wire.json("GET", "/v1/version")

    def catalogue(self) -> Json:
        return self._wire.json("GET", "/v1/catalogue")

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        holds: tuple[str, ...] = (),
    ) -> Json:
        """Any other route whose answer is JSON, such as those of users, keys and the audit log."""
        asked = None if body is None else dict(body)
        return self._wire.json(method, path, query=query, json_body=asked, holds=holds)

    # How it is done

    def _pages(self, path: str, name: str, wanted: Mapping[str, Any]) -> Iterator[Json]:
        query = {"limit": 500, **wanted}
        while True:
            page = self._wire.json("GET", path, query=query, holds=(name, "next"))
            yield from page[name]
            if page["next"] is None:
                return
            query["next"] = page["next"]
