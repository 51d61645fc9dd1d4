"""The service from Python: submit files, watch runs, read observations.

    with Client("http://127.0.0.1:8750", token) as client:
        run = client.submit([Path("reports")])
        for run in client.watch(run["id"]):
            print(run["accounts"])
        client.export("observations", Path("out.csv"))

Connection errors and "not now" answers (429, 503) are retried; a submission carries a key, so that
one repeated after a lost answer creates nothing twice.
"""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

from zhibiao.errors import ZhibiaoError
from zhibiao.uploading import SubmittedFile, form_body, walk

_CHUNK_BYTES = 256 * 1024
_TRIES = 7  # over half a minute: a service that is started anew is back by then
_LONGEST_WAIT_SECONDS = 60.0
_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
# Storing 5,000 files or making a table of millions of rows takes what it takes.
_PATIENT = httpx.Timeout(None, connect=5.0)

Json = dict[str, Any]
Answer = TypeVar("Answer")


class ServiceUnreachable(ZhibiaoError):
    """The service does not answer."""

    code = "service_unreachable"
    retryable = True


class Refused(ZhibiaoError):
    """The service refused the request."""

    code = "refused"

    @property
    def status(self) -> int:
        """The HTTP status."""
        return int(self.details["status"])

    @property
    def reason(self) -> str:
        """The service's own error code, as in docs/errors.md."""
        return str(self.details["code"])


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
        self.url = url.rstrip("/")
        self._sleep = sleep
        self._reached = False
        self._http = httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=_TIMEOUT,
            transport=transport,
            trust_env=False,  # a proxy setting must not come between a person and localhost
        )

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    # Runs

    def submit(
        self,
        paths: Sequence[Path],
        *,
        label: str = "",
        metadata: Mapping[str, Any] | None = None,
        sent: Callable[[int], None] | None = None,
        unreadable: Callable[[SubmittedFile, OSError], None] | None = None,
    ) -> Json:
        """Send files and folders as one run, streamed from disk; the run as the service has it.

        `sent(bytes)` hears of progress. A local file that cannot be opened is told to
        `unreadable` and left out; without it the OSError is raised.
        """
        files = list(walk(paths))
        boundary = uuid.uuid4().hex
        fields = {"label": label}
        if metadata:
            fields["metadata"] = json.dumps(dict(metadata), ensure_ascii=False)

        def body() -> Iterator[bytes]:
            # A function, because a try after a broken one sends everything anew.
            return form_body(boundary, fields, files, sent=sent, unreadable=unreadable)

        return self._json(
            "POST",
            "/v1/runs",
            body=body,
            headers={
                "Content-Type": f"multipart/form-data; boundary={boundary}",
                "Idempotency-Key": uuid.uuid4().hex,
            },
            timeout=_PATIENT,
        )

    def run(self, run: int) -> Json:
        return self._json("GET", f"/v1/runs/{run}")

    def runs(self, *, limit: int = 20) -> list[Json]:
        """The newest runs."""
        page = self._json("GET", "/v1/runs", query={"limit": limit})
        return list(page["runs"])

    def watch(self, run: int, *, every_seconds: float = 0.5) -> Iterator[Json]:
        """The run again and again until it is finished; the last one is finished."""
        while True:
            found = self.run(run)
            yield found
            if found["finished"]:
                return
            self._sleep(every_seconds)

    def cancel(self, run: int) -> Json:
        return self._json("POST", f"/v1/runs/{run}/cancel")

    def pause(self, run: int) -> Json:
        return self._json("POST", f"/v1/runs/{run}/pause")

    def resume(self, run: int) -> Json:
        return self._json("POST", f"/v1/runs/{run}/resume")

    def retry(
        self,
        run: int,
        *,
        documents: Sequence[int] | None = None,
        error_code: str | None = None,
    ) -> Json:
        """Failed documents once more: all, the listed ones, or those with an error code."""
        wanted = {
            "documents": None if documents is None else list(documents),
            "error_code": error_code,
        }
        return self._json("POST", f"/v1/runs/{run}/retry", json_body=wanted)

    # Reprocessing

    def reprocess(self, *, dry_run: bool = False, **wanted: Any) -> Json:
        """Bring outdated documents up to date; `{"plan", "run"}`, the run None where none began.

        The fields are those of POST /v1/reprocess; `all` and `from` as keys of a dict.
        """
        query = {"dry_run": "true" if dry_run else None}
        return self._json(
            "POST", "/v1/reprocess", query=query, json_body=_known(wanted), timeout=_PATIENT
        )

    def diff(self, run: int, **wanted: Any) -> Json:
        """What a run has changed; the filters are those of GET /v1/runs/{run}/diff."""
        return self._json("GET", f"/v1/runs/{run}/diff", query=wanted, timeout=_PATIENT)

    def diff_between(self, before: str, after: str, **wanted: Any) -> Json:
        """What differs between two moments: numbers of runs, dates, or times in ISO 8601."""
        query = {"before": before, "after": after, **wanted}
        return self._json("GET", "/v1/diff", query=query, timeout=_PATIENT)

    def diff_lines(self, path: str, *, form: str, **wanted: Any) -> Iterator[str]:
        """All changes as CSV or JSON Lines; `path` is one of the two routes."""
        with self._http.stream(
            "GET", path, params=_known({"format": form, **wanted}), timeout=_PATIENT
        ) as answer:
            if not answer.is_success:
                answer.read()
                raise _refused(answer)
            yield from answer.iter_text()

    def roll_back(self, run: int, *, document: int | None = None) -> Json:
        """Make current again what was so before a run; how many documents, and those left alone."""
        return self._json(
            "POST", f"/v1/runs/{run}/rollback", json_body={"document": document}, timeout=_PATIENT
        )

    def prune(self, *, keep: int | None = None, dry_run: bool = False) -> Json:
        """Forget superseded outputs; how many."""
        query = {"keep": keep, "dry_run": "true" if dry_run else None}
        return self._json("POST", "/v1/prune", query=query, timeout=_PATIENT)

    # What is stored

    def documents(self, **wanted: Any) -> Iterator[Json]:
        """All documents that match; the filters are those of GET /v1/documents."""
        return self._pages("/v1/documents", "documents", wanted)

    def document(self, document: int) -> Json:
        return self._json("GET", f"/v1/documents/{document}")

    def observations(self, **wanted: Any) -> Iterator[Json]:
        """All observations that match; the filters are those of GET /v1/observations."""
        return self._pages("/v1/observations", "observations", wanted)

    def document_observations(self, document: int, **wanted: Any) -> Iterator[Json]:
        """One document's observations, each with its sentence in `context`."""
        return self._pages(f"/v1/documents/{document}/observations", "observations", wanted)

    def export(
        self,
        table: str,
        path: Path,
        *,
        form: str | None = None,
        received: Callable[[int], None] | None = None,
        manifest: Path | None = None,
        **wanted: Any,
    ) -> int:
        """Write a whole table to a file, in the format of its ending; how many bytes.

        The file appears only when all of it has arrived. `manifest` is where to write, as JSON,
        what the file was made of.
        """
        query = {"format": form or path.suffix.lstrip("."), **wanted}
        partial = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
        size = 0
        made_of = ""

        def download() -> None:
            nonlocal size, made_of
            size = 0
            with (
                self._http.stream(
                    "GET", f"/v1/exports/{table}", params=_known(query), timeout=_PATIENT
                ) as answer,
                partial.open("wb") as file,
            ):
                if not answer.is_success:
                    answer.read()
                    raise _refused(answer)
                made_of = answer.headers.get("x-zhibiao-manifest", "{}")
                for piece in answer.iter_bytes(_CHUNK_BYTES):
                    file.write(piece)
                    size += len(piece)
                    if received is not None:
                        received(len(piece))

        try:
            self._trying(download)
            partial.replace(path)
            if manifest is not None:
                shown = json.dumps(json.loads(made_of), ensure_ascii=False, indent=2)
                manifest.write_text(shown + "\n", "utf-8")
        finally:
            partial.unlink(missing_ok=True)
        return size

    # The service

    def ready(self) -> tuple[bool, Json]:
        """Is everything there, and the report by part. Raises ServiceUnreachable at once."""
        try:
            answer = self._http.get("/readyz")
        except httpx.TransportError as error:
            raise self._unreachable(error) from error
        body = answer.json()
        return answer.is_success, body if answer.is_success else body["error"]["details"]

    def version(self) -> Json:
        return self._json("GET", "/v1/version")

    def catalogue(self) -> Json:
        return self._json("GET", "/v1/catalogue")

    # How it is done

    def _pages(self, path: str, name: str, wanted: Mapping[str, Any]) -> Iterator[Json]:
        query = {"limit": 500, **wanted}
        while True:
            page = self._json("GET", path, query=query)
            yield from page[name]
            if page["next"] is None:
                return
            query["next"] = page["next"]

    def _json(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json_body: Any = None,
        body: Callable[[], Iterator[bytes]] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: httpx.Timeout = _TIMEOUT,
    ) -> Json:
        def send() -> Json:
            answer = self._http.request(
                method,
                path,
                params=_known(query or {}),
                json=json_body,
                content=None if body is None else body(),
                headers=headers,
                timeout=timeout,
            )
            if not answer.is_success:
                raise _refused(answer)
            decoded: Json = answer.json()
            return decoded

        return self._trying(send)

    def _trying(self, send: Callable[[], Answer]) -> Answer:
        tries = 0
        while True:
            tries += 1
            try:
                answer = send()
            except httpx.TransportError as error:
                # Where nobody ever answered, the address is wrong or nothing runs: say so now.
                never = isinstance(error, httpx.ConnectError) and not self._reached
                hopeless = isinstance(error, httpx.UnsupportedProtocol)
                if never or hopeless or tries >= _TRIES:
                    raise self._unreachable(error) from error
                self._sleep(_back_off(tries))
            except Refused as error:
                # A full backlog drains, and an upload under the same key ends or is given up, in
                # its own time: that is waited for without a limit.
                if error.status == 429 or error.reason == "idempotency_key_in_use":
                    tries = 0
                elif not _passing(error) or tries >= _TRIES:
                    raise
                self._reached = True
                asked = error.details.get("retry_after_seconds")
                self._sleep(_back_off(tries) if asked is None else asked)
            else:
                self._reached = True
                return answer

    def _unreachable(self, error: httpx.TransportError) -> ServiceUnreachable:
        return ServiceUnreachable(
            f"No service answers at {self.url} ({error}). Start one with `zhibiao up`, or set "
            "ZHIBIAO_URL to where it runs.",
            url=self.url,
        )


def _passing(error: Refused) -> bool:
    """May the same request succeed in a moment?"""
    return error.status in (502, 503, 504)


def _back_off(tries: int) -> float:
    """Seconds: doubling, with jitter, so that many clients do not come back at once."""
    return min(_LONGEST_WAIT_SECONDS, 0.25 * float(2**tries)) * random.uniform(0.75, 1.25)


def _known(query: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value is not None}


def _refused(answer: httpx.Response) -> Refused:
    try:
        error = answer.json()["error"]
    except (ValueError, KeyError, TypeError):  # a proxy's page, not the service's answer
        error = {
            "code": "not_zhibiao",
            "message": f"{answer.url} answered {answer.status_code} {answer.reason_phrase}.",
            "details": {},
        }
    asked = answer.headers.get("retry-after", "")
    return Refused(
        error["message"],
        status=answer.status_code,
        code=error["code"],
        reasons=error["details"],
        request_id=error.get("request_id"),
        retry_after_seconds=min(float(asked), _LONGEST_WAIT_SECONDS) if asked.isdecimal() else None,
    )
