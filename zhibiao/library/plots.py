"""Plots of a service's tables, with Chinese labels, as PNG, SVG or PDF."""

from __future__ import annotations

import logging
import os
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from zhibiao.analysis.names import measure_name, reason_name
from zhibiao.catalogue.loading import load_catalogue
from zhibiao.errors import ZhibiaoError
from zhibiao.rendering import PLOT_FORMATS, Plot
from zhibiao.whole_file import whole_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_FONT_PACKAGE = "cvttf_NotoSansCJK_Regular"
_FONT_FILE = "NotoSansCJKtc-Regular.otf"
# Names of fonts that machines have, best first.
_FAMILIES = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Heiti SC",
    "Noto Sans CJK JP",
    "Noto Sans CJK TC",
)
# Of lines, which more than these could not be told apart by; grey is of legends.
_LINES = (
    "#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#bcbd22",
    "#17becf", "#000000", "#08306b", "#00441b",
)  # fmt: skip
_MOST_LINES = len(_LINES)
_MOST_ROWS = 80  # of the heat map
_MARKERS = {"eq": "o", "ge": "^", "le": "v", "approx": "D"}
_AIMED = "--"  # the line of targets beside outturns, whose markers are hollow
# Of the coverage map: a reason has the same colour in every plot.
_COLOURS = {
    "value": "#1b7837",
    "value_part_of_year": "#7fbf7b",
    "value_set_aside": "#c2a5cf",
    "relative": "#92c5de",
    "qualitative": "#4393c3",
    "value_other_years": "#b8b8d8",
    "mentioned": "#e6c8a0",
    "nothing_stated": "#fee08b",
    "failed": "#f46d43",
    "quarantined": "#a50026",
    "not_submitted": "#f0f0f0",
}
_BOUNDS = {"eq": "恰为", "ge": "以上", "le": "以内", "approx": "左右"}


class NoFont(ZhibiaoError):
    """No font with Chinese characters was found; install one (fonts-noto-cjk) or name a file."""

    code = "no_chinese_font"


class NothingToPlot(ZhibiaoError):
    """There is nothing to plot."""

    code = "nothing_to_plot"


def plot(
    kind: Plot, table: pd.DataFrame, path: str | os.PathLike[str], *, font: Path | None = None
) -> None:
    """Draw a table into a file; its ending is the format: png, svg, pdf.

    `table` is the long panel of one indicator and measure (targets, outturns), the table of
    keywords, or that of coverage. `font` is a font file; None: one that is found.

    Raises NoFont, NothingToPlot, OSError; ValueError for another ending.
    """
    target = Path(path)
    ending = target.suffix.lstrip(".").lower()
    if ending not in PLOT_FORMATS:
        raise ValueError(f"{target.name} does not end in .png, .svg or .pdf")
    if table.empty:
        raise NothingToPlot(f"There is nothing to plot: no row of {kind} matches.")
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    family = chinese_font(font)
    # Letters as outlines: an SVG must not depend on the fonts of whoever opens it.
    with rc_context({"font.family": family, "axes.unicode_minus": False, "svg.fonttype": "path"}):
        figure = Figure(figsize=(10, 6), layout="constrained")
        _DRAWN[kind](figure, table)
        with whole_file(target) as partial:
            figure.savefig(partial, format=ending, dpi=150)


def chinese_font(font: Path | None = None) -> str:
    """The name of a font with Chinese characters. Raises NoFont."""
    from matplotlib import font_manager

    # It tells of each letter's font that a weight is not among the font's.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    chosen = font
    if chosen is None:
        known = {entry.name for entry in font_manager.fontManager.ttflist}
        family = next((name for name in _FAMILIES if name in known), None)
        if family is not None:
            return family
        spec = find_spec(_FONT_PACKAGE)
        if spec is None or spec.origin is None:
            raise NoFont
        chosen = Path(spec.origin).with_name(_FONT_FILE)
    try:
        font_manager.fontManager.addfont(str(chosen))
        return str(font_manager.FontProperties(fname=str(chosen)).get_name())
    except (OSError, RuntimeError) as error:
        raise NoFont(f"{chosen} is no font that can be read: {error}.") from error


