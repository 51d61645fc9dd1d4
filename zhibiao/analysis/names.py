"""What the columns of a panel are called, in ids, Chinese and English, and what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from zhibiao.analysis.units import usual_unit
from zhibiao.catalogue.indicators import Catalogue

Language = Literal["zh", "en"]
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
    "nothing_stated": ("报告未提及", "nothing stated"),
    "failed": ("处理失败", "failed"),
    "quarantined": ("无法读取", "quarantined"),
    "not_submitted": ("未提交", "not submitted"),
}
_STATUSES = {"actual": ("实际", "outturn"), "target": ("目标", "target")}
_FACETS: Mapping[str, tuple[str, str]] = {
    "": ("", ""),
    "high": ("区间上限", "upper end of the range"),
    "stretch": ("力争目标", "stretch target"),
    "gap": ("实际减目标", "outturn minus target"),
    "above": ("上级目标", "target of the level above"),
    "over_above": ("目标减上级目标（加码）", "target minus that of the level above"),
    "derived": ("推算", "derived"),
}
_DERIVED = {
    "growth": "not stated; derived from the levels of this year and the one before",
    "level": "not stated; derived from the level of the year before and this year's growth",
}
_RULES = {
    "high": "the upper end where the report states a range",
    "stretch": "what the report strives for beyond its target",
    "gap": "the outturn that the next year's report states, minus the target",
    "above": "the target of the prefecture or province above for the same year",
    "over_above": "the target minus that of the prefecture or province above",
}
_KEYS = {
    "region_code": ("行政区划代码", "GB/T 2260 code"),
    "region": ("地区", "region"),
    "province": ("省份", "province"),
    "level": ("行政层级", "level of government"),
    "year": ("年份", "year"),
    "indicator": ("指标", "indicator"),
    "measure": ("口径", "measure"),
    "status": ("性质", "target or outturn"),
    "value": ("数值", "value"),
    "value_high": ("区间上限", "upper end of the range"),
    "unit": ("单位", "unit"),
    "bound": ("边界", "bound"),
    "tone": ("语气", "tone"),
    "stretch": ("力争目标", "stretch target"),
    "certain": ("确定", "certain"),
    "competing": ("竞争数值个数", "competing values"),
    "flags": ("标记", "flags"),
    "document": ("报告标题", "report"),
    "source": ("文件", "file"),
    "sentence": ("语句", "sentence"),
    "evidence": ("依据", "evidence"),
    "address": ("链接", "address"),
    "reason": ("原因", "reason"),
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
    def rule(self) -> str:
        """What it holds, in one line."""
        if self.facet == "derived":
            return _DERIVED[self.measure]
        if self.facet:
            return _RULES[self.facet]
        if self.status == "target":
            return "the target that the year's own report states"
        return "the outturn that the report reviewing the year states"

    def label(self, catalogue: Catalogue, language: Language) -> str:
        """地区生产总值 增速 目标（%）; Gross domestic product, growth, target (%)."""
        at = language == "en"
        known = catalogue.indicators.get(self.indicator)
        named = self.indicator
        if known is not None:
            named = known.name_zh if language == "zh" else known.name
        parts = (
            named, measure_name(self.measure, language),
            _STATUSES.get(self.status, (self.status,) * 2)[at], _FACETS[self.facet][at],
        )  # fmt: skip
        said = [part for part in parts if part]
        if language == "zh":
            return f"{' '.join(said)}（{self.unit}）"
        return f"{', '.join(said)} ({self.unit})"


def measure_name(measure: str, language: Language) -> str:
    """增速, growth; "" for a level, which needs no word."""
    return _MEASURES.get(measure, (measure,) * 2)[language == "en"]


def reason_name(reason: str, language: Language) -> str:
    """Why a cell of the coverage grid holds what it does; the code of one that has no name."""
    return _REASONS.get(reason, (reason,) * 2)[language == "en"]


def wide_column(
    catalogue: Catalogue, indicator: str, measure: str, status: str, base_unit: str, shown: str
) -> WideColumn:
    """The column of a cell whose values are in `base_unit` and shown in another unit."""
    known = catalogue.indicators.get(indicator)
    expected = base_unit if known is None else usual_unit(measure, known.base_unit)
    return WideColumn(
        indicator=indicator, measure=measure, status=status, unit=shown, usual=shown == expected
    )


def key_label(name: str, language: Language) -> str:
    """The label of a column that is no indicator's; its name where it has none."""
    return _KEYS.get(name, (name, name))[0 if language == "zh" else 1]


CODEBOOK_COLUMNS = (
    "column", "indicator", "name_zh", "name_en", "measure", "status", "unit", "rule",
)  # fmt: skip


def codebook(
    columns: Mapping[str, WideColumn | None], catalogue: Catalogue
) -> list[dict[str, Any]]:
    """A row a column: id, Chinese and English name, unit, measure, rule."""
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
                "unit": column.unit,
                "rule": column.rule,
            }
        )
    return rows
