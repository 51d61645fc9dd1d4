"""The command that searches the stored texts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Annotated, Any

import typer

from zhibiao.cli.exits import Exit
from zhibiao.cli.options import AsJson, RegionCode, RegionOption, Run, YearFrom, YearTo
from zhibiao.cli.places import connect


def register(app: typer.Typer) -> None:
    app.command("search")(search)


def search(
    text: Annotated[
        str, typer.Argument(metavar="TEXT", show_default=False, help="What reports say.")
    ],
    quantities: Annotated[
        bool,
        typer.Option("--quantities", help="Numbers of something that is called so: 充电桩."),
    ] = False,
    run: Run = None,
    region: RegionOption = None,
    region_code: RegionCode = None,
    year_from: YearFrom = None,
    year_to: YearTo = None,
    section: Annotated[
        str | None,
        typer.Option(help="Only in parts of this kind: opening, review, plan, problems …"),
    ] = None,
    context: Annotated[
        int, typer.Option(min=0, max=400, help="Characters on either side of a hit.")
    ] = 40,
    limit: Annotated[int, typer.Option(min=1, help="Most hits to print.")] = 50,
    as_json: AsJson = False,
) -> int:
    """Print where reports say something, each place with what stands around it.

    With --quantities: what is counted and is called so, those of no catalogue indicator too.

    ```
    zhibiao search 老旧小区改造 --region-code 61 --year-from 2020
    zhibiao search 营商环境 --section plan --json
    zhibiao search 充电桩 --quantities
    ```
    """
    from zhibiao.cli.showing import write_json

    if quantities and section is not None:
        raise typer.BadParameter("numbers are searched in whole reports", param_hint="--section")
    reports = {
        "run": run,
        "region": region,
        "region_code": region_code,
        "year_from": year_from,
        "year_to": year_to,
    }
    with connect() as client:
        if quantities:
            hits = client.quantities(text, **reports)
        else:
            hits = client.search(text, **reports, section=section, context=context)
        shown = list(islice(hits, limit))
        more = next(hits, None) is not None
    if as_json:
        write_json(shown)
    else:
        sys.stdout.writelines(_lines(shown, _number if quantities else _place))
    if not shown:
        what = "states a number of" if quantities else "says"
        sys.stderr.write(f"No report {what} {text}.\n")
    elif more:
        sys.stderr.write(f"The first {limit:,} places; --limit shows more.\n")
    return Exit.OK


def _lines(
    hits: Sequence[Mapping[str, Any]], line: Callable[[Mapping[str, Any]], str]
) -> Iterator[str]:
    """The reports, each with its places below it."""
    before = None
    for hit in hits:
        if hit["document_id"] != before:
            gap = "" if before is None else "\n"
            region, year = hit["region"] or "no region", hit["year"] or "no year"
            yield f"{gap}{region} {year}  {hit['source']}  (document {hit['document_id']})\n"
            before = hit["document_id"]
        yield f"  {line(hit)}\n"


def _place(hit: Mapping[str, Any]) -> str:
    around = f"{hit['before']}【{hit['found']}】{hit['after']}"
    return f"{hit['start']:>7}  {' '.join(around.split())}"


def _number(observation: Mapping[str, Any]) -> str:
    high = observation["value_high"]
    value = f"{observation['value']}" if high is None else f"{observation['value']}-{high}"
    stated = f"{observation['subject']} {observation['measure']} {value}{observation['unit']}"
    return f"{observation['id']:>9}  {stated}  {' '.join(observation['evidence'].split())}"
