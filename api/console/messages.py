"""What a page says of an error, in its reader's language.

In English an error says itself what is wrong; in Chinese its code does, with its details. Of a
wrong field pydantic's kind of error does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fastapi import Request

from api.console.language import language_of
from api.console.words import FIELDS, WORDS, word
from zhibiao.analysis.labels import Language
from zhibiao.domain.access import AccessScope
from zhibiao.errors import ZhibiaoError

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_FACT = re.compile(r"{(\w+)}")
_UNKNOWN = "操作未成功。"

# By code, or by code and field: the first sentence whose facts the error's details hold.
CHINESE: Mapping[str, tuple[str, ...]] = {
    # Who may ask, and how
    "malformed_request": ("请求格式有误。",),
    "unauthorised": ("请先登录。",),
    "forbidden": ("此操作需要权限“{needed}”，{caller}没有。", "没有此操作的权限。"),
    "foreign_origin": ("表单已过期，或来自其他网站：请重新加载页面后再提交。",),
    "unknown_host": ("本服务不使用这个主机名，见 ZHIBIAO_ALLOWED_HOSTS。",),
    "too_many_requests": (
        "请求过多，请在 {retry_after_seconds} 秒后重试。",
        "请求过多，请稍后重试。",
    ),
    "method_not_allowed": ("此地址不支持这种操作。",),
    # What is asked for
    "not_found": (
        "文档 {document} 没有生效中的更正 {correction}。",
        "文档 {document} 现在没有观测值 {observation}，请重新加载页面。",
        "没有观测值 {observation}，或其原文已不再保留。",
        "没有批次 {run}，或其中没有所要的内容。",
        "没有文档 {documents}。",
        "没有文档 {document}，或它尚未处理到这一步。",
        "没有用户 {user}，或该用户已被撤销。",
        "没有密钥 {key}，或该密钥已被撤销。",
        "这里没有内容，或所指的内容已不再保留。",
    ),
    "invalid_request": ("参数 {parameter} 重复。", "请求内容有误。"),
    "unknown_parameter": ("没有这个参数：{parameter}。", "没有这个参数。"),
    "invalid_cursor": ("分页位置无效，请从首页重新开始。",),
    "unknown_indicator": (
        "指标目录中没有“{indicator}”。相近的有：{nearest}。",
        "指标目录中没有“{indicator}”。",
    ),
    "unknown_region_code": (
        "没有代码以 {region_code} 开头的地区。相近的有：{nearest}。",
        "没有代码以 {region_code} 开头的地区。",
    ),
    "unknown_region": ("没有地区“{region}”。相近的有：{nearest}。", "没有地区“{region}”。"),
    "unknown_unit": ("没有以“{unit}”计量的指标，或单位重复。",),
    "invalid_keyword_set": ("词表无效，请从列表中选择，或自填词语。",),
    "invalid_selection": ("所选文档无效。",),
    "no_time_travel": ("此表不能按过去的时间查看。",),
    "pruned": ("当时的结果已不再保留（ZHIBIAO_KEEP_EXTRACTIONS）。",),
    "table_too_large": ("词频表的行数过多，请去掉零值行，或减少词或报告。",),
    "export_not_finished": ("导出尚未完成，或已失败。",),
    "export_not_written": ("导出文件无法写入，请检查磁盘空间。",),
    "too_many_exports": ("等待中的导出过多，请稍后重试。",),
    # What a person says of a report
    "not_correctable": (
        "文档 {document} 与文档 {duplicate_of} 内容相同，请更正后者。",
        "文档 {document} 目前不能更正：尚未提取，或其文件未保留。",
    ),
    "invalid_correction": ("{field}填写有误。", "更正的内容有误。"),
    "invalid_correction.observation": ("请先选择一条观测值；补充时不选。",),
    "invalid_correction.evidence": (
        "这些文字在原文中没有，或出现多次：请填写原文中只出现一次的文字。",
    ),
    "invalid_correction.indicator": (
        "指标目录中没有这个指标。相近的有：{nearest}。",
        "请选择指标目录中的指标。",
    ),
    "invalid_correction.measure": ("该指标没有这种度量。",),
    "invalid_correction.value": ("数值缺失、不是数字，或超出范围。",),
    "invalid_correction.value_high": ("区间上限不是数字，或不大于数值。",),
    "invalid_correction.unit": (
        "单位与该指标的度量不符，请用报告中的常用单位，如 亿元、万人、%。",
    ),
    "invalid_correction.period_start": ("起始年无效，或晚于截止年。",),
    "invalid_correction.period_end": ("请填写有效的截止年。",),
    "invalid_correction.start": ("请选中原文中含有该数字的文字。",),
    "invalid_correction.end": ("请选中原文中含有该数字的文字，不超过 1000 字。",),
    "invalid_metadata": ("{field}填写有误：{value}", "{field}填写有误。", "元数据有误。"),
    "invalid_metadata.region": ("地区“{value}”不存在、有重名，或与地区代码不符：请填写地区代码。",),
    "invalid_metadata.region_code": ("没有地区代码 {value}。",),
    "invalid_metadata.province": ("不能只更正省份，请同时填写地区名称或代码。",),
    "invalid_metadata.review_year": ("回顾年份应为报告年份或其前一年，不是 {value}。",),
    # Runs
    "run_cancelled": ("批次 {run} 已取消，请先继续该批次。",),
    "run_not_deletable": ("批次 {run} 中仍有需要的内容，不能删除。",),
    # Submissions
    "nothing_submitted": ("没有提交任何文件。",),
    "incomplete_upload": ("上传不完整，请重新提交。",),
    "unsupported_body": ("不支持这种提交格式。",),
    "request_too_large": ("提交内容过大（ZHIBIAO_MAX_REQUEST_BYTES），请分次提交。",),
    "request_timeout": ("上传超时，请重新提交。",),
    "too_many_uploads": ("正在接收的上传过多，请稍后重新提交。",),
    "backlog_full": ("未完成的文档过多，请稍后重新提交。",),
    "idempotency_key_in_use": ("同一次提交仍在接收中，请稍后重试。",),
    "idempotency_key_reused": ("此幂等键已用于另一次提交，请更换。",),
    "name_taken": ("名称“{name}”已被使用，或曾被使用：请另选一个。",),
    # The service
    "internal_error": ("内部错误，日志中有详情。",),
    "not_ready": ("服务尚未就绪，见 /readyz。",),
    "store_unavailable": ("数据库没有应答，见 /readyz。",),
    "schema_mismatch": ("数据库结构缺失，或与本版本不符：请运行 zhibiao migrate。",),
    "flower_unavailable": ("Flower 没有应答，处理不受影响。",),
    "invalid_catalogue": ("指标目录无效。",),
    "invalid_dictionary": ("分词词典无效。",),
    # Documents
    "empty": ("文件为空，或没有文字。",),
    "unsupported_format": ("不支持这种文件。",),
    "undecodable": ("文字编码无法识别。",),
    "broken_file": ("文件已损坏。",),
    "limit_exceeded": ("文件超过大小、数量、压缩比、层数或时间的上限。",),
    "forbidden_access": ("读取这个文件时，程序试图访问网络、其他文件或其他进程，已被阻止。",),
    "parser_lost": ("读取这个文件的进程每次都因它中断。",),
    "missing_reader": ("读取这种文件所需的程序没有安装。",),
    "unreadable": ("文件无法读取。",),
    "time_limit": ("每次处理都超过时限。",),
    "memory_limit": ("每次处理都超过内存上限。",),
    "worker_lost": ("处理它的工作进程每次都崩溃或停止响应。",),
    "part_vanished": ("重新读取后，文件中的报告比之前少。",),
    "superseded": ("另一批次已重新读取此文件，并继续处理。",),
    "error": ("处理失败。",),
}

# By pydantic's type of error.
_OF_FIELDS: Mapping[str, str] = {
    "extra_forbidden": "本页没有此项；可用：{known}",
    "missing": "缺失",
    "int_parsing": "不是整数",
    "int_type": "不是整数",
    "int_from_float": "不是整数",
    "int_parsing_size": "数字过大",
    "float_parsing": "不是数字",
    "float_type": "不是数字",
    "finite_number": "不是有限的数字",
    "bool_parsing": "应为 true 或 false",
    "greater_than_equal": "不得小于 {ge}",
    "less_than_equal": "不得大于 {le}",
    "string_too_long": "不得多于 {max_length} 个字符",
    "string_too_short": "不得少于 {min_length} 个字符",
    "too_short": "至少选择 {min_length} 项",
    "too_long": "至多 {max_length} 项",
    "string_pattern_mismatch": "格式不符",
    "literal_error": "只能是 {expected}",
    "enum": "只能是 {expected}",
    "date_from_datetime_parsing": "不是日期，应写作 2023-01-05",
    "date_parsing": "不是日期，应写作 2023-01-05",
    "value_error": "含有不能存储的内容",
}


def told(request: Request, error: ZhibiaoError) -> str:
    """What the page that was asked for says of an error."""
    if language_of(request) == "en":
        return error.message
    return in_chinese(error.code, error.details)


def in_chinese(code: str, details: Any = None) -> str:
    """What an error of this code says, with those of its details that it has."""
    facts = {**details} if isinstance(details, Mapping) else {}
    sentences = (
        *CHINESE.get(f"{code}.{facts.get('field')}", ()),
        *CHINESE.get(code, ()),
    )
    known = {name: _written(name, fact) for name, fact in facts.items() if fact not in (None, [])}
    return next(
        (each.format(**known) for each in sentences if set(_FACT.findall(each)) <= set(known)),
        _UNKNOWN,
    )


def messages_of(language: Language) -> Mapping[str, str]:
    """By code, for a script: what takes the place of what the API says."""
    if language == "en":
        return {}
    return {code: in_chinese(code) for code in CHINESE if "." not in code}


def _written(name: str, fact: Any) -> str:
    if name == "field":
        return field_name("zh", str(fact))
    if isinstance(fact, (list, tuple)):
        return "、".join(_written(name, each) for each in fact)
    if isinstance(fact, AccessScope):
        return word("zh", "scope of access", fact)
    return str(fact)


def field_name(language: Language, field: str) -> str:
    """What a field of a form is called."""
    if language == "en":
        return field
    return FIELDS.get(field) or word(language, "field", field)


def fields_told(request: Request, error: ValidationError) -> str:
    """What is wrong with a form, by field."""
    language = language_of(request)
    between = "：" if language == "zh" else ": "
    wrong = {_field_of(each): field_told(language, each) for each in reversed(error.errors())}
    return "; ".join(
        field_name(language, field) + between + wrong[field] for field in reversed(wrong)
    )


def _field_of(each: ErrorDetails) -> str:
    """The innermost field that has a name; below it pydantic names the types that it tried."""
    steps = [str(step) for step in each["loc"]]
    return next((s for s in reversed(steps) if s in FIELDS or s in WORDS["field"]), steps[0])


def field_told(language: Language, each: ErrorDetails, known: Iterable[str] = ()) -> str:
    """What is wrong with a field; `known` are those that there are."""
    kind, listed = each["type"], ", ".join(known)
    if language == "en":
        return f"this page takes {listed}" if kind == "extra_forbidden" else each["msg"]
    facts = {**each.get("ctx", {}), "known": listed}
    facts["expected"] = str(facts.get("expected", "")).replace(" or ", ", ")
    return _OF_FIELDS.get(kind, "填写有误").format(**facts)
