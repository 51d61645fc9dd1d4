"""Numbers that a report states, found in its clean text and grounded in its raw text."""

from zhibiao.extract.explanation import Explanation, explain, render
from zhibiao.extract.observations import extract

__all__ = ["VERSION", "Explanation", "explain", "extract", "render"]

VERSION = "180"  # bumped whenever a change of code changes the output
