"""Processes that parse untrusted files: without network, other files, or secrets to give away."""

from zhibiao.sandbox.parser import Parser, ParserLost

__all__ = ["Parser", "ParserLost"]
