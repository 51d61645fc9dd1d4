"""Whole tables as files of the formats that researchers load."""

from zhibiao.tables.sheets import Column, Sheet
from zhibiao.tables.writing import MEDIA_TYPES, write

__all__ = ["MEDIA_TYPES", "Column", "Sheet", "write"]
