"""Plots of a service's tables: pictures with Chinese labels, or an error that says why not."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import matplotlib.font_manager
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from PIL import Image

import zhibiao
from zhibiao.cli.main import run
from zhibiao.library import plots
from zhibiao.rendering import Plot

# Invented for these tests.
REPORT = """{region}政府工作报告
——{year}年1月5日在{region}第五届人民代表大会第三次会议上
各位代表：
一、{last}年工作回顾
全市地区生产总值增长{actual}%。数字经济发展迅速。
二、{year}年工作安排
今年发展的主要预期目标是：地区生产总值增长{target}。
"""


@pytest.fixture(scope="module")
def pointed(serve: Any) -> Any:
    running = serve()
    running.submit(
        {
            f"{region}{year}.txt": REPORT.format(
                region=region, year=year, last=year - 1, actual=4 + year % 5, target=target
            ).encode()
            for region in ("榆林市", "延安市")
            for year, target in ((2021, "6%左右"), (2022, "6%—7%"), (2023, "5.5%以上，力争6%"))
        }
    )
    running.work()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHIBIAO_URL", running.url)
        patch.setenv("ZHIBIAO_TOKEN", running.token)
        yield running


@pytest.mark.parametrize("kind", get_args(Plot))
def test_each_plot_is_a_picture_with_something_on_it(
    pointed: Any, kind: str, tmp_path: Path
) -> None:
    out = tmp_path / "plot.png"
    options = ["--keywords", "数字经济"] if kind == "keywords" else []
    assert run(["plot", kind, "-o", str(out), *options]) == 0
    with Image.open(out) as picture:
        assert picture.width >= 1000
        assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 20
    assert [path.name for path in tmp_path.iterdir()] == ["plot.png"]


def test_an_svg_needs_no_font_of_its_reader(pointed: Any, tmp_path: Path) -> None:
    out = tmp_path / "plot.svg"
    assert run(["plot", "targets", "-o", str(out), "--region", "榆林市"]) == 0
    drawn = out.read_text("utf-8")
    assert "<svg" in drawn
    assert "<text" not in drawn


def test_the_font_has_the_characters_of_the_labels() -> None:
    family = plots.chinese_font()
    path = matplotlib.font_manager.findfont(family, fallback_to_default=False)
    characters = FT2Font(path).get_charmap()
    assert all(ord(character) in characters for character in "榆林市覆盖情况：目标与实绩年份词频")


def test_without_a_font_the_error_says_what_to_do(
    pointed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(plots, "_FAMILIES", ())
    monkeypatch.setattr(plots, "_FONT_PACKAGE", "no_such_package")
    out = tmp_path / "plot.png"
    assert run(["plot", "targets", "-o", str(out)]) == 1
    assert "fonts-noto-cjk" in capsys.readouterr().err
    broken = tmp_path / "broken.otf"
    broken.write_bytes(b"no font")
    assert run(["plot", "targets", "-o", str(out), "--font", str(broken)]) == 1
    assert "broken.otf" in capsys.readouterr().err
    assert not out.exists()


def test_what_cannot_be_plotted_is_told(pointed: Any, tmp_path: Path, capsys: Any) -> None:
    out = str(tmp_path / "plot.png")
    assert run(["plot", "targets", "-o", out, "--year-from", "2100"]) == 1
    assert "nothing to plot" in capsys.readouterr().err
    assert run(["plot", "targets", "-o", str(tmp_path / "plot.gif")]) == 2
    assert run(["plot", "targets", "-o", str(tmp_path / "none" / "plot.png")]) == 2
    with zhibiao.connect(pointed.url, token=pointed.token) as service:
        panel = service.panel(long=True, indicator=["gdp"])
    many = pd.concat(
        [panel.assign(region=f"第{number}市", region_code=f"{number}") for number in range(13)]
    )
    with pytest.raises(plots.NothingToPlot, match="13 regions"):
        plots.plot("targets", many, out)


def test_a_title_says_what_is_not_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    titles = []

    def noted(figure: Figure, path: Path, **_: Any) -> None:
        path.touch()
        titles.append(figure.axes[0].get_title())

    monkeypatch.setattr(Figure, "savefig", noted)
    for count in (80, 81):
        rows = [
            {"region_code": f"{n}", "region": f"第{n}市", "year": 2023, "reason": "value"}
            for n in range(count)
        ]
        plots.plot("coverage", pd.DataFrame(rows), tmp_path / "coverage.png")
    for count in (12, 13):
        groups = [
            {"document_id": 1, "year": 2023, "keyword": f"词{n}", "group": f"组{n}", "per_10000": 1}
            for n in range(count)
        ]
        plots.plot("keywords", pd.DataFrame(groups), tmp_path / "keywords.png")
    assert ["共" in title for title in titles] == [False, True, False, True]
    assert "共81个地区" in titles[1]
