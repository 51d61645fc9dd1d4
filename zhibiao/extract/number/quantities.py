"""Every number of a text, read as a quantity, a date, or something that is no quantity.

One pass finds the numerals; each is then read together with what stands right before and after
it. Nothing here asks what a number is about.
"""

from __future__ import annotations

import re
from decimal import Decimal

from zhibiao.catalogue.units import unit_pattern
from zhibiao.domain import Bound
from zhibiao.extract.number.numbers import DASH, LATIN, Number, no_quantity, rejected
from zhibiao.language.numerals import CHINESE, chinese_number, split_multiple

_GROUPED = r"(?:,[0-9]{3}(?![0-9]))*+(?:\.[0-9]++)?"
_ARABIC = rf"[0-9]++{_GROUPED}"
_CHINESE = rf"[{CHINESE}]++(?:点[零〇○一二两三四五六七八九]++)?"
_UNIT = unit_pattern()
_PER_UNIT = r"(?:/(?:立方米|平方米|平方公里|公里|吨|亩|人|年|日|天|月|小时|户|升|只|台|时|秒|㎡))?"

_POINTED = "点[零〇○一二三四五六七八九]++"
# Opens with one set of characters, all that a search need look for: most of a text is none of it.
NUMERAL = re.compile(
    rf"[0-9{CHINESE}](?:(?<=[0-9])[0-9]*+{_GROUPED}|(?<=[百千])分之(?:{_CHINESE}|{_ARABIC})"
    rf"|[{CHINESE}]++(?:{_POINTED})?|{_POINTED}|(?=成|倍|番|个百|元|亿元))"
)
_MULTIPLE = (
    r"(?P<more>余|多|来|几)?(?:个多?(?=亿(?!元?[吨级斤只方千项以])))?"  # 10个亿
    r"(?P<multiple>[十百千]?(?:万亿|万万|亿万|亿|万)|[百千](?=多|余|人|名|个|家|元|亩))?"
    r"(?P<more2>余|多|几)?"
)
_AFTER = re.compile(
    rf"[ 　]?{_MULTIPLE}[ 　]?(?P<unit>(?:{_UNIT}){_PER_UNIT})?(?P<more3>余|多(?![样元种方层]))?"
    r"(?P<post>及以上|以上|及以下|以下|以内|之内|左右|上下|以外)?"
)
_RANGE = re.compile(
    rf"[ 　]?(?P<unit>{_UNIT})?[ 　]?{DASH}[ 　]?(?:百分之)?(?P<high>{_CHINESE}|{_ARABIC})"
)
# 100亿元至120亿元; but 由100亿元到120亿元 are two numbers
_WIDE_RANGE = re.compile(
    rf"(?P<unit>(?:万亿|亿|万)(?:{_UNIT})){DASH}(?P<high>{_ARABIC})(?=(?P=unit))"
)
_COMPOUND = re.compile(r"亿零?([0-9]{1,4}(?:\.[0-9]+)?)万(?=元|美元|人|吨|斤|公斤|亩)")
_FROM = re.compile("[由从][^，。；]*$")
_PERCENT_RANGE = re.compile(rf"{DASH}(?:百分之)?(?P<high>{_CHINESE}|{_ARABIC})")
_MULTIPLE_UNIT = re.compile(r"^(?:[十百千]?(?:万亿|亿|万))")
_OVER = re.compile("(?<![超跨迈越闯])过")
_TENTHS = re.compile(
    r"([一二三四五六七八九两])成([一二三四五六七八九半])?(?![为立功果效员长人就都分品型熟本交语份])"
)
_FOLD = re.compile(r"([一两二三四五])番(多|以上|有余)?")
_YEAR = re.compile(r"年(?![均产限报内轻级龄味薪检度间金人收])")
_HOTLINES = ("12345", "12315", "12348", "12388", "110", "119", "120", "12369", "12333")
# A minus before a percentage; 5%-6% and A-2 have none.
_SIGNED = ("%", "个", " ")
_NO_SIGN = frozenset("0123456789%-—)）") | LATIN
# What stands right before or after every numeral that is a date, an ordinal, a mark or a name.
_ODD_BEFORE = LATIN | frozenset("第【[〔/:：∶•·+-—.道")
_ODD_AFTER = frozenset("年月日号 至到—–－-~～/.．:：∶•·、和)）+】]〕")
_CLASS = re.compile(
    r"(?:及?以[上下])?(?:的)?(?:规模)?(?:级|量级|元级|重大|新|大|工业|产业|制造业|服务业|优质|先进制造业|外资|内资|高质量|亿元|的)?"
    r"(?:项目|企业|产业|集群|园区|投资项目|产业链|平台|县|镇|村|强镇|乡镇|龙头|工程|单体|大项目)"
)
_AFTER_NAME = re.compile(
    r"(?:战略|工程|行动|计划|机制|体系|国道|省道|线|路|模式|政策|项目|平台|产业体系|格局|号|改革|规划|条款|热线|办法)"
)
_LOST = "\ufffd"  # what a font or an encoding has no character for
_RANK_AFTER = re.compile(r"强|(?:佳|优)(?:县|市|区|企业|名|位|行列|镇|城市|，|。|、)")
_BIG_WORDS = re.compile(
    r"(?:元|美元|斤|吨|人|户|亩)?(?:以上|级?”?(?:大关|台阶|新台阶|俱乐部|方阵|关口|门槛|行列))"
)

