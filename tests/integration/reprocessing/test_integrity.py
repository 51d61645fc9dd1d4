"""Outputs are what was stored, whatever people have laid over them. The reports are made up."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select

from zhibiao.domain.corrections import CorrectionKind
from zhibiao.store.corrections import observation_corrections
from zhibiao.store.database.schema import observations
from zhibiao.store.outputs import integrity


def damages(line: Any) -> list[str]:
    checked = integrity.Checked()
    found = [each.kind for each in integrity.check_all(line.store, line.current.versions, checked)]
    assert checked.outputs == 4
    return found


@pytest.mark.parametrize("kind", [CorrectionKind.EDITED, CorrectionKind.ADDED])
def test_a_corrected_extraction_is_not_damaged(line: Any, kind: CorrectionKind) -> None:
    line.submit("region 甲市\ngdp 6.5\n")
    line.work()
    with line.store.write() as connection:
        document = observation_corrections.correctable(connection, 1)
        row = connection.execute(select(observations)).mappings().one()
        stated = {name: row[name] for name in observation_corrections.STATED}
        observation_corrections.make(
            connection,
            document,
            kind,
            observation=None if kind is CorrectionKind.ADDED else row,
            meant=stated | {"value": row["value"] + 1},
            by="li",
            now=line.now,
        )
        assert len(connection.execute(select(observations.c.id)).all()) == 2
    assert damages(line) == []
    with line.store.write() as connection:
        mine = observations.c.layer.is_distinct_from("inserted")
        connection.execute(delete(observations).where(mine))
    assert damages(line) == ["extract"]
