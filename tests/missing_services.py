"""What happens to a test whose service is not on this machine."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing(service: str, reason: object) -> NoReturn:
    """Skip at home, fail in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{service} is missing: {reason}")
    pytest.skip(f"{service} is missing: {reason}")
