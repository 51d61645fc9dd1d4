"""zhibiao (指标): Chinese government work reports in, a panel of indicators out.

    import zhibiao

    zhibiao.read("2023.txt")[0].observations  # a DataFrame
    zhibiao.extract("reports", workers=4)  # the same of many files
    zhibiao.connect().panel()  # what the service has stored

The core. It knows no Celery and no HTTP server, and is importable in a notebook.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

from zhibiao import compiled

__version__ = "0.1.0"

_VERBS = {"read": "zhibiao.library", "connect": "zhibiao.library"}


class _Extract(ModuleType):
    """The package `zhibiao.extract`, which shares its name with a verb: it can be called."""

    def __call__(self, paths: Any, **options: Any) -> Any:
        return import_module("zhibiao.library").extract(paths, **options)


class _Zhibiao(ModuleType):
    def __setattr__(self, name: str, value: object) -> None:
        # The import system sets a package here once it is loaded, whoever imports it.
        if name == "extract" and isinstance(value, ModuleType):
            value.__class__ = _Extract
        super().__setattr__(name, value)


def __getattr__(name: str) -> Any:
    """The library's verbs, loaded when first used: the command line must not wait for pandas."""
    if name == "extract":
        return import_module("zhibiao.extract")
    if name in _VERBS:
        return getattr(import_module(_VERBS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_VERBS, "extract"})


sys.modules[__name__].__class__ = _Zhibiao
compiled.prefer()
