"""Numbers as they are written, in sentences read by the whole extractor. All are invented."""

from __future__ import annotations

from decimal import Decimal

import pytest
from extracted import read

from zhibiao.domain import Extraction, Metadata, Observation
from zhibiao.language.numerals import chinese_number
from zhibiao.text.characters import normalise

METADATA = Metadata(
    region="江川市", region_code="990100", level="prefecture", year=2023, review_year=2022
)

# What stands for a number of visitors, before 人次.
COUNTS = {
    # strict
    "十": 10, "十一": 11, "一十一": 11, "二十": 20, "九十九": 99, "一百": 100, "一百零一": 101,
    "一百一十": 110, "一百一十一": 111, "一千": 1000, "一千零一": 1001, "一千零一十一": 1011,
    "一千一百零一": 1101, "一千一百一十一": 1111, "一万": 10000, "一万零一": 10001,
    "一万零一十一": 10011, "一万零一百一十一": 10111, "一万一千一百一十一": 11111,
    "十万": 100000, "一十万零一": 100001, "十万零一": 100001, "十二万": 120000,
    "一十一万一千一百一十一": 111111, "一百万零一": 1000001, "一千万零一": 10000001,
    "一百一十一万一千一百一十一": 1111111, "一千零一万一千零一": 10011001,
    "一千零一万零一": 10010001, "一亿零一": 100000001, "一十亿零一": 1000000001,
    "一亿一千一百一十一万一千一百一十一": 111111111, "一百亿零一": 10000000001,
    "一千零一亿一千零一万一千零一": 100110011001, "一千亿一千万一千零一": 100010001001,
    "一千亿零一": 100000000001, "十亿零一万零一": 1000010001, "两万亿": 2 * 10**12,
    "一亿二千万": 120000000, "三千五百万": 35000000, "二百零五": 205, "两千零二十": 2020,
    # formal
    "壹佰壹拾": 110, "壹拾壹": 11, "拾壹": 11, "壹佰壹拾壹": 111, "壹仟壹佰壹拾壹": 1111,
    "壹万壹仟壹佰壹拾壹": 11111, "壹拾壹万壹仟壹佰壹拾壹": 111111, "贰佰伍拾": 250,
    "叁仟肆佰陆拾柒": 3467, "捌万玖仟": 89000, "壹亿零壹": 100000001, "贰拾万": 200000,
    "伍佰陆拾": 560, "拾万零壹": 100001,
    # old signs
    "廿二": 22, "廿": 20, "卅": 30, "卅五": 35, "卌八": 48, "一百廿三": 123, "一千二百卅": 1230,
    "二百十五": 215, "一百○五": 105, "三千〇六": 3006,
    # as in speech
    "三万五": 35000, "两千六": 2600, "一百二十万三": 1203000, "二百五": 250, "一千二": 1200,
    "两百八": 280, "七万二": 72000, "十二万八": 128000, "三亿五": 350000000,
    "二十亿五": 2050000000, "四千三": 4300, "一万零五": 10005, "三千零四": 3004, "九百一": 910,
    # digit by digit
    "一七二零": 1720, "一一一": 111, "二三五八": 2358, "三零五": 305, "四〇〇": 400,
    # two multiples
    "四十三万五千万": 4350000000, "三万五千亿": 3500000000000, "一百二十万万": 12000000000,
    "十五万亿": 15 * 10**12, "二千三百万亿": 2300 * 10**12,
    # with a point
    "一点五亿": 150000000, "十二点五万": 125000, "零点八亿": 80000000, "三千点五万": 30005000,
    # Arabic with Chinese multiples
    "3亿5千万": 350000000, "12万5000": 125000, "2千6百万": 26000000, "3千5百": 3500,
    "5千万": 50000000, "3百万": 3000000, "1亿2000万": 120000000, "1亿零50万": 100500000,
    "2.5万": 25000, "1.2亿": 120000000, "3百": 300, "8百": 800, "1亿2千3百万": 123000000,
    # separators
    "1，234": 1234, "12，345": 12345, "1，234，567": 1234567, "８，７２５，４８３": 8725483,
    "42、315": 42315, "8、725、483、000": 8725483000, "1,234": 1234, "1, 234": 1234,
    "1'234": 1234, "１，２３４.５万": 12345000, "1，234.5万": 12345000, "4，200万": 42000000,
    "1.234.567": 1234567, "42 315": 42315, "１２３４５": 12345, "1﹐234": 1234, "1，000": 1000,
}  # fmt: skip
OVER = {
    "三百余": 300, "两千多": 2000, "十余万": 100000, "十几万": 100000, "三十多万": 300000,
    "百余万": 1000000, "千余": 1000, "百余": 100, "万余": 10000, "四亿零七百多万": 407000000,
    "三亿多": 300000000, "三十几万": 300000, "3亿5千多万": 350000000, "1，200余": 1200,
    "二十来万": 200000, "十余": 10,
}  # fmt: skip
EITHER = {
    "七八百": (700, 800), "十五六万": (150000, 160000), "三五千": (3000, 5000),
    "两三万": (20000, 30000), "二三十万": (200000, 300000), "三十七八万": (370000, 380000),
    "一百二三十万": (1200000, 1300000), "五六百": (500, 600), "八九千": (8000, 9000),
}  # fmt: skip
# What is no number, or not one that can be told: nothing may be read of it.
NOTHING = [
    "3，4210", "12，34，567", "0，234", "1，23", "3、4210", "42、31", "1，2345", "012，345",
    "三十百", "二百百", "几万", "数十万", "数百万", "上百万", "几十万", "亿万", "千百万",
    "3万5", "1，234，5", "12345，678",
]  # fmt: skip
PERCENTAGES = {
    "百分之五": "5", "百分之十二点五": "12.5", "百分之百": "100", "百分之零点五": "0.5",
    "百分之一百二十": "120", "百分之5.6": "5.6", "百分之三十几": "30", "百分之七八十": "70",
    "三成": "30", "三成五": "35", "七成半": "75", "八九成": "80", "3成": "30", "两成多": "20",
    "一半": "50", "近三成": "30", "千分之五": "5", "百分之廿二": "22", "十二点五％": None,
}  # fmt: skip
MANGLED = {
    "l3.6％": "13.6", "1O％": "10", "lO.5％": "10.5", "l0%": "10", "1O.O%": "10.0",
    "I2.3%": "12.3", "2l.5%": "21.5", "О.8%": "0.8", "1o%": "10", "lO%": "10", "3O％": "30",
}  # fmt: skip


