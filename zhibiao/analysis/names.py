"""What the columns of a panel are called, in ids, Chinese and English, and what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from zhibiao.analysis.labels import COLUMN_LABELS, Language, Words, in_language, key_label
from zhibiao.analysis.units import unit_of_difference, usual_unit
from zhibiao.catalogue.indicators import Catalogue

Facet = Literal["", "high", "stretch", "gap", "above", "over_above", "derived"]

_MEASURES = {
    "level": ("", ""),
    "growth": ("增速", "growth"),
    "average_growth": ("年均增速", "average growth"),
    "change": ("增减量", "change"),
    "ratio": ("倍数", "ratio"),
}
_REASONS = {
    "value": ("有数值", "value"),
    "value_part_of_year": ("仅部分时段的数值", "value of a part of the year"),
    "value_set_aside": ("数值存疑未用", "value set aside"),
    "relative": ("相对表述", "relative"),
    "qualitative": ("定性表述", "qualitative"),
    "value_other_years": ("仅其他年份或多年数值", "value of other years or several"),
    "mentioned": ("有提及，未取数值", "named near a number, no value taken"),
    "nothing_stated": ("报告未提及", "nothing stated"),
    "failed": ("处理失败", "failed"),
    "quarantined": ("无法读取", "quarantined"),
    "not_submitted": ("未提交", "not submitted"),
    "pending": ("等待处理", "pending"),
    "running": ("处理中", "running"),
    "cancelled": ("已取消", "cancelled"),
}
_STATUSES = {"actual": COLUMN_LABELS["outturn"], "target": ("目标", "target")}
# As the columns of the long table are called that hold the same.
_FACETS: Mapping[Facet, Words] = {
    "": ("", ""),
    "high": COLUMN_LABELS["value_high"],
    "stretch": COLUMN_LABELS["stretch"],
    "gap": COLUMN_LABELS["gap"],
    "above": COLUMN_LABELS["above_target"],
    "over_above": COLUMN_LABELS["over_above"],
    "derived": ("推算", "derived"),
}
_DIFFERENCES = frozenset(("gap", "over_above"))
_DERIVED = {
    "growth": (
        "报告未提及，由当年与上年的水平值推算（现价）",
        "not stated; derived from the levels of this year and the one before, at current prices",
    ),
    "level": (
        "报告未提及，由上年的水平值与当年增速推算",
        "not stated; derived from the level of the year before and this year's growth",
    ),
}
_OUTTURN_RULE = (
    "回顾该年的报告所述的实绩",
    "the outturn that the report reviewing the year states",
)
_TARGET_RULE = ("当年报告所述的目标", "the target that the year's own report states")
_RULES = {
    "high": ("报告给出区间时的上限", "the upper end where the report states a range"),
    "stretch": ("报告在目标之外力争的数值", "what the report strives for beyond its target"),
    "gap": (
        "次年报告所述的实绩减去目标",
        "the outturn that the next year's report states, minus the target",
    ),
    "above": (
        "上级省或地级市同年的目标",
        "the target of the prefecture or province above for the same year",
    ),
    "over_above": (
        "目标减去上级省或地级市同年的目标（总量指标除外）",
        "the target minus that of the prefecture or province above; not of amounts",
    ),
}


@dataclass(frozen=True, order=True, kw_only=True, slots=True)
class WideColumn:
    """A column of the wide table."""

    indicator: str
    measure: str
    status: str  # of a gap: target
    unit: str  # that its values are shown in
    usual: bool  # the unit needs no mention in the name
    facet: Facet = ""

    @property
    def name(self) -> str:
        """gdp_growth_target, gdp_level_actual_亿元, gdp_growth_target_gap."""
        return "_".join(
            part
            for part in (
                self.indicator, self.measure, self.status, self.facet,
                "" if self.usual else self.unit,
            )
            if part
        )  # fmt: skip

    @property
    def unit_of_values(self) -> str:
        """The unit, but for differences, which are percentage points where values are %."""
        return unit_of_difference(self.unit) if self.facet in _DIFFERENCES else self.unit

    def rule(self, language: Language) -> str:
        """What it holds, in one line."""
        if self.facet == "derived":
            told = _DERIVED[self.measure]
        elif self.facet:
            told = _RULES[self.facet]
        else:
            told = _TARGET_RULE if self.status == "target" else _OUTTURN_RULE
        return in_language(told, language)

    def label(self, catalogue: Catalogue, language: Language) -> str:
        """地区生产总值 增速 目标（%）; Gross domestic product, growth, target (%)."""
        known = catalogue.indicators.get(self.indicator)
        named = self.indicator
        if known is not None:
            named = known.name_zh if language == "zh" else known.name
        parts = (
            named, measure_name(self.measure, language),
            in_language(_STATUSES.get(self.status, (self.status,) * 2), language),
            in_language(_FACETS[self.facet], language),
        )  # fmt: skip
        said = [part for part in parts if part]
        if language == "zh":
            return f"{' '.join(said)}（{self.unit_of_values}）"
        return f"{', '.join(said)} ({self.unit_of_values})"


def measure_name(measure: str, language: Language) -> str:
    """增速, growth; "" for a level, which needs no word."""
    return in_language(_MEASURES.get(measure, (measure,) * 2), language)


def reason_name(reason: str, language: Language) -> str:
    """Why a cell of the coverage grid holds what it does; the code of one that has no name."""
    return in_language(_REASONS.get(reason, (reason,) * 2), language)


def wide_column(
    catalogue: Catalogue, indicator: str, measure: str, status: str, base_unit: str, shown: str
) -> WideColumn:
    """The column of a cell whose values are in `base_unit` and shown in another unit."""
    known = catalogue.indicators.get(indicator)
    expected = base_unit if known is None else usual_unit(measure, known.base_unit)
    return WideColumn(
        indicator=indicator, measure=measure, status=status, unit=shown, usual=shown == expected
    )


CODEBOOK_COLUMNS = (
    "column", "indicator", "name_zh", "name_en", "measure", "status", "unit", "rule",
)  # fmt: skip


def codebook(
    columns: Mapping[str, WideColumn | None], catalogue: Catalogue, language: Language = "en"
) -> list[dict[str, Any]]:
    """A row a column: id, Chinese and English name, unit, measure, and the rule in a language."""
    rows: list[dict[str, Any]] = []
    for name, column in columns.items():
        if column is None:
            rows.append(
                dict.fromkeys(CODEBOOK_COLUMNS)
                | {
                    "column": name,
                    "name_zh": key_label(name, "zh"),
                    "name_en": key_label(name, "en"),
                }
            )
            continue
        rows.append(
            {
                "column": name,
                "indicator": column.indicator,
                "name_zh": column.label(catalogue, "zh"),
                "name_en": column.label(catalogue, "en"),
                "measure": column.measure,
                "status": column.status,
                "unit": column.unit_of_values,
                "rule": column.rule(language),
            }
        )
    return rows
