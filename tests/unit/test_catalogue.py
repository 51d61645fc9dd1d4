"""The indicator catalogue: what it holds, what a user may add, and how errors are told."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from zhibiao.catalogue.loading import load_catalogue
from zhibiao.catalogue.templates import expand
from zhibiao.domain import CleanText, Metadata, OffsetMap
from zhibiao.errors import CatalogueError
from zhibiao.extract import extract
from zhibiao.extract.words.lexicon import NAME, scanner

OWN = """
[[indicator]]
id = "tea_output"
name = "Tea output"
name_zh = "茶叶产量"
aliases = ["茶叶[总]产量"]
units = ["吨"]
base_unit = "公斤"
range = [100, 1e10]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(text, "utf-8")
    return path


def test_it_knows_the_47_scored_indicators_and_at_least_40_more() -> None:
    indicators = load_catalogue().indicators.values()
    assert sum(indicator.gold for indicator in indicators) == 47
    assert sum(not indicator.gold for indicator in indicators) >= 40


def test_every_indicator_has_a_chinese_and_an_english_name_and_a_plausible_range() -> None:
    for indicator in load_catalogue().indicators.values():
        assert indicator.name_zh
        assert indicator.name != indicator.id
        assert indicator.range is not None
        assert indicator.range[0] < indicator.range[1]


def test_its_own_name_finds_every_indicator() -> None:
    catalogue = load_catalogue()
    named = {c for name in catalogue.names.values() for c in name.candidates}
    assert named == set(catalogue.indicators)


def test_no_alias_stands_for_words_of_the_others_alone() -> None:
    """But for those that take back what some indicator excludes."""
    indicators = load_catalogue().indicators.values()
    excluded = {word for each in indicators for word in words_of(each.excludes)}
    idle = []
    for indicator in indicators:
        for alias in indicator.aliases:
            others = words_of(each for each in indicator.aliases if each != alias)
            more = others | ({indicator.name_zh} - excluded)
            if words_of([alias]) <= more or indicator.aliases.count(alias) > 1:
                idle.append((indicator.id, alias))
    assert idle == []


def words_of(templates: Iterable[str]) -> set[str]:
    return {word for template in templates for word in expand(template)}


def test_a_users_file_adds_an_indicator(tmp_path: Path) -> None:
    catalogue = load_catalogue(written(tmp_path, OWN))
    text = "2022年工作回顾\n全市茶叶总产量达到3.2万吨，增长6%。"
    clean = CleanText(text=text, offsets=OffsetMap.identity(len(text)))
    found = extract(clean, text, Metadata(year=2023, review_year=2022), catalogue).observations
    assert [(o.indicator, o.measure.value, str(o.value)) for o in found] == [
        ("tea_output", "level", "3.2"),
        ("tea_output", "growth", "6"),
    ]


def test_a_name_of_the_users_own_indicator_is_not_the_built_in_ones(tmp_path: Path) -> None:
    catalogue = load_catalogue(written(tmp_path, OWN.replace("茶叶[总]产量", "粮食总产量")))
    text = "2022年工作回顾\n全市粮食总产量达到3.2万吨。"
    clean = CleanText(text=text, offsets=OffsetMap.identity(len(text)))
    found = extract(clean, text, Metadata(year=2023, review_year=2022), catalogue).observations
    assert [o.indicator for o in found] == ["tea_output"]


def test_a_users_file_extends_an_indicator_without_repeating_it(tmp_path: Path) -> None:
    own = written(tmp_path, '[[indicator]]\nid = "gdp"\naliases = ["全域产出总值"]\n')
    catalogue = load_catalogue(own)
    assert catalogue.names["全域产出总值"].candidates == ("gdp",)
    assert catalogue.names["地区生产总值"].candidates == ("gdp",)
    assert catalogue.indicators["gdp"].gold


def test_the_digest_changes_with_the_content_only(tmp_path: Path) -> None:
    built_in = load_catalogue().digest
    assert load_catalogue().digest == built_in
    assert len(built_in) == 64
    first = load_catalogue(written(tmp_path, OWN)).digest
    second = load_catalogue(written(tmp_path, OWN + "# more\n")).digest
    assert len({built_in, first, second}) == 3


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("[[indicator]]\nid = 3\n", 2, "`id`"),
        ("[[indicator]\nid = 'x'\n", 1, "not valid TOML"),
        ('\n[[indicator]]\nid = "x"\n', 2, "lacks `name_zh`"),
        (OWN + 'colour = "green"\n', 10, "unknown field `colour`"),
        (OWN.replace("茶叶[总]产量", "茶叶[总产量"), 6, "brackets"),
        (OWN.replace("[100, 1e10]", "[9, 1]"), 9, "the lower one first"),
        (OWN + 'kind = "flood"\n', 10, "flow, stock, rate"),
        (OWN + 'measures = ["height"]\n', 10, "unknown measures"),
        (OWN + '[[compound]]\nmembers = ["nothing"]\naliases = ["x"]\n', 11, "`nothing`"),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, text: str, line: int, told: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(path)
    assert caught.value.message.startswith(f"{path}:{line}: ")
    assert told in caught.value.message


def test_a_missing_file_is_a_catalogue_error(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="cannot be read"):
        load_catalogue(tmp_path / "nowhere.toml")


def test_a_template_stands_for_every_combination() -> None:
    assert expand("[常住]人口(数|总数)") == ["人口总数", "人口数", "常住人口总数", "常住人口数"]


@pytest.mark.parametrize("template", ["[甲", "甲]", "(甲|[乙])", ""])
def test_a_template_with_odd_brackets_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="brackets"):
        expand(template)


def test_the_longest_word_wins() -> None:
    text = "货物进出口总额和出口"
    tokens = scanner(load_catalogue()).words(text, 0, len(text))
    named = [text[t.start : t.end] for t in tokens if t.mask == NAME]
    assert named == ["货物进出口总额", "出口"]
    assert "".join(text[t.start : t.end] for t in tokens) == text
