"""What differs between two catalogues, as the words that a text is looked through for."""

from __future__ import annotations

from functools import cache

import pytest

from zhibiao.catalogue.changes import CatalogueChange, change_between
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.catalogue.loading import built_in_text, parse_catalogue

TEA = (
    '[[indicator]]\nid = "tea"\nname_zh = "茶叶产量"\naliases = ["茶叶[总]产量"]\nunits = ["吨"]\n'
    'base_unit = "公斤"\n'
)


@cache
def catalogue(*users: str) -> Catalogue:
    return parse_catalogue(built_in_text(), *(("own.toml", text) for text in users))


def changed(users: str, *, before: str = "") -> CatalogueChange:
    there_and_back = {
        change_between(one, other)
        for one, other in (
            (catalogue(before), catalogue(before + users)),
            (catalogue(before + users), catalogue(before)),
        )
    }
    (found,) = there_and_back  # what was added is what is taken away on the way back
    return found


def test_catalogues_that_read_alike_have_no_words() -> None:
    for users in ("# a remark\n", '[[indicator]]\nid = "gdp"\nname_zh = "GDP"\ngold = false\n'):
        assert changed(users).words == frozenset()


def test_a_new_name_is_the_only_word_of_its_change() -> None:
    found = changed('[[indicator]]\nid = "gdp"\naliases = ["全域产出[总]值"]\n')
    assert found.words == {"全域产出值", "全域产出总值"}
    assert found.names == ("全域产出值", "全域产出总值")
    assert found.indicators == ()


def test_a_new_exclusion_is_a_word() -> None:
    assert changed('[[indicator]]\nid = "gdp"\nexcludes = ["某某生产总值"]\n').words == {
        "某某生产总值"
    }


def test_a_name_that_two_indicators_share_now_is_a_word() -> None:
    found = changed('[[indicator]]\nid = "tea"\naliases = ["GDP"]\n', before=TEA)
    assert found.words == {"GDP"}


def test_a_new_indicator_is_reached_by_its_names() -> None:
    found = changed(TEA)
    assert found.words == {"茶叶产量", "茶叶总产量"}
    assert found.indicators == ("tea",)


@pytest.mark.parametrize(
    "rule",
    [
        'kind = "stock"',
        'units = ["斤"]\nmeasures = ["growth"]',
        'base_unit = "吨"',
        "range = [1, 2]",
        "growth_range = [1, 2]",
        "strict = true",
        'made = "always"',
        "per_head = true",
        'measures = ["level"]',
        'excludes = ["(中心城区|主城区)茶叶产量"]',
    ],
)
def test_another_rule_reaches_every_name_of_its_indicator(rule: str) -> None:
    found = changed(f'[[indicator]]\nid = "tea"\n{rule}\n', before=TEA)
    assert found.indicators == ("tea",)
    assert found.words >= {"茶叶产量", "茶叶总产量"}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ('share = {numerators = ["茶税"], denominators = ["税收"]}', {"茶税"}),
        ('purpose = {of = ["茶园财力"], into = ["茶农"]}', {"茶园财力"}),
        ('topic = {about = ["茶山"], heads = ["采摘量"], not_about = []}', {"采摘量"}),
        ('passage = {names = ["采摘"], about = ["茶山"], not_about = []}', {"采摘"}),
        ('whole = {part = "gdp", names = ["茶叶大盘"]}', {"茶叶大盘"}),
    ],
)
def test_rules_that_find_an_indicator_beside_its_names_are_words_too(
    rule: str, words: set[str]
) -> None:
    found = changed(f'[[indicator]]\nid = "tea"\n{rule}\n', before=TEA)
    assert found.words >= words | {"茶叶产量"}


def test_a_compound_is_a_word_and_its_members_are_not() -> None:
    found = changed('[[compound]]\nmembers = ["tea", "gdp"]\naliases = ["茶与产值"]\n', before=TEA)
    assert found.words == {"茶与产值"}


def test_the_order_of_rules_of_which_the_first_one_wins_counts() -> None:
    both = catalogue()
    turned = Catalogue(dict(reversed(both.indicators.items())), both.compounds, "turned")
    shares = {i.id for i in both.indicators.values() if i.share is not None}
    assert set(change_between(both, turned).indicators) >= shares
    assert len(shares) > 1
