"""Commands that need no service: extract, inspect, clean."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhibiao.cli.doubtful import tell_unplaced_files
from zhibiao.cli.exits import Exit
from zhibiao.cli.options import Labels, OwnCatalogue, Paths, own_catalogue
from zhibiao.cli.skipping import tell_skipped
from zhibiao.cli.table_options import check_options

if TYPE_CHECKING:
    from zhibiao.local import Wish

_INSPECT_COLUMNS = (
    "source",
    "title",
    "region",
    "region_code",
    "province",
    "year",
    "review_year",
    "speaker",
    "delivered_on",
    "partial",
    "characters",
)


class ExtractFormat(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"
    TABLE = "table"


class LocalTable(StrEnum):
    OBSERVATIONS = "observations"
    PANEL = "panel"
    COVERAGE = "coverage"
    CODEBOOK = "codebook"


class InspectFormat(StrEnum):
    JSON = "json"
    TABLE = "table"


def register(app: typer.Typer) -> None:
    app.command("extract")(extract)
    app.command("inspect")(inspect)
    app.command("clean")(clean)


def extract(
    paths: Paths,
    form: Annotated[
        ExtractFormat | None,
        typer.Option("--format", "-f", help="One observation a line (default: jsonl), or a table."),
    ] = None,
    every_scope: Annotated[
        bool, typer.Option("--all", help="Also figures of parts of the region or of others.")
    ] = False,
    open_quantities: Annotated[
        bool, typer.Option("--open", help="Also numbers of no catalogue indicator.")
    ] = False,
    catalogue: OwnCatalogue = None,
    statements: Annotated[
        bool,
        typer.Option(
            "--statements",
            help="Also what is stated without a value: 与经济增长同步, 居全省前列.",
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Write a table to this file instead; its ending is the format: csv, xlsx, "
            "parquet, jsonl, dta. Several prints of one report count once.",
        ),
    ] = None,
    table: Annotated[
        LocalTable, typer.Option(help="With --output: which table, as `zhibiao export` makes it.")
    ] = LocalTable.OBSERVATIONS,
    long: Annotated[
        bool, typer.Option("--long", help="Of the panel: a row a cell, with sentence and flags.")
    ] = False,
    unit: Annotated[
        list[str] | None,
        typer.Option(help="Of the panel: values in this unit (亿元) where it fits; repeatable."),
    ] = None,
    labels: Annotated[
        Labels | None, typer.Option(help="Of panel and coverage: headings for people.")
    ] = None,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Say of every number what was decided, by which rule."),
    ] = False,
) -> int:
    """Print every indicator that the reports state, each with its sentence.

    Reads local files; needs no service.

    ```
    zhibiao extract 2023.txt
    zhibiao extract reports/ --format csv > observations.csv
    zhibiao extract report.pdf --format table --all
    zhibiao extract reports/ --statements --format csv > stated.csv
    zhibiao extract reports/ -o observations.dta
    zhibiao extract reports/ -o panel.xlsx --table panel --unit 亿元
    ```
    """
    from zhibiao.local import Wish
    from zhibiao.rendering import (
        KINDS,
        OBSERVATION_FIELDS,
        STATED_FIELDS,
        STORED_FIELDS,
        csv_lines,
        json_lines,
    )

    wish = Wish(
        purpose="explain" if explain else "extract",
        parts=every_scope,
        open_quantities=open_quantities,
        statements=statements,
        catalogue=own_catalogue(catalogue),
    )
    if out is not None:
        _refuse("is of what is printed; not with --output", explain=explain, statements=statements)
        if form is not None and out.suffix.lower() != f".{form.value}":
            _refuse("is of what is printed; of a file its ending is the format", format=form)
        of_panel = {"long": long, "unit": unit, "labels": labels}
        check_options(table.value, {"all": every_scope, "open": open_quantities, **of_panel})
        return _tabulate(paths, replace(wish, purpose="tabulate"), out, table, long, unit, labels)
    another = table is not LocalTable.OBSERVATIONS
    _refuse("is of a table in a file: say which with --output", table=another, long=long)
    _refuse("is of a table in a file: say which with --output", unit=unit, labels=labels)
    if explain:
        _refuse("not with --explain", format=form, statements=statements)
        return _through(paths, wish, _write_texts)
    if form in (None, ExtractFormat.JSONL):
        return _through(paths, wish, lambda records: _write(json_lines(records)))
    if form is ExtractFormat.TABLE:
        kinds = KINDS if statements else ()
        shown = ("region", "year", *STATED_FIELDS, "certain", *kinds, "sentence")
        return _through(paths, wish, lambda records: _show(records, shown))
    fields = (*OBSERVATION_FIELDS, *KINDS) if statements else OBSERVATION_FIELDS
    columns = [name for name in fields if name not in STORED_FIELDS]
    return _through(
        paths, wish, lambda records: _write(csv_lines(records, columns, for_excel=False))
    )


def inspect(
    paths: Paths,
    form: Annotated[
        InspectFormat, typer.Option("--format", "-f", help="A JSON object a line, or a table.")
    ] = InspectFormat.TABLE,
) -> int:
    """Say of each report what it is: region, year, speaker, where it was cut out.

    Reads local files; needs no service.

    ```
    zhibiao inspect compendium.txt
    zhibiao inspect reports/ --format json
    ```
    """
    from zhibiao.local import Wish
    from zhibiao.rendering import json_lines

    wish = Wish(purpose="inspect")
    if form is InspectFormat.JSON:
        return _through(paths, wish, lambda records: _write(json_lines(records)))
    return _through(paths, wish, lambda records: _show(records, _INSPECT_COLUMNS))


def clean(paths: Paths) -> int:
    """Print the reports' text without boilerplate, an empty line between two reports.

    Reads local files; needs no service.

    ```
    zhibiao clean scraped.html > report.txt
    ```
    """
    from zhibiao.local import Wish

    return _through(paths, Wish(purpose="clean"), _write_texts)


def _refuse(why: str, **given: Any) -> None:
    for name, value in given.items():
        if value:
            raise typer.BadParameter(why, param_hint=f"--{name}")


def _tabulate(
    paths: list[Path],
    wish: Wish,
    out: Path,
    table: LocalTable,
    long: bool,
    unit: list[str] | None,
    labels: Labels | None,
) -> int:
    """Write a table of all reports."""
    from zhibiao.cli.outputs import format_of
    from zhibiao.local import catalogue_of
    from zhibiao.rendering import TABLE_FORMATS
    from zhibiao.tables.panels import Look
    from zhibiao.tabulating import TableWish, is_unplaced, write_table

    if str(out) == "-":
        raise typer.BadParameter("without it, --format csv prints", param_hint="--output")
    form = format_of(out, TABLE_FORMATS)
    wanted = TableWish(
        table=table.value,
        catalogue=catalogue_of(wish.catalogue),
        parts=wish.parts,
        long=long,
        units=tuple(unit or ()),
        look=Look(labels=None if labels is None else labels.value),
    )
    rows = unplaced = 0

    def write(records: Iterable[dict[str, Any]]) -> None:
        nonlocal rows, unplaced
        reports = list(records)
        rows = write_table(form, out, reports, wanted)
        unplaced = sum(is_unplaced(each) for each in reports)

    code = _through(paths, wish, write)
    sys.stderr.write(f"{out}: {rows:,} rows\n")
    if table is not LocalTable.OBSERVATIONS:
        tell_unplaced_files(unplaced)
    return code


def _through(
    paths: list[Path], wish: Wish, write: Callable[[Iterable[dict[str, Any]]], None]
) -> int:
    """Process the files and write what comes out, as it comes; the exit code."""
    from zhibiao.cli.showing import progress
    from zhibiao.local import process
    from zhibiao.uploading import walk

    wish.check()
    skipped: list[str] = []
    files = list(walk(paths, skipped=skipped.append))
    if not files:
        tell_skipped(skipped)
        raise typer.BadParameter("there is no file", param_hint="PATH...")
    failures = 0

    with progress() as bar:
        task = bar.add_task(wish.purpose, total=len(files), note="")

        def tell(line: str) -> None:
            bar.console.print(line, markup=False, soft_wrap=True)

        def records() -> Iterable[dict[str, Any]]:
            nonlocal failures
            for count, outcome in enumerate(process(files, wish, skipped=skipped.append), 1):
                bar.update(task, completed=outcome.file, note=f"{count} read")
                failures += len(outcome.errors)
                for error in outcome.errors:
                    tell(_named(outcome.source, error))
                for remark in outcome.remarks:
                    tell(remark)
                yield from outcome.records
            bar.update(task, completed=len(files))

        write(records())
    tell_skipped(skipped)
    return Exit.FAILURES if failures else Exit.OK


def _named(source: str, message: str) -> str:
    """In one line. Errors of reading begin with the name of what cannot be read, others do not."""
    line = " ".join(message.splitlines())
    return line if line.startswith(source) else f"{source}: {line}"


def _write(lines: Iterable[bytes]) -> None:
    out = sys.stdout.buffer
    for line in lines:
        out.write(line)
    out.flush()


def _write_texts(records: Iterable[dict[str, Any]]) -> None:
    out = sys.stdout.buffer
    for position, record in enumerate(records):
        if position:
            out.write(b"\n\n")
        out.write(record["text"].encode("utf-8", "replace").rstrip(b"\n") + b"\n")
    out.flush()


def _show(records: Iterable[dict[str, Any]], columns: tuple[str, ...]) -> None:
    from zhibiao.cli.showing import output, records_table

    output().print(records_table(records, columns))
