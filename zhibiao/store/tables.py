"""Records to files: CSV that Excel opens, JSON Lines, Parquet, Excel; a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from zhibiao.errors import ZhibiaoError
from zhibiao.rendering import Record, TableFormat, csv_lines, json_lines

Column = Literal["text", "integer", "number", "boolean"]

MEDIA_TYPES: Mapping[TableFormat, str] = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
}

_BATCH_ROWS = 2000
_EXCEL_ROWS = 1_048_575  # of a sheet, without the heading
_EXCEL_CELL_CHARACTERS = 32_767


class TableTooLarge(ZhibiaoError):
    """The table has more rows than an Excel sheet holds; export csv or parquet instead."""

    code = "table_too_large"


def write(
    form: TableFormat,
    path: Path,
    columns: Mapping[str, Column],
    records: Iterable[Record],
    *,
    title: str,
) -> int:
    """Write the records; how many. Raises TableTooLarge."""
    match form:
        case "csv":
            return _write_lines(path, csv_lines(records, columns), heading=1)
        case "jsonl":
            return _write_lines(path, json_lines(records), heading=0)
        case "parquet":
            return _write_parquet(path, columns, records)
        case "xlsx":
            return _write_excel(path, columns, records, title)


def _write_lines(path: Path, lines: Iterable[bytes], *, heading: int) -> int:
    count = -heading
    with path.open("wb") as file:
        for line in lines:
            file.write(line)
            count += 1
    return count


def _write_parquet(path: Path, columns: Mapping[str, Column], records: Iterable[Record]) -> int:
    import pyarrow as pa  # half a second: only where it is needed
    import pyarrow.parquet as pq

    kinds = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64()}
    schema = pa.schema([(name, kinds.get(kind, pa.bool_())) for name, kind in columns.items()])
    count = 0
    with pq.ParquetWriter(path, schema) as writer:
        for batch in _batches(records):
            rows = [
                {name: _plain(value, columns[name]) for name, value in record.items()}
                for record in batch
            ]
            writer.write_table(pa.Table.from_pylist(rows, schema))
            count += len(rows)
    return count


def _plain(value: Any, kind: Column) -> Any:
    if value is None:
        return None
    if kind == "number":
        return float(value)
    if isinstance(value, list):
        return " ".join(map(str, value))
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return value


def _write_excel(
    path: Path, columns: Mapping[str, Column], records: Iterable[Record], title: str
) -> int:
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.append([_text_cell(sheet, name) for name in columns])
    count = 0
    for record in records:
        count += 1
        if count > _EXCEL_ROWS:
            raise TableTooLarge(rows_at_most=_EXCEL_ROWS)
        row = []
        for name, kind in columns.items():
            value = _plain(record[name], kind)
            if isinstance(value, str):
                row.append(_text_cell(sheet, value))
            else:
                row.append(value)
        sheet.append(row)
    workbook.save(path)
    return count


def _text_cell(sheet: Any, written: str) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    shown = ILLEGAL_CHARACTERS_RE.sub("", written)[:_EXCEL_CELL_CHARACTERS]
    cell = WriteOnlyCell(sheet, value=shown)
    cell.data_type = "s"  # a file name or a keyword that begins with = is no formula
    return cell


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    source = iter(records)
    while batch := list(islice(source, _BATCH_ROWS)):
        yield batch
