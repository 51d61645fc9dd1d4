"""Lists of the reports that a user expects, as people keep them. The files are made up here."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from zhibiao.cli.expected import expected_reports

HANDAN, YULIN = {"region_code": "130400", "year": 2024}, {"region_code": "610800", "year": 2023}


@pytest.mark.parametrize(
    "text",
    [
        "region,year\n邯郸市,2024\n榆林市,2023\n",
        "地区;年份\r\n邯郸市;2024年\r\n榆林市;2023年\r\n",
        "代码\t年度\n130400\t2024\n\t\n6108\t2023\n",
        "省份,城市,年份\n河北省,邯郸市,2024\n陕西省,榆林市,2023\n",
        ' Region , YEAR ,remark\n邯郸市,2024,"two\nlines"\n榆林市 ,2023\n邯郸市,2024,again\n',
    ],
)
def test_the_same_reports_are_read_from_any_of_these(text: str, tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes(text.encode("gb18030"))
    assert expected_reports(path) == [HANDAN, YULIN]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('region,year,remark\n邯郸市,2024,"two\nlines"\n无此市,2024,\n', "line 4: .*无此市"),
        ("region,year\n邯郸市,2024\n" + "长" * 200_000 + ",2024\n", "line 3"),
        ("region,year\n邯郸市\0,2024\n", "Save it as UTF-8"),
    ],
)
def test_what_is_no_such_list_is_refused_by_its_line(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(typer.BadParameter, match=said):
        expected_reports(path)