# What even a one-character Chinese numeral counts: 两倍, 三元; and what is more often a word than
# a count: 三个方面, 一季度, 二级.
_SINGLE = frozenset({"倍", "元", "万元", "亿元", "个百分点", "百分点"})
_VAGUE = frozenset(
    "年 月 日 号 届 级 期 次 度 路 环 代 线 项 条 个 种 分 点 步 把 口 面 方 大 位 类".split()  # noqa: SIM905
)
_NUMBERED = frozenset("号 路 线 届 级 号线 星级 版 代 环 星 级别 届次".split())  # noqa: SIM905
_ROUND = {"余", "多", "几", "来"}
# Before a magnitude without a numeral: 突破亿元, and what holds one: 达到千亿元. 达到亿元 has lost
# its digits, and so has 零售总额 亿元: these multiples stand behind digits.
_PASSED = frozenset("破超过近越逾迈“")
_HELD = frozenset("到达值额入")
_AFTER_DIGITS = frozenset({"万", "亿", "万亿"})
_POST_BOUNDS = {
    "及以上": Bound.GE, "以上": Bound.GE, "以外": Bound.GE,
    "及以下": Bound.LE, "以下": Bound.LE, "以内": Bound.LE, "之内": Bound.LE,
    "左右": Bound.APPROX, "上下": Bound.APPROX,
}  # fmt: skip


def read_numbers(text: str, start: int, end: int) -> list[Number]:
    """All numbers in text[start:end], in order."""
    numbers: list[Number] = []
    at = start
    for match in NUMERAL.finditer(text, start, end):
        first, last = match.span()
        if first < at:
            continue
        number = _read(text, first, last, end)
        if number is not None:
            numbers.append(number)
            at = number.end
    return numbers


def _read(text: str, start: int, end: int, limit: int) -> Number | None:
    numeral = text[start:end]
    first = numeral[0]
    if "0" <= first <= "9":
        return _read_arabic(text, start, end, limit, numeral)
    if numeral[1:3] == "分之":
        return _read_percent(text, start, end, limit, numeral)
    number = _read_chinese(text, start, end, limit, numeral)
    if number and not number.reason and first in "百千万亿" and _OVER.match(text, start - 1, start):
        return number._replace(start=start - 1, bound=Bound.GE)  # 财政收入过亿元
    return number


