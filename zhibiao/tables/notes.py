"""What a reader of a panel has to know: a sheet of its workbook."""

from __future__ import annotations

from collections.abc import Mapping

from zhibiao.analysis.labels import Language

_ENGLISH = (
    "One cell is one region, year, indicator, measure and status. Targets are those of the year's "
    "own report; outturns those of the report that reviews the year, as a rule the next one.",
    "Where a report states several values, the report's own targets or headline figures decide, "
    "then the base before what is striven for, certain before uncertain, earlier in the text. "
    "The number of digits decides nothing. The long table lists all competing values.",
    "The wide table leaves out values of a part of the region or of the year, of uncertain years, "
    "and implausible ones. The long table has them, with flags.",
    "Values are in base units (元, 人, %) unless a unit was asked for. Dollars stay dollars, in "
    "columns of their own. Of a range the lower end is the value; columns in _high have the upper.",
    "Columns in _derived hold what no report states: growth from the levels of two years, a level "
    "from that of the year before and the growth. Levels are at current prices, growth as a rule "
    "at constant ones: compare them with care.",
    "An empty cell is explained by the sheet coverage: a report that was not submitted, one that "
    "could not be read, one that states nothing, one that names the indicator near a number that "
    "was not taken, or only values of a part of the year or of other years. A report that was not "
    "submitted or not read has one row there, for all indicators.",
)
_CHINESE = (
    "每个单元格是一个地区、年份、指标、度量的目标或实绩。目标取自当年的报告；实绩取自回顾该年的报告，一般是次年的报告。",
    "报告给出几个数值时依次取舍：报告自己的主要预期目标或主要指标段落优先；基本目标先于力争目标；"
    "确定的先于存疑的；在前的先于在后的。位数多少不起作用。长表列出全部竞争数值。",
    "宽表不含局部地区、部分时段、年份不确定和超出合理范围的数值；它们在长表里，并有标记。",
    "数值以基本单位（元、人、%）表示，除非另行指定单位。美元仍为美元，单列一列。"
    "区间取下限为数值，上限在以 _high 结尾的列。",
    "以 _derived 结尾的列是报告没有写明的推算值：由两年的水平值推算增速，"
    "或由上年的水平值和当年增速推算水平值。水平值按现价，增速一般按不变价，比较时请留意。",
    "空单元格的原因见 coverage 表：报告未提交、无法读取、未提及、有提及但未取数值，或只有部分时段、"
    "其他年份的数值。"
    "未提交或无法读取的报告在该表中只占一行，代表全部指标。",
)

NOTES: Mapping[Language, tuple[str, ...]] = {"en": _ENGLISH, "zh": _CHINESE}
