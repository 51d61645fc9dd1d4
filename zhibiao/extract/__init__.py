"""Numbers that a report states, found in its clean text and grounded in its raw text.

The package can be called: `zhibiao.extract("reports")` reads files and returns a table
(`zhibiao.library.extract`). It shares its name with that function.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

from zhibiao.extract.explanation import Explanation, explain, render
from zhibiao.extract.observations import extract

__all__ = ["VERSION", "Explanation", "explain", "extract", "render"]

VERSION = "22"  # bumped whenever a change of code changes the output


class _CallablePackage(ModuleType):
    def __call__(self, paths: Any, **options: Any) -> Any:
        # By name: what stands above this package is no import of it.
        return import_module("zhibiao.library").extract(paths, **options)


sys.modules[__name__].__class__ = _CallablePackage