def _extract(text: str) -> Extraction:
    text = "一、2022年工作回顾\n" + normalise(text)
    return read(text, METADATA)


def _found(text: str, indicator: str, measure: str) -> list[Observation]:
    return [
        o for o in _extract(text).observations if (o.indicator, o.measure) == (indicator, measure)
    ]


def _visitors(number: str) -> Observation:
    text = f"全年接待游客{number}人次，增长5%。"
    (stated,) = _found(text, "tourists", "level")
    assert [o.value for o in _found(text, "tourists", "growth")] == [5]
    return stated


@pytest.mark.parametrize(("written", "value"), COUNTS.items(), ids=list(COUNTS))
def test_a_number_is_read_as_a_reader_would(written: str, value: int) -> None:
    stated = _visitors(written)
    assert (stated.base_value, stated.value_high, stated.bound) == (value, None, "eq")


@pytest.mark.parametrize(("written", "value"), OVER.items(), ids=list(OVER))
def test_a_round_number_that_is_exceeded_is_a_lower_bound(written: str, value: int) -> None:
    stated = _visitors(written)
    assert (stated.base_value, stated.bound) == (value, "ge")


@pytest.mark.parametrize(("written", "ends"), EITHER.items(), ids=list(EITHER))
def test_one_of_two_digits_is_a_range(written: str, ends: tuple[int, int]) -> None:
    stated = _visitors(written)
    assert stated.base_value is not None
    assert stated.value_high is not None
    high = stated.base_value / stated.value * stated.value_high
    assert ((stated.base_value, high), stated.bound) == (ends, "approx")


@pytest.mark.parametrize("written", NOTHING)
def test_what_cannot_be_told_is_not_read(written: str) -> None:
    assert _found(f"全年接待游客{written}人次。", "tourists", "level") == []


