"""Each part's command and health check, as docker-compose.yml has them, against real services."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from compose_host import Host, begin, use_and_end
from sqlalchemy.engine import make_url


@pytest.fixture
def host(tmp_path: Path, empty_postgres_url: str) -> Iterator[Host]:
    # The wheel's server trusts its socket: the URL keeps its user without a password, as the
    # compose file's does.
    url = make_url(empty_postgres_url).set(password=None).render_as_string(hide_password=False)
    made = Host(tmp_path, url)
    yield made
    made.end()


@pytest.mark.exhaustive
@pytest.mark.timeout(600)
def test_every_part_starts_by_its_command_becomes_healthy_and_does_its_work(host: Host) -> None:
    begin(host)
    use_and_end(host)