def _axes(figure: Figure) -> Axes:
    """Axes on which no two lines have one colour."""
    axes = figure.subplots()
    axes.set_prop_cycle(color=_LINES)
    return axes


def _draw_targets(figure: Figure, table: pd.DataFrame) -> None:
    targets = _valued(table[table.status == "target"])
    axes = _axes(figure)
    for _, rows in _by_region(targets):
        colour = _line(axes, rows, style="-")
        beyond = rows[rows.stretch.notna()]
        axes.plot(beyond.year.astype(int), beyond.stretch.astype(float), "*", color=colour)
    if targets.stretch.notna().any():
        axes.plot([], [], "*", color="grey", label="力争")
    _bounds_legend(axes, targets)
    _finish(axes, f"{_name(targets)}：目标", _unit(targets))


def _draw_outturns(figure: Figure, table: pd.DataFrame) -> None:
    valued = _valued(table)
    axes = _axes(figure)
    for _, rows in _by_region(valued):
        outturns, targets = rows[rows.status == "actual"], rows[rows.status == "target"]
        colour = _line(axes, outturns, style="-", label="实绩")
        _line(axes, targets, style=_AIMED, label="目标（空心）", colour=colour)
    _bounds_legend(axes, valued)
    _finish(axes, f"{_name(valued)}：目标与实绩", _unit(valued))


def _draw_keywords(figure: Figure, table: pd.DataFrame) -> None:
    """The mean over reports of what all terms of a group are per 10,000."""
    dated = table.dropna(subset=["year", "per_10000"]).copy()
    if dated.empty:
        raise NothingToPlot("There is nothing to plot: no report has a year.")
    several = dated.keyword.nunique() <= _MOST_LINES and dated.group.fillna("").eq("").all()
    dated["line"] = dated.keyword if several else dated.group.fillna("")
    summed = dated.groupby(["document_id", "year", "line"]).per_10000.sum().reset_index()
    mean = summed.groupby(["line", "year"]).per_10000.mean().reset_index()
    axes = _axes(figure)
    lines = list(mean.groupby("line"))
    for name, rows in lines[:_MOST_LINES]:
        axes.plot(rows.year.astype(int), rows.per_10000.astype(float), "o-", label=name or "全部")
    left_out = _left_out(len(lines), _MOST_LINES, "组")
    _finish(axes, f"关键词词频（各报告均值）{left_out}", "每万词")


def _draw_coverage(figure: Figure, table: pd.DataFrame) -> None:
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Patch

    one = table.dropna(subset=["year"]).drop_duplicates(["region_code", "region", "year"])
    order = list(_COLOURS)  # from a value to nothing
    reasons = sorted(
        one.reason.dropna().unique(),
        key=lambda reason: (order.index(reason) if reason in order else len(order), reason),
    )
    codes = {reason: number for number, reason in enumerate(reasons)}
    whole = one.assign(code=one.reason.map(codes)).pivot_table(
        index="region_code", columns="year", values="code", aggfunc="first", sort=True
    )
    names = _region_names(one)
    grid = whole[:_MOST_ROWS]
    colours = [_COLOURS.get(reason, "#d9d9d9") for reason in reasons]
    figure.set_size_inches(10, max(4.0, 1.5 + 0.3 * len(grid)))
    axes = figure.subplots()
    axes.imshow(
        grid.to_numpy(dtype=float), aspect="auto", cmap=ListedColormap(colours), vmin=-0.5,
        vmax=len(reasons) - 0.5, interpolation="nearest",
    )  # fmt: skip
    axes.set_xticks(range(grid.shape[1]), [str(year) for year in grid.columns])
    axes.set_yticks(range(len(grid)), [names[code] for code in grid.index])
    patches = [
        Patch(color=colour, label=reason_name(reason, "zh"))
        for colour, reason in zip(colours, reasons, strict=True)
    ]
    figure.legend(handles=patches, loc="outside right upper")
    title = f"覆盖情况：{_indicator(one)}" if "indicator" in one else "覆盖情况"
    axes.set_title(title + _left_out(len(whole), _MOST_ROWS, "个地区"))


