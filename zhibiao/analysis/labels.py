"""What the columns of tables that are no indicator's are called for people.

The Chinese words are those of docs/glossary.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Language = Literal["zh", "en"]
Words = tuple[str, str]  # in Chinese, in English

EVERY_INDICATOR_ZH = "全部指标"
COLUMN_LABELS: Mapping[str, Words] = {
    "region_code": ("地区代码", "GB/T 2260 code"),
    "region": ("地区", "region"),
    "province": ("省份", "province"),
    "level": ("行政层级", "level of government"),
    "year": ("年份", "year"),
    "indicator": ("指标", "indicator"),
    "indicator_zh": ("指标中文名", "indicator in Chinese"),
    "measure": ("度量", "measure"),
    "status": ("目标或实绩", "target or outturn"),
    "value": ("数值", "value"),
    "value_high": ("区间上限", "upper end of the range"),
    "unit": ("单位", "unit"),
    "bound": ("边界", "bound"),
    "tone": ("语气", "tone"),
    "stretch": ("力争目标", "stretch target"),
    "yuan": ("金额（元）", "amount in yuan"),
    "certain": ("确定", "certain"),
    "corrected": ("更正", "corrected"),
    "competing": ("竞争数值个数", "competing values"),
    "competitors": ("竞争数值", "which values compete"),
    "flags": ("标记", "flags"),
    "headline": ("主要指标段落", "in a headline passage"),
    "outturn": ("实绩", "outturn"),
    "gap": ("实绩减目标", "outturn minus target"),
    "outturn_missing": ("无实绩的原因", "why there is no outturn"),
    "above_region": ("上级地区", "region above"),
    "above_target": ("上级目标", "target of the region above"),
    "over_above": ("目标减上级目标（加码）", "target minus that of the region above"),
    "value_stated": ("原文数值", "value as stated"),
    "unit_stated": ("原文单位", "unit as stated"),
    "document": ("报告标题", "report"),
    "document_id": ("文档编号", "number of the document"),
    "observation": ("观测值编号", "number of the observation"),
    "source": ("来源文件", "file"),
    "sentence": ("原句", "sentence"),
    "evidence": ("证据", "evidence"),
    "start": ("起始位置", "start in the raw text"),
    "end": ("结束位置", "end in the raw text"),
    "address": ("链接", "address"),
    "reason": ("原因", "reason"),
    "detail": ("说明", "detail"),
    "target_reason": ("目标：有无及原因", "target: stated, or why not"),
    "target_measures": ("目标的度量", "measures of the target"),
    "outturn_reason": ("实绩：有无及原因", "outturn: stated, or why not"),
    "outturn_measures": ("实绩的度量", "measures of the outturn"),
    "outturn_year": ("实绩年份", "year of the outturn"),
    "column": ("列名", "column"),
    "name_zh": ("中文名称", "name in Chinese"),
    "name_en": ("英文名称", "name in English"),
    "rule": ("规则", "rule"),
    "note": ("说明", "note"),
}


def in_language(words: Words, language: Language) -> str:
    """The words in one of the languages."""
    return words[language == "en"]


def key_label(name: str, language: Language) -> str:
    """The label of a column that is no indicator's."""
    return in_language(COLUMN_LABELS[name], language)
