"""Numbers that a report states, found in its clean text and grounded in its raw text."""

from zhibiao.extract.engine import extract

__all__ = ["VERSION", "extract"]

VERSION = "1"  # bumped whenever a change of code changes the output