def _left_out(count: int, most: int, noun: str) -> str:
    """What a title says where there is more than is drawn."""
    return f"（仅前{most}{noun}，共{count}{noun}）" if count > most else ""


def _valued(table: pd.DataFrame) -> pd.DataFrame:
    wanted = table[table.value.notna() & table.year.notna()]
    if wanted.empty:
        raise NothingToPlot("There is nothing to plot: no value matches.")
    return wanted.sort_values("year")


def _region_names(table: pd.DataFrame) -> dict[str, str]:
    """By code: a region's name, with its province where another one has that name, too."""
    known = table.drop_duplicates("region_code").to_dict("records")
    counts = Counter(row["region"] for row in known)
    names = {}
    for row in known:
        province = row.get("province")
        named = isinstance(province, str) and counts[row["region"]] > 1
        names[str(row["region_code"])] = f"{province if named else ''}{row['region']}"
    return names


def _by_region(table: pd.DataFrame) -> list[tuple[Any, pd.DataFrame]]:
    names = _region_names(table)
    groups = [
        (code, rows.assign(region=names[str(code)])) for code, rows in table.groupby("region_code")
    ]
    if len(groups) > _MOST_LINES:
        raise NothingToPlot(
            f"{len(groups)} regions cannot be told apart in one plot; choose at most "
            f"{_MOST_LINES} with --region or --region-code."
        )
    return groups


def _line(
    axes: Axes, rows: pd.DataFrame, *, style: str, label: str = "", colour: Any = None
) -> Any:
    """One region's line; a bar from the low to the high end of a range, a marker for a bound.

    Markers of targets beside outturns are hollow: a year alone has no line to tell them by.
    """
    if rows.empty:
        return colour
    years, values = rows.year.astype(int), rows.value.astype(float)
    name = f"{rows.region.iloc[0]} {label}".strip()
    # No line across years without a value: nothing is known of them.
    known = pd.Series(values.array, index=years.array)
    unbroken = known[~known.index.duplicated()].reindex(range(min(years), max(years) + 1))
    (drawn,) = axes.plot(unbroken.index, unbroken, style, label=name, color=colour)
    for year, low, high, bound in zip(years, values, rows.value_high, rows.bound, strict=True):
        inside = "white" if style == _AIMED else None
        axes.plot(
            year, low, _MARKERS.get(bound, "o"), color=drawn.get_color(), markerfacecolor=inside
        )
        if pd.notna(high):
            axes.plot([year, year], [low, float(high)], "_-", color=drawn.get_color(), linewidth=4)
    return drawn.get_color()


def _bounds_legend(axes: Axes, table: pd.DataFrame) -> None:
    """An entry for each kind of bound that there is."""
    for bound in _MARKERS:
        if (table.bound == bound).any():
            axes.plot([], [], _MARKERS[bound], color="grey", label=_BOUNDS[bound])


def _name(table: pd.DataFrame) -> str:
    measure = measure_name(str(table.measure.iloc[0]), "zh")
    return f"{_indicator(table)} {measure}".strip()


def _indicator(table: pd.DataFrame) -> str:
    """What the catalogue calls it; the id of one that is only in a service's own catalogue."""
    known = load_catalogue().indicators.get(str(table.indicator.iloc[0]))
    return str(table.indicator.iloc[0]) if known is None else known.name_zh


def _unit(table: pd.DataFrame) -> str:
    units = set(table.unit.dropna())
    return str(units.pop()) if len(units) == 1 else ""


def _finish(axes: Axes, title: str, unit: str) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    # Alone, a year would stand amidst two centuries.
    first, last = (round(year) for year in axes.dataLim.intervalx)
    if first == last:
        axes.set_xlim(first - 1, last + 1)
    axes.set(title=title, xlabel="年份", ylabel=unit)
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small", ncols=2)


_DRAWN = {
    "targets": _draw_targets,
    "outturns": _draw_outturns,
    "keywords": _draw_keywords,
    "coverage": _draw_coverage,
}