def _read_arabic(text: str, start: int, end: int, limit: int, numeral: str) -> Number | None:
    before = text[start - 1] if start else "\n"
    after = text[end] if end < limit else "\n"
    if len(numeral) > 16:
        return rejected(start, end, "identifier")
    if _LOST in text[max(start - (2 if before in ".," else 1), 0) : end + 1]:
        return rejected(start, end, "lost_digit")
    if before in _ODD_BEFORE or after in _ODD_AFTER:
        other = no_quantity(text, start, end, limit, numeral, before, after)
        if other is not None:
            return other
    value = Decimal(numeral.replace(",", ""))
    if before in "-－−" and after in _SIGNED and text[start - 2 : start - 1] not in _NO_SIGN:
        value, start = -value, start - 1  # 增长-2.1%
    high: Decimal | None = None
    number_end = end
    compound = _COMPOUND.match(text, end, limit)
    if compound is not None and "." not in numeral:
        # 103亿5120万元 is one number of 亿元
        value += Decimal(compound[1]) / 10000
        end = compound.end()
        return _finish(text, start, end, end, limit, value, None, before, "亿")
    range_match = _RANGE.match(text, end, limit)
    if range_match is not None and not (
        before in "由从" and text[range_match.start("high") - 1] in "至到"
    ):
        high_value = _plain(range_match["high"])
        if high_value is not None and _ascends(value, high_value, range_match["unit"]):
            high = high_value
            end = number_end = range_match.end()
    wide = _WIDE_RANGE.match(text, end, limit) if high is None else None
    if wide is not None and not _FROM.search(text, max(0, start - 16), start):
        high_value = _plain(wide["high"])
        if high_value is not None and value < high_value:
            high = high_value
            end = number_end = wide.end()
    return _finish(text, start, end, number_end, limit, value, high, before)


def _ascends(low: Decimal, high: Decimal, unit: str | None) -> bool:
    return low < high or (unit is not None and _MULTIPLE_UNIT.match(unit) is not None)


def _plain(numeral: str) -> Decimal | None:
    if "0" <= numeral[0] <= "9":
        return Decimal(numeral.replace(",", ""))
    return chinese_number(numeral)


def _finish(
    text: str, start: int, end: int, number_end: int, limit: int,
    value: Decimal, high: Decimal | None, before: str, multiple: str = "",
) -> Number:  # fmt: skip
    match = _AFTER.match(text, end, limit)
    assert match is not None  # every part of the pattern is optional
    more, more_multiple, more2, unit, more3, post = match.groups()
    unit = multiple + (more_multiple or "") + (unit or "")
    stop = match.end()
    if unit == "个多百分点":
        unit, more = "个百分点", "多"
    if more in ("来", "几") and not unit:
        stop = end
    if not unit:
        after = text[end] if end < limit else "\n"
        if after in LATIN:
            return rejected(start, end, "name_part")
        numeral = text[start:end]
        if after in "”》」" or numeral in _HOTLINES or _is_label(numeral, after):
            return rejected(start, end, "name_part")
        if before in '“"‘「' or (
            _AFTER_NAME.match(text, end, limit) and before not in "个达为到超"
        ):
            return rejected(start, end, "name_part")
    bound = Bound.EQ
    if post:
        bound = _POST_BOUNDS[post]
    elif more or more2 or more3:
        bound = Bound.GE
    if unit in _NUMBERED:
        return rejected(start, stop, "ordinal" if unit in ("号", "届", "届次") else "name_part")
    if unit.startswith("连"):
        return rejected(start, stop, "name_part")
    if unit.endswith("元") and _CLASS.match(text, stop - len(post or ""), limit):
        return rejected(start, stop, "class")
    if before == "前" and (unit in ("", "位", "名", "家", "个") or unit == "强"):
        return rejected(start, stop, "rank")
    if not unit and _RANK_AFTER.match(text, end, limit):
        return rejected(start, end, "rank")
    return Number(start, stop, start, number_end, value, high, unit, bound, post or "", "", 0)


def _is_label(numeral: str, after: str) -> bool:
    """2022网信大会, 5.0产业: a bare year or version in front of what it names."""
    versioned = numeral.endswith(".0") or (len(numeral) == 4 and numeral[:2] in ("19", "20"))
    return versioned and "\u4e00" <= after <= "\u9fff"


def _read_percent(text: str, start: int, end: int, limit: int, numeral: str) -> Number | None:
    value = _plain(numeral[3:])
    if value is None:
        return rejected(start, end, "not_understood")
    unit = "%" if numeral[0] == "百" else "‰"
    high: Decimal | None = None
    match = _PERCENT_RANGE.match(text, end, limit)
    if match is not None:
        high = _plain(match["high"])
        if high is not None and high > value:
            end = match.end()
        else:
            high = None
    after = _AFTER.match(text, end, limit)
    assert after is not None
    post = after["post"] or ""
    more = after["more"]
    stop = end
    bound = Bound.EQ
    if post and not after["unit"]:
        stop, bound = after.end(), _POST_BOUNDS[post]
    elif more in _ROUND and not after["multiple"]:
        stop, bound = end + 1, Bound.GE
    return Number(start, stop, start, end, value, high, unit, bound, post, "", 0)


