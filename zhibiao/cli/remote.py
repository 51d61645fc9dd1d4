"""Commands that speak to the service over HTTP."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhibiao.cli.doubtful import tell_doubtful
from zhibiao.cli.exits import Exit
from zhibiao.cli.options import (
    AsJson,
    RegionCode,
    RegionOption,
    Run,
    RunId,
    States,
    SubmittedPaths,
    YearFrom,
    YearTo,
)
from zhibiao.cli.places import connect
from zhibiao.cli.skipping import tell_skipped
from zhibiao.cli.waiting import failed_in, show_reasons, wait_for
from zhibiao.domain import FAILURES

if TYPE_CHECKING:
    from zhibiao.client import Client
    from zhibiao.uploading import Sendable


def register(app: typer.Typer) -> None:
    for command in (
        submit,
        status,
        runs,
        documents,
        cancel,
        pause,
        resume,
        retry,
    ):
        app.command(command.__name__)(command)


def submit(
    paths: SubmittedPaths,
    wait: Annotated[
        bool, typer.Option("--wait", "-w", help="Wait until everything is processed.")
    ] = False,
    label: Annotated[str, typer.Option(help="A name for the run.")] = "",
    metadata: Annotated[
        str | None,
        typer.Option(
            help='What is known of the files, as JSON: \'{"province": "陕西省"}\' for all, '
            '\'{"a.txt": {"year": 2023}}\' by name, path or archive.'
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Send files, archives and folders to the service, as one run.

    ```
    zhibiao submit reports/ scraped.zip --wait
    zhibiao submit corpus.ndjson --label "counties 2023"
    zhibiao submit s3://bucket/scraped/2023/
    ```

    With --wait the exit code is 1 if any document failed.
    """
    from zhibiao.cli.showing import output, run_table, write_json

    known = _metadata(metadata)
    failures: list[str] = []

    def unreadable(file: Sendable, error: OSError) -> None:
        failures.append(file.name)
        sys.stderr.write(f"zhibiao: {file.place} is left out: {error.strerror or error}\n")

    skipped: list[str] = []
    with connect() as client:
        run = _send(client, paths, label, known, unreadable, skipped.append)
        files = run["accounts"]["files"]
        noun = "file" if files == 1 else "files"
        sys.stderr.write(f"run {run['id']}: {files} {noun} received.\n")
        there = run.get("skipped") or {"count": 0, "names": []}  # in archives
        tell_skipped([*skipped, *there["names"]], len(skipped) + there["count"])
        if wait:
            run = wait_for(client, run["id"])
        if as_json:
            write_json([run])
        else:
            output().print(run_table(run))
            show_reasons(client, run)
        tell_doubtful(client, run)
        if not wait:
            sys.stderr.write(f"zhibiao status {run['id']} shows how it goes on.\n")
    return Exit.FAILURES if failures or (wait and failed_in(run)) else Exit.OK


def _send(
    client: Client,
    paths: list[str],
    label: str,
    metadata: dict[str, Any] | None,
    unreadable: Callable[[Sendable, OSError], None],
    skipped: Callable[[str], None],
) -> dict[str, Any]:
    from zhibiao.cli.showing import sending
    from zhibiao.sending import files_to_send

    files = files_to_send(paths, skipped=skipped)
    total = 0
    for file in files:
        try:
            total += file.size()
        except OSError:
            continue  # told when it is opened
    with sending(total) as sent:
        return client.send(files, label=label, metadata=metadata, sent=sent, unreadable=unreadable)


def _metadata(written: str | None) -> dict[str, Any] | None:
    if written is None:
        return None
    try:
        metadata = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise typer.BadParameter(f"not JSON: {error}", param_hint="--metadata") from error
    if not isinstance(metadata, dict):
        raise typer.BadParameter("must be a JSON object", param_hint="--metadata")
    return metadata


