"""The command that draws."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from zhibiao.cli.exits import Exit
from zhibiao.cli.options import RegionCode, RegionOption, Run, YearFrom, YearTo
from zhibiao.cli.outputs import format_of
from zhibiao.domain import Measure
from zhibiao.rendering import PLOT_FORMATS, Plot


def register(app: typer.Typer) -> None:
    app.command("plot")(plot)


def plot(
    kind: Annotated[Plot, typer.Argument(metavar="PLOT", show_default=False, help="What to draw.")],
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
    measure: Annotated[Measure, typer.Option(help="Of targets and outturns.")] = Measure.GROWTH,
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
    format_of(out, PLOT_FORMATS)
    if keywords is not None and kind != "keywords":
        raise typer.BadParameter(f"{kind} are drawn without", param_hint="--keywords")
    from zhibiao.library import connect

    with connect() as service:
        service.plot(
            kind,
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
    sys.stderr.write(f"{out}: {out.stat().st_size:,} bytes\n")
    return Exit.OK
