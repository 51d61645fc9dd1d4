"""A worker that runs as root says so in one line, where Celery would in ten."""

from __future__ import annotations

import os
import warnings

import pytest
from celery import platforms
from celery.exceptions import SecurityWarning

from workers.lifecycle import leave_root_to_us, tell_of_root


def test_celerys_own_warning_of_root_is_left_out_and_no_other() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        leave_root_to_us()
        platforms._warn_or_raise_security_error(0, 0, 0, 0, False)
        warnings.warn(SecurityWarning("no entry for the group"), stacklevel=1)
    assert [str(each.message) for each in told] == ["no entry for the group"]


@pytest.mark.parametrize(("user", "lines"), [(0, 1), (1000, 0)])
def test_root_is_told_of_in_one_line(
    user: int, lines: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    tell_of_root()
    assert len(caplog.messages) == lines
