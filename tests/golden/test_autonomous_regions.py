"""What an autonomous region or prefecture calls itself is no part of it. The texts are invented."""

from __future__ import annotations

import pytest

from zhibiao.catalogue.loading import load_catalogue
from zhibiao.domain import CleanText, Metadata, OffsetMap, Scope
from zhibiao.extract import extract


@pytest.mark.parametrize(
    ("region", "code", "text", "scope"),
    [
        ("宁夏回族自治区", "640000", "自治区生产总值增长5.6%。", Scope.REGION),
        ("延边朝鲜族自治州", "222400", "自治州生产总值增长5.6%。", Scope.REGION),
        ("延边朝鲜族自治州", "222400", "延吉市生产总值增长5.6%。", Scope.PART),
        ("江川市", None, "云岭自治县生产总值增长5.6%。", Scope.PART),
    ],
)
def test_a_region_calls_itself_by_its_kind(
    region: str, code: str | None, text: str, scope: Scope
) -> None:
    told = Metadata(
        region=region, region_code=code, level="prefecture", year=2023, review_year=2022
    )
    report = f"一、2022年工作回顾\n{text}"
    clean = CleanText(text=report, offsets=OffsetMap.identity(len(report)))
    (growth,) = extract(clean, report, told, load_catalogue()).observations
    assert (growth.indicator, growth.scope) == ("gdp", scope)
