"""zhibiao (指标): Chinese government work reports in, a panel of indicators out.

    import zhibiao

    zhibiao.read("2023.txt")[0].observations  # a DataFrame
    zhibiao.extract("reports", workers=4)  # the same of many files
    zhibiao.connect().panel()  # what the service has stored

The core. It knows no Celery and no HTTP server, and is importable in a notebook.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# `extract` is also a package of this name; it can be called, see there.
_VERBS = {"read": "zhibiao.library", "connect": "zhibiao.library"}


def __getattr__(name: str) -> Any:
    """The library's verbs, loaded when first used: the command line must not wait for pandas."""
    if name == "extract":
        return import_module("zhibiao.extract")
    if name in _VERBS:
        return getattr(import_module(_VERBS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_VERBS, "extract"})
