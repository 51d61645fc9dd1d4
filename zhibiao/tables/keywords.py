"""The columns of keyword tables."""

from __future__ import annotations

from collections.abc import Mapping

from zhibiao.rendering import STORED_FIELDS
from zhibiao.tables.sheets import Column

REPORT_COLUMNS: Mapping[str, Column] = {
    "region_code": "text",
    "region": "text",
    "province": "text",
    "level": "text",
    "year": "integer",
}
_SECTION_COLUMNS: Mapping[str, Column] = {
    "section": "integer",
    "section_kind": "text",
    "heading": "text",
}
_COUNT_COLUMNS: Mapping[str, Column] = {
    "group": "text",
    "keyword": "text",
    "weight": "number",
    "count": "integer",
    "tokens": "integer",
    "content_words": "integer",
    "characters": "integer",
    "sentences": "integer",
    "per_10000": "number",
    "document_id": "integer",
    "document": "text",
    "source": "text",
}
KEYWORD_COLUMNS: Mapping[str, Column] = {**REPORT_COLUMNS, **_COUNT_COLUMNS}
KEYWORD_SECTION_COLUMNS: Mapping[str, Column] = {
    **REPORT_COLUMNS,
    **_SECTION_COLUMNS,
    **_COUNT_COLUMNS,
}
# Of files read without a service, which gives no ids.
LOCAL_KEYWORD_COLUMNS: Mapping[str, Column] = {
    name: kind for name, kind in KEYWORD_COLUMNS.items() if name not in STORED_FIELDS
}
