"""Commands that bring documents up to date, and show and take back what that has changed."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

import typer

from zhibiao.cli.exits import Exit
from zhibiao.cli.options import AsJson, RegionCode, RunId, States, YearFrom, YearTo
from zhibiao.cli.places import connect
from zhibiao.cli.waiting import failed_in, wait_for
from zhibiao.domain import Stage

Moment = Annotated[
    str, typer.Argument(metavar="RUN|DATE", show_default=False, help="A run, a date or a time.")
]
_SHOWN = 40  # changes in a table
_NAMES_SHOWN = 5  # that a catalogue has changed


class DiffFormat(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def register(app: typer.Typer) -> None:
    for command in (reprocess, diff, rollback, prune):
        app.command(command.__name__)(command)


def reprocess(
    plan: Annotated[
        bool, typer.Option("--plan", help="Say what would be done and why; do nothing.")
    ] = False,
    document: Annotated[
        list[int] | None,
        typer.Option(min=1, help="Only this document, a quarantined one too; repeatable."),
    ] = None,
    run: Annotated[
        int | None, typer.Option(min=1, help="Only documents that were in this run.")
    ] = None,
    region_code: RegionCode = None,
    year_from: YearFrom = None,
    year_to: YearTo = None,
    state: States = None,
    error_code: Annotated[str | None, typer.Option(help="Only with this error code.")] = None,
    name: Annotated[str | None, typer.Option(help="Part of the file name.")] = None,
    first: Annotated[
        Stage | None,
        typer.Option("--from", help="Execute this stage and all after it, outdated or not."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Execute all stages, outdated or not.")
    ] = False,
    atomic: Annotated[
        bool,
        typer.Option("--atomic", help="Show nothing of it before all is done without a failure."),
    ] = False,
    label: Annotated[str, typer.Option(help="A name for the run.")] = "",
    wait: Annotated[bool, typer.Option("--wait", "-w", help="Wait until it is finished.")] = False,
    as_json: AsJson = False,
) -> int:
    """Process again what is outdated: after a new version, another catalogue or dictionary.

    ```
    zhibiao reprocess --plan
    zhibiao reprocess --wait
    zhibiao reprocess --region-code 61 --year-from 2020 --atomic
    zhibiao reprocess --document 41 --from clean
    ```

    Only outdated stages are executed. Readers see each document's former observations until its
    new ones are complete.
    """
    from zhibiao.cli.showing import output, run_table, write_json

    wanted: dict[str, Any] = {
        "documents": document,
        "run": run,
        "region_code": region_code,
        "year_from": year_from,
        "year_to": year_to,
        "states": state,
        "error_code": error_code,
        "name": name,
        "from": None if first is None else first.value,
        "all": everything or None,
        "atomic": atomic or None,
        "label": label or None,
    }
    with connect() as client:
        answer = client.reprocess(dry_run=plan, **wanted)
        begun = answer["run"]
        if begun is not None and wait:
            begun = answer["run"] = wait_for(client, begun["id"])
        if as_json:
            write_json([answer])
        else:
            _show_plan(answer["plan"])
            if begun is not None:
                output().print(run_table(begun))
                sys.stderr.write(f"zhibiao diff {begun['id']} shows what it has changed.\n")
                if begun["spared"]:
                    output().print(f"{begun['spared']} spared: they are up to date as they are.")
            elif not plan:
                sys.stderr.write("zhibiao: There is nothing to do.\n")
    return Exit.FAILURES if wait and begun is not None and failed_in(begun) else Exit.OK


def _show_plan(plan: Mapping[str, Any]) -> None:
    from zhibiao.cli.showing import output, records_table

    if plan["problem"]:
        sys.stderr.write(f"zhibiao: {plan['problem'].rstrip('.')}. The former one is in use.\n")
    stages = [
        {"stage": stage, "start here": count, "executions": plan["executions"][stage]}
        for stage, count in plan["starts"].items()
    ]
    title = f"{plan['outdated']} outdated, {plan['up_to_date']} up to date"
    output().print(records_table(stages, ("stage", "start here", "executions"), title))
    reasons = [
        {"stage": r["stage"], "because of": ", ".join(r["changed"]), "documents": r["documents"]}
        for r in plan["reasons"]
    ]
    if reasons:
        output().print(records_table(reasons, ("stage", "because of", "documents"), "Why"))
    for spared in plan["spared"]:
        output().print(f"{spared['documents']} spared: {_spared_because(spared)}")
    for why, count in plan["left_alone"].items():
        output().print(f"{count} left alone: {why}")
    least, most = plan["worker_seconds_at_least"], plan["worker_seconds_at_most"]
    if least is not None and plan["outdated"]:
        output().print(f"about {least:.0f} to {most:.0f} s of one worker process")


def _spared_because(spared: Mapping[str, Any]) -> str:
    """What a changed catalogue has changed, and none of these documents holds."""
    names = list(spared["names"])[:_NAMES_SHOWN]
    more = spared["names_changed"] - len(names)
    said = [
        f"names {', '.join(names)}{f' and {more} more' if more else ''}" if names else "",
        f"indicators {', '.join(spared['indicators'])}" if spared["indicators"] else "",
    ]
    what = "; ".join(filter(None, said)) or "nothing that a report is read by"
    return f"none of what has changed in the {' and the '.join(spared['changed'])} ({what})"


def diff(
    before: Moment,
    after: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN|DATE]", show_default=False, help="Then: from the first to this."
        ),
    ] = None,
    document: Annotated[int | None, typer.Option(min=1, help="Only this document.")] = None,
    indicator: Annotated[
        list[str] | None, typer.Option(help="Only this indicator; repeatable.")
    ] = None,
    open_quantities: Annotated[
        bool, typer.Option("--open", help="Also numbers of no catalogue indicator.")
    ] = False,
    form: Annotated[
        DiffFormat, typer.Option("--format", help="csv and json give every change.")
    ] = DiffFormat.TABLE,
) -> int:
    """Show which observations a run has changed, or which differ between two runs or dates.

    ```
    zhibiao diff 12
    zhibiao diff 12 --format csv > changes.csv
    zhibiao diff 2026-01-31 2026-02-28 --indicator gdp
    ```
    """
    if after is None and not before.isdecimal():
        raise typer.BadParameter("a date needs a second one to compare with", param_hint="RUN|DATE")
    wanted = {"document": document, "indicator": indicator, "open": open_quantities or None}
    with connect() as client:
        if form is not DiffFormat.TABLE:
            written = "jsonl" if form is DiffFormat.JSON else "csv"
            for piece in client.diff_lines(before, after, form=written, **wanted):
                sys.stdout.write(piece)
        elif after is None:
            _show_diff(client.diff(int(before), **wanted, limit=_SHOWN))
        else:
            _show_diff(client.diff_between(before, after, **wanted, limit=_SHOWN))
    return Exit.OK


def _show_diff(found: Mapping[str, Any]) -> None:
    from zhibiao.cli.showing import output, records_table

    totals = found["totals"]
    kinds = ("appeared", "vanished", "changed")
    counted = ", ".join(f"{totals[kind]} {kind}" for kind in kinds)
    output().print(f"{counted}, in {found['documents']} documents")
    if not found["changes"]:
        return
    indicators = [{"indicator": name, **counts} for name, counts in found["indicators"].items()]
    output().print(records_table(indicators, ("indicator", *kinds)))
    rows = [
        {
            "document": change["document_id"],
            "region": change["region"],
            "year": change["year"],
            "indicator": change["indicator"],
            "change": change["change"],
            "fields": " ".join(change["fields"]),
            "old": _statement(change["old"]),
            "new": _statement(change["new"]),
        }
        for change in found["changes"]
    ]
    output().print(records_table(rows, tuple(rows[0])))
    if found["truncated"]:
        sys.stderr.write("zhibiao: More with --format csv or json.\n")


def _statement(stated: Mapping[str, Any] | None) -> str:
    if stated is None:
        return ""
    high = "" if stated["value_high"] is None else f"–{stated['value_high']}"
    return f"{stated['value']}{high} {stated['unit']} {stated['status']}: {stated['evidence']}"


def rollback(
    run: RunId,
    document: Annotated[int | None, typer.Option(min=1, help="Only this document.")] = None,
) -> int:
    """Make current again what was so before a run. Nothing is deleted.

    ```
    zhibiao rollback 12
    zhibiao rollback 12 --document 41
    ```
    """
    with connect() as client:
        answer = client.roll_back(run, document=document)
    sys.stdout.write(f"{answer['documents']} documents are as they were before run {run}.\n")
    for name, why in (
        ("superseded", "changed again since"),
        ("first", "there was nothing before"),
        ("pruned", "what was before is not kept any more"),
    ):
        if answer[name]:
            sys.stdout.write(f"{answer[name]} left alone: {why}.\n")
    return Exit.OK


def prune(
    keep: Annotated[
        int | None,
        typer.Option(
            min=0, help="Superseded generations a document; default: ZHIBIAO_KEEP_EXTRACTIONS."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what would be forgotten; do nothing.")
    ] = False,
) -> int:
    """Forget superseded observations and texts. Current ones always stay.

    ```
    zhibiao prune --dry-run
    zhibiao prune --keep 2
    ```
    """
    with connect() as client:
        answer = client.prune(keep=keep, dry_run=dry_run)
    verb = "would be" if dry_run else "are"
    sys.stdout.write(
        f"{answer['extractions']} generations of observations and {answer['texts']} texts "
        f"{verb} forgotten, with {answer['work']} records of superseded work and "
        f"{answer['audit']} entries of the audit log.\n"
    )
    return Exit.OK
