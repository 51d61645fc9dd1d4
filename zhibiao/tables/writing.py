"""Records to files: CSV that Excel opens, JSON Lines, Parquet, Excel, Stata; a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from zhibiao.rendering import Record, TableFormat, csv_lines, json_lines
from zhibiao.tables.sheets import Sheet, plain
from zhibiao.whole_file import whole_file

MEDIA_TYPES: Mapping[TableFormat, str] = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
    "dta": "application/x-stata-dta",
}

_BATCH_ROWS = 2000
_GROUP_BATCHES = 10  # of a Parquet file, whose list of row groups is in memory until the end


def write(form: TableFormat, path: Path, sheets: Sequence[Sheet]) -> int:
    """Write the first sheet, in a workbook all of them; how many rows the first one has.

    The file appears when it is whole. Raises OSError, which names `path`.
    """
    with whole_file(path) as partial:
        return _written(form, partial, sheets)


def _written(form: TableFormat, path: Path, sheets: Sequence[Sheet]) -> int:
    # Each takes its time to import: only where it is needed.
    match form:
        case "csv":
            return _write_csv(path, sheets[0])
        case "jsonl":
            return _write_lines(path, json_lines(_headed(sheets[0])), heading=0)
        case "parquet":
            return _write_parquet(path, sheets[0])
        case "xlsx":
            from zhibiao.tables.excel import write_excel

            return write_excel(path, sheets)
        case "dta":
            from zhibiao.tables.stata import write_stata

            return write_stata(path, sheets[0])


def _headed(sheet: Sheet) -> Iterator[Record]:
    headings = sheet.headings
    for record in sheet.records:
        yield {heading: record[name] for heading, name in zip(headings, sheet.columns, strict=True)}


def _write_csv(path: Path, sheet: Sheet) -> int:
    return _write_lines(path, csv_lines(_headed(sheet), sheet.headings), heading=1)


def _write_lines(path: Path, lines: Iterable[bytes], *, heading: int) -> int:
    count = -heading
    with path.open("wb") as file:
        for line in lines:
            file.write(line)
            count += 1
    return count


def _write_parquet(path: Path, sheet: Sheet) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64()}
    schema = pa.schema(
        [
            pa.field(
                heading,
                kinds.get(kind, pa.bool_()),
                metadata={"label": sheet.labels[name]} if name in sheet.labels else None,
            )
            for heading, (name, kind) in zip(sheet.headings, sheet.columns.items(), strict=True)
        ]
    )
    kept = dict(zip(sheet.headings, sheet.columns.values(), strict=True))

    def batches() -> Iterator[pa.RecordBatch]:
        records = iter(_headed(sheet))
        while batch := list(islice(records, _BATCH_ROWS)):
            rows = [
                {name: plain(record[name], kind) for name, kind in kept.items()} for record in batch
            ]
            yield pa.RecordBatch.from_pylist(rows, schema)

    made, count = batches(), 0
    with pq.ParquetWriter(path, schema) as writer:
        while group := list(islice(made, _GROUP_BATCHES)):
            table = pa.Table.from_batches(group)
            writer.write_table(table, row_group_size=table.num_rows)
            count += table.num_rows
    return count
