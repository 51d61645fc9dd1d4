"""The library for notebooks: documents and tables, without any service or from one."""

from zhibiao.library.local import extract, read
from zhibiao.library.reports import Document, Documents
from zhibiao.library.service import Service, connect

__all__ = ["Document", "Documents", "Service", "connect", "extract", "read"]
