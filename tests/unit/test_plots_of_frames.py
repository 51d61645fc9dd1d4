"""What is drawn of a table, looked at on its axes. Invented figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from zhibiao.library import plots


@pytest.fixture
def drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Plots a table; the axes that would have been saved."""
    kept: list[Axes] = []

    def keep(figure: Figure, path: Path, **_: Any) -> None:
        path.touch()
        kept.append(figure.axes[0])

    monkeypatch.setattr(Figure, "savefig", keep)

    def draw(kind: Any, rows: list[dict[str, Any]]) -> Axes:
        plots.plot(kind, pd.DataFrame(rows), tmp_path / "plot.png")
        return kept.pop()

    return draw


def target(code: str, region: str, province: str, year: int, value: float) -> dict[str, Any]:
    return {
        "region_code": code, "region": region, "province": province, "year": year,
        "indicator": "gdp", "measure": "growth", "status": "target", "value": value,
        "value_high": None, "stretch": None, "bound": "eq", "unit": "%",
    }  # fmt: skip


NAMESAKES = (("110105", "朝阳区", "北京市"), ("220104", "朝阳区", "吉林省"))


def test_regions_of_one_name_are_lines_of_their_own(drawn: Any) -> None:
    rows = [target(*each, year, 5.0) for each in NAMESAKES for year in (2023, 2024)]
    labels = drawn("targets", rows).get_legend_handles_labels()[1]
    assert {"北京市朝阳区", "吉林省朝阳区"} <= set(labels)
    rows = [target("130400", "邯郸市", "河北省", year, 5.0) for year in (2023, 2024)]
    assert "邯郸市" in drawn("targets", rows).get_legend_handles_labels()[1]


@pytest.mark.parametrize("kind", ["targets", "outturns"])
def test_no_two_regions_have_one_colour(drawn: Any, kind: str) -> None:
    rows = [
        target(f"13{number:02d}00", f"第{number}市", "河北省", 2023, 5 + number / 10)
        for number in range(1, 13)
    ]
    axes = drawn(kind, rows)
    colours = [line.get_color() for line in axes.lines if "市" in str(line.get_label())]
    assert len(colours) == len(set(colours)) == 12


def test_the_map_of_coverage_has_a_row_a_region_in_order_of_code(drawn: Any) -> None:
    places = (*NAMESAKES[::-1], ("130400", "邯郸市", "河北省"))
    rows = [
        {"region_code": code, "region": region, "province": province, "year": 2023, "reason": why}
        for (code, region, province), why in zip(
            places, ("nothing_stated", "value", "value"), strict=True
        )
    ]
    axes = drawn("coverage", rows)
    shown = [label.get_text() for label in axes.get_yticklabels()]
    assert shown == ["北京市朝阳区", "邯郸市", "吉林省朝阳区"]
    stated, stated_too, nothing = axes.images[0].get_array().ravel().tolist()
    assert stated == stated_too != nothing


def test_a_single_year_stands_between_its_neighbours(drawn: Any) -> None:
    first, last = drawn("targets", [target("130400", "邯郸市", "河北省", 2024, 5.0)]).get_xlim()
    assert 2022 < first < 2024 < last < 2026
