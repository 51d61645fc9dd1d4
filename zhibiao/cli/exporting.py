"""The command that writes a whole table to a file."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from zhibiao.cli.doubtful import tell_unplaced
from zhibiao.cli.exits import Exit
from zhibiao.cli.expected import expected_reports
from zhibiao.cli.gold import export_gold
from zhibiao.cli.options import Labels, RegionCode, RegionOption, Run, States, YearFrom, YearTo
from zhibiao.cli.outputs import format_of
from zhibiao.cli.places import connect
from zhibiao.cli.table_options import check_options
from zhibiao.keywords.choices import Denominator, Grain, Match, TermGrain
from zhibiao.rendering import TABLE_FORMATS, Table, TableFormat

# The tables, and a folder of annotations.
Exported = Literal[Table, "gold"]


def register(app: typer.Typer) -> None:
    app.command("export")(export)


def export(
    table: Annotated[
        Exported,
        typer.Argument(metavar="TABLE", show_default=False, help="Which table."),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            show_default=False,
            help="File; its ending is the format: csv, xlsx, parquet, jsonl, dta (Stata). "
            "`-`: to standard output. Of gold: a folder.",
        ),
    ],
    form: Annotated[
        TableFormat | None, typer.Option("--format", help="The format, where no ending tells it.")
    ] = None,
    long: Annotated[
        bool, typer.Option("--long", help="Of panel: a row a cell, with its sentence and flags.")
    ] = False,
    unit: Annotated[
        list[str] | None,
        typer.Option(help="Of panel: values in this unit (亿元) where it fits; repeatable."),
    ] = None,
    flagged: Annotated[
        bool,
        typer.Option("--flagged", help="Of a wide panel: also values that are set aside."),
    ] = False,
    labels: Annotated[
        Labels | None,
        typer.Option(help="Headings for people, of panel, coverage and codebook."),
    ] = None,
    expect: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            metavar="UNITS.csv",
            help="Of coverage: the reports that there should be, as region (or region_code), year.",
        ),
    ] = None,
    run: Run = None,
    region: RegionOption = None,
    region_code: RegionCode = None,
    year_from: YearFrom = None,
    year_to: YearTo = None,
    state: States = None,
    indicator: Annotated[
        list[str] | None, typer.Option(help="Only this indicator (gdp); repeatable.")
    ] = None,
    parts: Annotated[
        bool, typer.Option("--parts", help="Also figures of parts of the region or of others.")
    ] = False,
    open_quantities: Annotated[
        bool, typer.Option("--open", help="Also numbers of no catalogue indicator.")
    ] = False,
    certain: Annotated[
        bool, typer.Option("--certain", help="Only observations that there is no doubt about.")
    ] = False,
    as_found: Annotated[
        bool, typer.Option("--as-found", help="Without what people have corrected.")
    ] = False,
    keyword: Annotated[
        list[str] | None,
        typer.Option(
            help="Of keywords, concordance: a term to count; repeatable. Default: policy terms."
        ),
    ] = None,
    keywords: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Of keywords, concordance: a set of terms (txt, csv, TOML), or a bundled one: "
            "数字经济, 环境, 科技创新.",
        ),
    ] = None,
    match: Annotated[
        Match | None,
        typer.Option(
            help="Of keywords, concordance: on word boundaries (token, default), or anywhere."
        ),
    ] = None,
    by: Annotated[
        Grain | None,
        typer.Option(help="Of keywords: a row a document (the default), or each of its sections."),
    ] = None,
    per: Annotated[
        Denominator | None,
        typer.Option(help="Of keywords: of what per_10000 is a share; default: tokens."),
    ] = None,
    no_zeros: Annotated[
        bool,
        typer.Option("--no-zeros", help="Of keywords: no row for a term that a report never says."),
    ] = False,
    of: Annotated[
        TermGrain | None,
        typer.Option(help="Of terms: whose words, a document's (default), a year's, a region's."),
    ] = None,
    top: Annotated[
        int | None,
        typer.Option(min=1, help="Of terms: only so many of each, by TF-IDF. Default: all."),
    ] = None,
    background: Annotated[
        bool,
        typer.Option(
            "--background", help="Let the service make it by itself: for tables that take long."
        ),
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="RUN|DATE",
            help="As a run left it, or as it was at a date or time. Not of documents.",
        ),
    ] = None,
) -> int:
    """Write a whole table to a file.

    observations: every number with its sentence. statements: what is stated without one. panel:
    one row a region and year, one column an indicator; with --long one row a value. coverage: why
    a cell is empty. codebook: what the columns of a panel are. keywords: how often each report says
    each term. concordance: each place where one says a term. terms: the words of each report, year
    or region with count and TF-IDF; all of them are the document-term matrix. documents: every
    submitted document with its state and reason. gold: a folder of annotations, a NAME.jsonl a
    report that somebody has checked, for `zhibiao score`.

    ```
    zhibiao export observations -o observations.csv
    zhibiao export panel -o panel.xlsx --region-code 61 --unit 亿元
    zhibiao export panel -o panel.dta --long --labels zh
    zhibiao export coverage -o coverage.csv --expect provinces.csv
    zhibiao export keywords -o digital.csv --keyword 数字经济 --keyword 智能制造
    zhibiao export keywords -o digital.csv --keywords digital-economy.txt --match substring
    zhibiao export keywords -o digital.parquet --keywords 数字经济 --by section
    zhibiao export concordance -o places.xlsx --keywords 数字经济
    zhibiao export terms -o top.csv --of region --top 30
    zhibiao export terms -o matrix.parquet
    zhibiao export documents -o documents.parquet
    zhibiao export gold -o gold
    zhibiao export panel -o panel.csv --as-of 2026-01-31
    ```

    Beside the file stands its manifest, FILE.manifest.json: versions, digests of what it was made
    from, rows, and the moment to give to --as-of for the same rows again.
    """
    from zhibiao.cli.showing import sending

    counting = {"match": match, "by": by, "per": per, "zeros": "false" if no_zeros else None}
    ranking = {"of": of, "top": top}
    check_options(
        table,
        {
            "long": long,
            "unit": unit,
            "flagged": flagged,
            "labels": labels,
            "expect": expect,
            "indicator": indicator,
            "parts": parts,
            "open": open_quantities,
            "certain": certain,
            "as-found": as_found,
            "keyword": keyword,
            "keywords": keywords,
            "match": match,
            "by": by,
            "per": per,
            "no-zeros": no_zeros,
            **ranking,
            "format": form,
            "state": state,
            "background": background,
            "as-of": as_of,
        },
    )
    if table == "gold":
        return export_gold(
            out,
            run=run,
            region=region,
            region_code=region_code,
            year_from=year_from,
            year_to=year_to,
        )
    terms: list[str | Mapping[str, Any]] = list(keyword or [])
    if keywords is not None:
        terms += _terms(keywords)
    if background and (terms or expect is not None):
        raise typer.BadParameter("not with a set of terms or reports", param_hint="--background")
    expected = None if expect is None else expected_reports(expect)
    piped = str(out) == "-"
    if piped:
        chosen: TableFormat = "csv" if form is None else form
    else:
        chosen = format_of(out, TABLE_FORMATS, form)
    with (
        tempfile.TemporaryDirectory() if piped else nullcontext(out.parent) as folder,
        connect() as client,
        sending(None, "receiving") as received,
    ):
        target = Path(folder) / f"{table}.{chosen}" if piped else out
        exported = client.export(
            table,
            target,
            form=chosen,
            received=received,
            background=background,
            manifest=None if piped else out.with_name(f"{out.name}.manifest.json"),
            layout="long" if long else None,
            unit=unit or None,
            flagged=flagged or None,
            labels=None if labels is None else labels.value,
            expected=expected,
            as_of=as_of,
            run=run,
            region=region,
            region_code=region_code,
            year_from=year_from,
            year_to=year_to,
            state=state,
            indicator=indicator,
            parts=parts or None,
            open=open_quantities or None,
            certain=certain or None,
            corrections="false" if as_found else None,
            keyword=terms or None,
            **counting,
            **ranking,
        )
        if piped:
            with target.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()
    sys.stderr.write(f"{out}: {exported.manifest['rows']:,} rows, {exported.size:,} bytes\n")
    tell_unplaced(exported.manifest["unplaced"], run)
    return Exit.OK


def _terms(chosen: str) -> list[str | Mapping[str, Any]]:
    """The terms of a file or of a bundled set, as the service takes them."""
    from zhibiao.keywords.sets import as_asked, load_keywords

    return as_asked(load_keywords(chosen))
