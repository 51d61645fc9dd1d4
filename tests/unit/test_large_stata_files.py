"""A Stata file of many batches, read back by pandas and compared with its source in full."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pandas as pd

from zhibiao.rendering import Record
from zhibiao.tables import Sheet, write
from zhibiao.tables.observations import OBSERVATION_COLUMNS

ROWS = 50_000
_TEXTS = ("sentence", "evidence", "rule", "subject", "tone", "document", "region")
_CHARACTERS = "地区生产总值增长，。%0123456789abc 　“”\n𠮷é"


def _observations() -> list[Record]:
    """As exports have them: missing values, empty texts, texts of one and of 900 characters."""
    drawn = random.Random(1)
    stock = "".join(drawn.choices(_CHARACTERS, k=5000))
    records: list[Record] = []
    for number in range(ROWS):
        record: Record = {}
        for name, kind in OBSERVATION_COLUMNS.items():
            value: object = None
            if drawn.random() < 0.8:
                if kind == "boolean":
                    value = drawn.random() < 0.5
                elif kind == "integer":
                    value = number if name == "document_id" else drawn.randrange(-5, 10**6)
                elif kind == "number":
                    value = drawn.choice((drawn.uniform(-1e3, 1e13), drawn.randrange(100)))
                else:
                    begin = drawn.randrange(4000)
                    most = 900 if name == "sentence" else 40 if name in _TEXTS else 12
                    value = stock[begin : begin + drawn.randrange(most)]
            record[name] = value
        records.append(record)
    return records


def test_a_stata_file_of_many_rows_is_its_source_in_full(tmp_path: Path) -> None:
    records = _observations()
    path = tmp_path / "observations.dta"
    sheet = Sheet(title="observations", columns=OBSERVATION_COLUMNS, records=iter(records))
    assert write("dta", path, [sheet]) == ROWS
    with pd.io.stata.StataReader(path, convert_categoricals=False) as reader:
        frame = reader.read()
    # Long texts of uneven length stand behind the rows; others, and all short ones, in them.
    assert 0 < path.read_bytes().count(b"GSO") <= ROWS
    labels = dict(zip(OBSERVATION_COLUMNS, frame.columns, strict=True))
    assert len(frame) == ROWS
    for name, kind in OBSERVATION_COLUMNS.items():
        found = frame[labels[name]]
        source = [record[name] for record in records]
        if kind == "text":
            assert found.tolist() == [value or "" for value in source], name
        else:
            numbers = np.array([np.nan if value is None else float(value) for value in source])
            np.testing.assert_array_equal(found.to_numpy(dtype=float), numbers, err_msg=name)