@pytest.mark.parametrize(("written", "value"), PERCENTAGES.items(), ids=list(PERCENTAGES))
def test_a_percentage_is_read_however_it_is_written(written: str, value: str | None) -> None:
    found = _found(f"全年进出口总额增长{written}。", "foreign_trade", "growth")
    if value is not None:
        factor = Decimal("0.1") if written.startswith("千") else Decimal(1)
        assert [o.base_value or o.value for o in found] == [Decimal(value) * factor]


@pytest.mark.parametrize(
    ("written", "value"),
    {"半个百分点": "0.5", "一个半百分点": "1.5", "两个百分点": "2", "零点五个百分点": "0.5",
     "十几个百分点": "10", "三点二个百分点": "3.2", "2个半百分点": "2.5"}.items(),
)  # fmt: skip
def test_points_are_read_with_their_half(written: str, value: str) -> None:
    found = _found(f"常住人口城镇化率提高{written}。", "urbanization_rate", "change")
    assert [(o.value, o.unit) for o in found] == [(Decimal(value), "个百分点")]


@pytest.mark.parametrize(("written", "value"), MANGLED.items(), ids=list(MANGLED))
def test_letters_among_digits_are_read_and_flagged(written: str, value: str) -> None:
    (stated,) = _found(f"国内生产总值增长{written}。", "gdp", "growth")
    assert stated.value == Decimal(value)
    assert "mangled_digits" in stated.flags


@pytest.mark.parametrize(
    "text",
    ["推广O2O模式，游客满意。", "CO2排放下降。", "II类水质稳定。", "OO后创业。", "“I型”企业成长。"],
)
def test_letters_that_are_letters_stay(text: str) -> None:
    assert not any("mangled_digits" in o.flags for o in _extract(text).observations)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("城镇、农村居民人均可支配收入分别达到42，315元、18，234元。",
         {"urban_income": 42315, "rural_income": 18234}),
        ("城镇、农村居民人均可支配收入分别达到42、315元和18、234元。",
         {"urban_income": 42315, "rural_income": 18234}),
        ("粮食、油料产量分别达到120、35万吨。", {"grain_output": 120}),
        ("城镇居民人均可支配收入达到42，315元，农村居民人均可支配收入达到18，234元。",
         {"urban_income": 42315, "rural_income": 18234}),
        ("3、4月份，城镇新增就业1，200人。", {"urban_new_jobs": 1200}),
        ("居全省第3，城镇新增就业850人。", {"urban_new_jobs": 850}),
        ("居民消费价格指数为102，城镇新增就业850人。", {"urban_new_jobs": 850}),
        ("完成国道107、310线改造，城镇新增就业1，850人。", {"urban_new_jobs": 1850}),
        ("城镇、农村居民人均可支配收入达到42、315元。", {}),
    ],
)  # fmt: skip
def test_separators_and_lists_are_told_apart(text: str, expected: dict[str, int]) -> None:
    stated = {o.indicator: o.value for o in _extract(text).observations if o.measure == "level"}
    known = {name: value for name, value in stated.items() if name in (
        "urban_income", "rural_income", "grain_output", "urban_new_jobs")}  # fmt: skip
    assert known == expected


@pytest.mark.parametrize(
    "text",
    [
        "坚持百家争鸣，服务千家万户。", "实施“十百千万”工程。", "建设亿万农民的家园。",
        "推进“三人一屋”机制。", "队伍万众一心。", "国民经济收拾残局。", "第三所学校落成。",
        "建成110、220千伏变电站。", "新建的5、6、7号楼。",
    ],
)  # fmt: skip
def test_words_and_names_are_no_quantities(text: str) -> None:
    stated = [o for o in _extract(text).observations if o.unit != "千伏"]
    assert stated == []


@pytest.mark.parametrize("year", ["二O一O", "二0一0", "二〇一〇", "二○一○", "二零一零", "201O"])
def test_a_year_in_any_signs_dates_its_figure(year: str) -> None:
    (stated,) = _found(f"到{year}年，地区生产总值达到25亿元。", "gdp", "level")
    assert stated.period_end == 2010


@pytest.mark.parametrize("numeral", ["三十百", "五六百", "千二百万三十百", "十点", "元"])
def test_no_value_is_made_up(numeral: str) -> None:
    assert chinese_number(numeral) is None
