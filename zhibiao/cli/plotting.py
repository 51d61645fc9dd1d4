"""The command that draws."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from zhibiao.cli.exits import Exit
from zhibiao.cli.options import RegionCode, RegionOption, Run, YearFrom, YearTo


class PlotKind(StrEnum):
    TARGETS = "targets"
    OUTTURNS = "outturns"
    KEYWORDS = "keywords"
    COVERAGE = "coverage"


def register(app: typer.Typer) -> None:
    app.command("plot")(plot)


def plot(
    kind: Annotated[
        PlotKind, typer.Argument(metavar="PLOT", show_default=False, help="What to draw.")
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            show_default=False,
            help="File; its ending is the format: png, svg, pdf.",
        ),
    ],
    indicator: Annotated[str, typer.Option(help="Which indicator; not of keywords.")] = "gdp",
    measure: Annotated[
        str, typer.Option(help="Of targets and outturns: level, growth …")
    ] = "growth",
    keywords: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Of keywords: a set of terms, or a bundled one."),
    ] = None,
    run: Run = None,
    region: RegionOption = None,
    region_code: RegionCode = None,
    year_from: YearFrom = None,
    year_to: YearTo = None,
    font: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="A font file with Chinese characters."),
    ] = None,
) -> int:
    """Draw a table as a picture.

    targets: by year and region, a marker for each kind of bound, a bar for a range. outturns:
    targets beside what came of them. keywords: frequency by year and group, the mean of the
    reports. coverage: what each report states, or why not.

    ```
    zhibiao plot targets -o targets.png --region 榆林市
    zhibiao plot outturns -o gdp.svg --region-code 610000
    zhibiao plot keywords -o digital.png --keywords 数字经济
    zhibiao plot coverage -o coverage.png --indicator gdp
    ```
    """
    if out.suffix.lower() not in (".png", ".svg", ".pdf"):
        raise typer.BadParameter(
            f"{out.name} does not end in .png, .svg or .pdf", param_hint="--output"
        )
    if not out.absolute().parent.is_dir():
        raise typer.BadParameter(f"{out.parent} is no folder", param_hint="--output")
    from zhibiao.library import connect

    with connect() as service:
        service.plot(
            kind.value,
            out,
            indicator=indicator,
            measure=measure,
            keywords=keywords,
            font=font,
            run=run,
            region=region,
            region_code=region_code,
            year_from=year_from,
            year_to=year_to,
        )
    return Exit.OK
