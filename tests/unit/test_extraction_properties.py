"""What must hold whatever the digits, units and regions are."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from cpu_time import cpu_seconds
from extracted import read
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import catalogue

from bench.beside import DATA
from zhibiao.domain import Extraction, Metadata, Observation, RawDocument
from zhibiao.extract import extract
from zhibiao.extract.number.quantities import read_numbers
from zhibiao.extract.number.separators import one_separator
from zhibiao.language.numerals import chinese_number
from zhibiao.language.simplified import simplified
from zhibiao.text import clean
from zhibiao.text.sentences import REACH_CHARACTERS

REAL = [*sorted(DATA.glob("reports/*.txt")), *sorted(DATA.glob("national/*.txt"))]
BOUNDED = settings(max_examples=60)
AMOUNTS = st.decimals("0.1", "9999", places=1)
PERCENTS = st.decimals("0.1", "99", places=1)


def facts(extraction: Extraction) -> list[tuple[str | None, str, Decimal]]:
    return [(o.indicator, o.measure.value, o.value) for o in extraction.observations]


@BOUNDED
@given(level=AMOUNTS, growth=PERCENTS)
def test_other_digits_give_other_values_and_nothing_else(level: Decimal, growth: Decimal) -> None:
    text = f"全市社会消费品零售总额达到{level}亿元，同比增长{growth}%。"
    assert facts(read(text)) == [
        ("retail_sales", "level", level),
        ("retail_sales", "growth", growth),
    ]


@BOUNDED
@given(value=AMOUNTS, unit=st.sampled_from(["万元", "亿元", "万亿元", "万美元", "亿美元"]))
def test_another_unit_moves_the_base_value_accordingly(value: Decimal, unit: str) -> None:
    (found,) = read(f"进出口总额达到{value}{unit}。").observations
    factor = {"万": 10**4, "亿": 10**8, "万亿": 10**12}[
        unit.removesuffix("美元").removesuffix("元")
    ]
    assert (found.value, found.unit, found.base_value) == (value, unit, value * factor)


@BOUNDED
@given(region=st.sampled_from(["江川市", "云岭县", "东湖区", "海州"]), value=AMOUNTS)
def test_a_region_by_another_name_states_the_same(region: str, value: Decimal) -> None:
    metadata = Metadata(region=region, year=2023, review_year=2022)
    text = f"{region}生产总值达到{value}亿元，{region}一般公共预算收入增长6%。"
    found = read(text, metadata).observations
    assert [(o.indicator, o.scope.value) for o in found] == [
        ("gdp", "region"),
        ("budget_revenue", "region"),
    ]


@BOUNDED
@given(first=PERCENTS, second=PERCENTS)
def test_values_go_to_the_names_in_their_order(first: Decimal, second: Decimal) -> None:
    text = f"固定资产投资、进出口总额分别增长{first}%、{second}%。"
    assert facts(read(text)) == [
        ("fixed_asset_investment", "growth", first),
        ("foreign_trade", "growth", second),
    ]


@BOUNDED
@given(year=st.integers(1990, 2060))
def test_the_years_follow_the_report(year: int) -> None:
    metadata = Metadata(region="江川市", year=year, review_year=year - 1)
    text = f"一、{year - 1}年工作回顾\n生产总值增长6%。\n二、{year}年工作安排\n生产总值增长7%。"
    found = read(text, metadata).observations
    assert [(o.status.value, o.period_start, o.period_end) for o in found] == [
        ("actual", year - 1, year - 1),
        ("target", year, year),
    ]


DIGITS = "零一二三四五六七八九"


def in_chinese(value: int) -> str:
    """A numeral below 10,000 as it is read out, zeros included."""
    out, zero = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // power % 10
        if digit:
            out += ("零" if zero and out else "") + DIGITS[digit] + unit
            zero = False
        else:
            zero = True
    return out or "零"


@BOUNDED
@given(value=st.integers(1, 9999), high=st.integers(0, 9999))
def test_a_chinese_numeral_is_read_back(value: int, high: int) -> None:
    assert chinese_number(in_chinese(value)) == value
    if high:
        assert chinese_number(f"{in_chinese(high)}万") == high * 10_000
        assert chinese_number(f"{in_chinese(high)}亿") == high * 10**8


@pytest.mark.parametrize(
    "unit",
    [
        "增长",
        "7",
        "、",
        "（",
        "规模以上工业增加值",
        "5%、",
        "2017年至",
        pytest.param("分别6、", marks=pytest.mark.long),
    ],
)
def test_time_grows_with_the_length_and_no_faster(unit: str) -> None:
    small, large = ((unit * length)[:length] for length in (5_000, 40_000))
    few, many = cpu_seconds(partial(read, small)), cpu_seconds(partial(read, large))
    assert many < 30 * max(few, 0.002)  # 8 is linear, 64 the square


def places(observations: tuple[Observation, ...]) -> set[int]:
    return {observation.number_span.start for observation in observations}


@pytest.mark.skipif(not REAL, reason="the real reports are not beside the repository")
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_every_number_of_a_real_report_is_accounted_for_where_it_stands(path: Path) -> None:
    raw = path.read_text("utf-8")
    document = RawDocument(name=path.name, part=0, text=raw, media_type="text/plain")
    cleaned = clean(document)
    extraction = extract(cleaned, raw, Metadata(year=2023, review_year=2022), catalogue())
    for observation in extraction.observations:
        assert raw[observation.span.start : observation.span.end] == observation.evidence
        assert observation.sentence_span.of(raw) == observation.sentence
        assert observation.evidence in observation.sentence
        assert len(observation.sentence) <= len(observation.evidence) + 2 * REACH_CHARACTERS
        number = observation.number_span
        assert observation.span.start <= number.start < number.end <= observation.span.end
    for rejection in extraction.rejections:
        assert raw[rejection.span.start : rejection.span.end] == rejection.surface
    text = one_separator(simplified(cleaned.text))
    seen = {cleaned.offsets.offset(number.start) for number in read_numbers(text, 0, len(text))}
    stated = places(extraction.observations)
    rejected = {rejection.span.start for rejection in extraction.rejections}
    assert stated | rejected <= seen
    in_names = seen - stated - rejected  # the 2.5 of PM2.5 belongs to its name
    assert all(raw[place] == "2" and raw[place + 1] in ".．" for place in in_names)
    assert stated, "a report states numbers"