def status(
    run: Annotated[
        int | None, typer.Argument(min=1, metavar="RUN", help="Default: the newest run.")
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait", "-w", help="Wait until it is finished, with a bar.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Show how a run stands: accounts, pace, time left, and why documents failed.

    ```
    zhibiao status
    zhibiao status 7 --wait
    ```
    """
    from zhibiao.cli.showing import output, pace_line, run_table, write_json

    with connect() as client:
        if run is None:
            newest = client.runs(limit=1)
            if not newest:
                sys.stderr.write("zhibiao: Nothing has been submitted yet.\n")
                return Exit.OK
            run = int(newest[0]["id"])
        found = wait_for(client, run) if wait else client.run(run)
        if as_json:
            write_json([found])
        else:
            output().print(run_table(found))
            line = pace_line(found)
            if line:
                output().print(line)
            show_reasons(client, found)
        tell_doubtful(client, found)
    return Exit.FAILURES if wait and failed_in(found) else Exit.OK


def runs(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 20,
    as_json: AsJson = False,
) -> int:
    """List the newest runs.

    ```
    zhibiao runs
    ```
    """
    from zhibiao.cli.showing import output, records_table, write_json

    with connect() as client:
        found = client.runs(limit=limit)
    if as_json:
        write_json(found)
        return Exit.OK
    columns = ("id", "label", "status", "submitted", "done", "failed", "quarantined", "created_at")
    flat = [entry["accounts"] | entry for entry in found]
    output().print(records_table(flat, columns))
    return Exit.OK


def documents(
    run: Run = None,
    state: States = None,
    failed: Annotated[
        bool, typer.Option("--failed", help="Short for both states of failure.")
    ] = False,
    barren: Annotated[
        bool,
        typer.Option(
            "--barren", help="Only those that are done and in which no indicator was found."
        ),
    ] = False,
    unplaced: Annotated[
        bool,
        typer.Option(
            "--unplaced", help="Only those that are done and whose region or year is not known."
        ),
    ] = False,
    error_code: Annotated[
        str | None, typer.Option(help="Only this error code (docs/errors.md).")
    ] = None,
    region: RegionOption = None,
    region_code: RegionCode = None,
    year_from: YearFrom = None,
    year_to: YearTo = None,
    name: Annotated[str | None, typer.Option(help="Part of the file name.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> int:
    """List documents, newest first, with their state and, where they failed, the reason.

    ```
    zhibiao documents --failed
    zhibiao documents --barren
    zhibiao documents --unplaced
    zhibiao documents --run 7 --state duplicate --json
    ```
    """
    from itertools import islice

    from zhibiao.cli.showing import documents_table, output, write_json

    wanted: dict[str, Any] = {
        "run": run,
        "state": [*(state or []), *(FAILURES if failed else ())] or None,
        "barren": barren or None,
        "unplaced": unplaced or None,
        "error_code": error_code,
        "region": region,
        "region_code": region_code,
        "year_from": year_from,
        "year_to": year_to,
        "name": name,
    }
    with connect() as client:
        found = client.documents(**wanted, order="newest", limit=min(limit, 500))
        listed = list(islice(found, limit))
        if as_json:
            write_json(listed)
        else:
            output().print(documents_table(listed))
        more = client.count_documents(**wanted) - limit if len(listed) == limit else 0
    if not listed:
        sys.stderr.write("zhibiao: No document matches.\n")
    if more > 0:
        sys.stderr.write(f"{more} more: --limit\n")
    return Exit.OK


def cancel(run: RunId) -> int:
    """Stop a run: nothing more of it starts. `zhibiao resume` takes it up again.

    ```
    zhibiao cancel 7
    ```
    """
    with connect() as client:
        return _changed(client.cancel(run), "stopped")


def pause(run: RunId) -> int:
    """Hold a run until it is resumed.

    ```
    zhibiao pause 7
    ```
    """
    with connect() as client:
        return _changed(client.pause(run), "held")


def resume(run: RunId) -> int:
    """Let a paused or cancelled run go on.

    ```
    zhibiao resume 7
    ```
    """
    with connect() as client:
        return _changed(client.resume(run), "going on")


def retry(
    run: RunId,
    quarantined: Annotated[
        bool, typer.Option("--quarantined", help="The quarantined ones too.")
    ] = False,
    document: Annotated[
        list[int] | None,
        typer.Option(min=1, help="Only this document, quarantined or failed; repeatable."),
    ] = None,
    error_code: Annotated[
        str | None, typer.Option(help="Only documents with this error code, quarantined or failed.")
    ] = None,
) -> int:
    """Send documents that failed through once more; those in quarantine only where asked for.

    ```
    zhibiao retry 7
    zhibiao retry 7 --quarantined
    zhibiao retry 7 --error-code worker_lost
    zhibiao retry 7 --document 41 --document 58
    ```
    """
    with connect() as client:
        answer = client.retry(
            run, documents=document, error_code=error_code, quarantined=quarantined
        )
    code = _changed(answer, "tried again")
    left = answer["run"]["accounts"]["quarantined"]
    if not left or document is not None or error_code is not None:
        return code
    if not quarantined:
        sys.stderr.write(
            f"{left} {'is' if left == 1 else 'are'} quarantined: retry with --quarantined, "
            "--error-code or --document.\n"
        )
    else:
        sys.stderr.write(
            f"{left} quarantined ones were left alone: their bytes were never stored, or another "
            "run has taken them up.\n"
        )
    return code


def _changed(answer: dict[str, Any], what: str) -> int:
    from zhibiao.cli.showing import output, run_table

    output().print(run_table(answer["run"]))
    sys.stderr.write(f"{answer['documents']} documents {what}.\n")
    return Exit.OK