def _read_chinese(text: str, start: int, end: int, limit: int, numeral: str) -> Number | None:
    before = text[start - 1] if start else "\n"
    if len(numeral) == 4 and _YEAR.match(text, end, limit):
        year = chinese_number(numeral)
        if year is not None and 1840 <= year <= 2100:
            return rejected(start, end + 1, "date", int(year))
    if before in "第初":
        return None
    tenths = _TENTHS.match(text, start, limit)
    if tenths is not None and len(numeral) == 1:
        return _read_tenths(text, start, limit, tenths)
    fold = _FOLD.match(text, start, limit)
    if fold is not None and before in "翻了":
        times = {"一": 2, "两": 4, "二": 4, "三": 8, "四": 16, "五": 32}[fold[1]]
        bound = Bound.GE if fold[2] else Bound.EQ
        return Number(start, fold.end(), start, end, Decimal(times), None, "倍", bound, "", "", 0)
    head, multiple = split_multiple(numeral)
    after = _AFTER.match(text, end, limit)
    assert after is not None
    unit = after["unit"] or ""
    magnitude = all(c in "十百千万亿" for c in numeral)
    if before in "上入" and start > 1 and text[start - 2] in "迈跃站踏登跨进步挤":
        before = "迈"
    if magnitude and (before in "数几上成个" or not ("万" in numeral or "亿" in numeral)):
        return None
    if magnitude:
        # 千亿元大关, 突破万亿; but 万元GDP能耗 is a name and 亿万 is a word
        reached = (
            before in _PASSED
            or (before in _HELD and numeral not in _AFTER_DIGITS)
            or _BIG_WORDS.match(text, after.start("unit") if unit else end, limit)
        )
        if not reached or (len(numeral) == 1 and not unit):
            return None
    elif (len(numeral) == 1 and unit not in _SINGLE) or (not unit and not multiple):
        return None
    if unit.startswith("连"):
        return None  # “十九连丰” is a name
    if unit in _VAGUE and not multiple and len(numeral) <= 3:
        return None if "点" not in numeral else rejected(start, end, "not_understood")
    if after["multiple"] and "亿" in head and not multiple:
        # 四亿零七百多万吨: the 万 belongs to the seven hundred
        whole = chinese_number(head + after["multiple"])
        bound = Bound.GE if after["more"] or after["more2"] else Bound.EQ
        if whole is not None and unit:
            return Number(start, after.end(), start, end, whole, None, unit, bound, "", "", 0)
    value = chinese_number(head)
    if value is None:
        return rejected(start, end, "not_understood")
    high: Decimal | None = None
    number_end = end
    range_match = _RANGE.match(text, end, limit)
    if range_match is not None and before not in "由从":
        high_head, high_multiple = split_multiple(range_match["high"])
        high_value = _plain(high_head)
        if high_value is not None and high_value > value and high_multiple == multiple:
            high = high_value
            end = number_end = range_match.end()
    if multiple and magnitude and not unit:
        # 突破万亿: the 元 is understood
        finished = _finish(
            text, start, end, number_end, limit, value, high, before, multiple + "元"
        )
        return finished if not finished.reason or finished.reason == "class" else None
    return _finish(text, start, end, number_end, limit, value, high, before, multiple)


def _read_tenths(text: str, start: int, limit: int, tenths: re.Match[str]) -> Number:
    whole = chinese_number(tenths[1])
    assert whole is not None
    half = tenths[2]
    value = whole * 10
    if half:
        value += 5 if half == "半" else chinese_number(half) or 0
    after = _AFTER.match(text, tenths.end(), limit)
    assert after is not None
    post = after["post"] or ""
    stop = tenths.end()
    bound = Bound.EQ
    if post:
        stop, bound = after.end(), _POST_BOUNDS[post]
    elif after["more"] in _ROUND:
        stop, bound = stop + 1, Bound.GE
    return Number(start, stop, start, tenths.end(), value, None, "%", bound, post, "", 0)
