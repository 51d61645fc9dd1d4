"""Units: which count the same thing, and how many base units one of them is."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from functools import lru_cache
from typing import Final

from zhibiao.language.alternatives import any_of

# unit as written -> (dimension, factor to the dimension's base unit)
_BASE: dict[str, tuple[str, Decimal]] = {}


def _define(dimension: str, **factors: str) -> None:
    for unit, factor in factors.items():
        _BASE[unit] = (dimension, Decimal(factor))


_define("元", 元="1", 人民币="1", 块="1", 角="0.1")
_define("美元", 美元="1", 美金="1")
_define("港元", 港元="1", 港币="1")
_define("欧元", 欧元="1")
_define("卢布", 卢布="1")
_define("户", 户="1", 家="1", 个="1", 户次="1", 戶="1", 间="1")
_define("人", 人="1", 名="1", 位="1", 口人="1", 人口="1", 个人="1")
_define("人次", 人次="1")
_define("亩", 亩="1", 公顷="15", 顷="100", 垧="15", 畝="1")
_define("吨", 吨="1000", 公斤="1", 千克="1", 斤="0.5", 市斤="0.5", 担="50", 克="0.001", 公担="100")
_define("天", 天="1", 日="1")
_define(
    "里",
    公里="1000",
    千米="1000",
    米="1",
    里="500",
    华里="500",
    海里="1852",
    华里路="500",
    km="1000",
    KM="1000",
)
_define("平方米", 平方米="1", 平方公里="1000000", 平米="1")
_define("立方米", 立方米="1", 方="1", 立方="1")
_define("度", 千瓦时="1", 度="1", 千瓦小时="1", 度电="1", kWh="1", KWh="1")
_define("千瓦", 千瓦="1", 兆瓦="1000", 吉瓦="1000000", MW="1000", GW="1000000", kW="1", KW="1")
_define("吨标准煤", 吨标准煤="1", 吨标煤="1")
_BASE["%"] = ("%", Decimal(1))
_BASE["％"] = ("%", Decimal(1))
_BASE["‰"] = ("%", Decimal("0.1"))
_BASE["个百分点"] = ("个百分点", Decimal(1))
_BASE["百分点"] = ("个百分点", Decimal(1))
_BASE["个点"] = ("个百分点", Decimal(1))
_BASE["个多百分点"] = ("个百分点", Decimal(1))
_BASE["个千分点"] = ("个百分点", Decimal("0.1"))
_BASE["倍"] = ("倍", Decimal(1))
_BASE["番"] = ("番", Decimal(1))
_BASE["微克/立方米"] = ("微克/立方米", Decimal(1))
_BASE["微克每立方米"] = ("微克/立方米", Decimal(1))
_BASE["μg/m³"] = ("微克/立方米", Decimal(1))
_BASE["微克"] = ("微克/立方米", Decimal(1))
_BASE["ug/m3"] = ("微克/立方米", Decimal(1))
_BASE["毫克/立方米"] = ("微克/立方米", Decimal(1000))

MULTIPLES: Final = ("万", "亿", "万亿")  # which are no units by themselves
POINTS: Final = "个百分点"  # of percentages, and of a change of one
STANDARD_COAL: Final = "吨标准煤"
DENSITY: Final = "微克/立方米"  # of what pollutes the air
DOLLARS: Final = "美元"
FOREIGN: Final = (DOLLARS, "港元", "欧元")  # in which amounts of money may be told as well
TIMES: Final = ("倍", "番")  # of a multiple
FIRMS: Final = "户"  # of firms and households
METRES: Final = "米"  # of a length
RELATIVE: Final = ("%", POINTS, "倍")  # of a change or a ratio, and of no amount
NO_AMOUNTS: Final = (*RELATIVE, "‰")  # and those of a rate

_MULTIPLE: Final = re.compile(r"^([十百千]?(?:万亿|万万|亿|万)?)(.*)$")

# What is counted one by one, or measured, and needs no factor: the unit is its own dimension.
COUNTED: Final = tuple(
    """
    大 省 地 国 县 县（区） 县区 镇 乡 村 ° ℃ #
    件 项 条 座 所 处 台 辆 套 张 份 支 只 头 羽 尾 株 棵 颗 片 本 册 部 篇 首 种 类 例 起 宗 笔
    枪 单 级 届 期 次 场 批 岁 年 月 小时 分钟 秒 枚 盏 顶 根 孔 眼 口 门 艘 架 列 班 节 段 层 栋
    幢 间 床 张床位 标箱 标准箱 TEU 吨公里 人公里 标准煤 箱 盒 瓶 袋 包 剂 剂次 人份 场次 架次
    班次 趟 趟次 车次 艘次 辆次 台套 台（套） 卷 集 幅 组 对 队 支队 团 幕 出 师 轮 步 招 课
    课时 学时 学位 个月 周 周年 周岁 季度 世纪 代 连 连冠 届次 号 路 线 环 街 巷 栏 版 稿 级别
    星 星级 分 分贝 摄氏度 度 克 毫克 毫克/升 毫克/立方米 微克 升 毫升 公升 匹 马力 伏 千伏 万伏
    安 公里/小时 千米/小时 亿立方米 立方米/秒 元/吨 元/亩 元/人 元/月 元/平方米 万元/亩 吨/日
    吨/年 吨/天 吨/小时 千伏安 伏安 帧 像素 比特 bps Mbps Gbps PB TB GB EFLOPS PFLOPS P算力 机架
    副 具 丈 尺 寸 匹布 码 打 锭 纱锭 枚锭 令 刀 桶 车 船 垛 眼井 亿件 票 户籍 道 折 成 辆份 把
    块 粒 穴 窝 箱次 人天 工日 工时 元/人·年 户人 点 篇次 头（只） 头只 亩次 宗地 项次 件次 条次
    例次 人次/年 平方厘米 厘米 毫米 纳米 微米 马赫 赫兹 兆 兆赫 海里 盘 桌 幢楼 页 字 重 刻钟
    家次 户家 所次 标段 街区 大类 方面 环节 片区 批次 个次 人名 班级 章 条款 款 则 载重吨
    总吨 标台 吨级 泊位 公里/时 吨标准煤/万元 千克标准煤 克标准煤 美分 英镑 日元 马克 法郎 两 钱
    标准立方米 亿度 人户 户（人） 家（次） 例（次） 辆（台） 台（辆） 台/套 个（家） 户/人 对次
    """.split()  # noqa: SIM905 - a list of 200 quoted words is harder to read
)


@lru_cache(maxsize=4096)
def dimension(unit: str) -> tuple[str, Decimal] | None:
    """What a unit counts, and how many base units it is; None for an unknown unit.

    亿元 -> (元, 1E8), 万户 -> (户, 1E4), 件 -> (件, 1), 亿斤 -> (吨's base: 公斤, 5E7).
    """
    found = _BASE.get(unit)
    if found is not None:
        return found
    match = _MULTIPLE.match(unit)
    assert match is not None  # every part of the pattern is optional
    multiple, base = match.groups()
    base_found = _BASE.get(base, (base, Decimal(1)))
    return base_found[0], base_found[1] * multiple_value(multiple)


def known_unit(unit: str) -> bool:
    """Is this one of the units, or a multiple of one: 亿元, 万人次? 亿圆 is not."""
    match = _MULTIPLE.match(unit)
    assert match is not None
    return unit in _BASE or match[2] in _BASE or match[2] in COUNTED


# Dimensions that measure, each with its unit of factor 1; the others count, one by one.
_MEASURED: Final = {
    "元": "元", "美元": "美元", "港元": "港元", "欧元": "欧元", "卢布": "卢布",
    "%": "%", "个百分点": "个百分点", "倍": "倍", "番": "番",
    "亩": "亩", "平方米": "平方米", "立方米": "立方米", "里": "米",
    "吨": "公斤", "吨标准煤": "吨标准煤", "微克/立方米": "微克/立方米",
    "度": "千瓦时", "千瓦": "千瓦", "天": "天",
}  # fmt: skip


def in_base_unit(
    value: Decimal, unit: str, base_unit: str, interchangeable: Collection[str]
) -> tuple[Decimal, str] | None:
    """A value in an indicator's base unit, with that unit; None for an unknown unit.

    What measures something else (dollars where the base is 元, square metres where homes are
    counted, % anywhere) keeps the base of its own dimension: a value is never called what it is
    not. `interchangeable` are the words that count the indicator's things: 12座 5G基站 are 12个.
    """
    counted = dimension(unit)
    if counted is None:
        return None
    name, factor = counted
    base_name, base_factor = dimension(base_unit) or (base_unit, Decimal(1))
    one_by_one = name not in _MEASURED and base_name not in _MEASURED and name in interchangeable
    if name == base_name or one_by_one or (name == "" and unit):  # 超3000亿 says no unit
        return value * factor / base_factor, base_unit
    if (name, base_name) == ("亩", "平方米"):
        return (value * factor * 2000 / 3).quantize(Decimal(1)) / base_factor, base_unit
    return value * factor, _MEASURED.get(name, name)


def multiple_value(multiple: str) -> int:
    """十万 -> 100000, 万亿 -> 10**12, "" -> 1."""
    value = 1
    for character in multiple:
        value *= {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}[character]
    return value


def unit_pattern() -> str:
    """A pattern of every unit that may follow a number, without its multiple; the longest first."""
    # 20大关 and 20大台阶 count nothing; 大类 does.
    return f"{any_of({*_BASE, *COUNTED} - {'大'})}|大(?!关|台阶)"
