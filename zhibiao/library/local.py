"""Files to documents and tables, without any service."""

from __future__ import annotations

import errno
import os
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from zhibiao.errors import ReadError
from zhibiao.library.frames import frame
from zhibiao.library.reports import Document, Documents
from zhibiao.local import Outcome, Purpose, Wish, process
from zhibiao.settings import load_settings
from zhibiao.tables.observations import LOCAL_OBSERVATION_COLUMNS
from zhibiao.uploading import SubmittedFile, walk

AnyPath = str | os.PathLike[str]

_SHOWN_FAILURES = 5


class NotRead(UserWarning):
    """Some of the files, or of the reports in them, could not be read."""


def read(
    paths: AnyPath | Iterable[AnyPath],
    *,
    parts: bool = False,
    open_quantities: bool = False,
    catalogue: AnyPath | None = None,
) -> Documents:
    """The reports in a file, an archive, a folder, or several of them, with all that is known.

    `parts`: also figures of parts of the region or of others. `open_quantities`: also numbers of
    no catalogue indicator. `catalogue`: a TOML file with indicators of your own.

    Raises FileNotFoundError, CatalogueError, SettingsError, and ReadError where nothing can be
    read; where something can, the rest is a NotRead warning.
    """
    wish = _wish("read", parts, open_quantities, catalogue)
    failures: list[str] = []
    documents = Documents(
        Document(
            **{**record, "observations": frame(record["observations"], LOCAL_OBSERVATION_COLUMNS)}
        )
        for record in _records(_files(paths), wish, failures, workers=1, progress=False)
    )
    if failures and not documents:
        raise ReadError("; ".join(failures[:_SHOWN_FAILURES]))
    _warn(failures)
    return documents


def extract(
    paths: AnyPath | Iterable[AnyPath],
    *,
    workers: int | None = None,
    progress: bool = False,
    parts: bool = False,
    open_quantities: bool = False,
    catalogue: AnyPath | None = None,
) -> pd.DataFrame:
    """The observations of all reports in files and folders, one row a statement.

    `workers` is the most processes to use; None: one a core. `progress` shows a bar. The other
    options are those of `read`. What cannot be read is a NotRead warning, and is listed in the
    frame's `.attrs["failures"]`.

    Raises FileNotFoundError, CatalogueError, SettingsError; ValueError for fewer than one worker.
    """
    if workers is not None and workers < 1:
        raise ValueError(f"workers={workers}: at least one is needed.")
    wish = _wish("extract", parts, open_quantities, catalogue)
    failures: list[str] = []
    made = frame(
        _records(_files(paths), wish, failures, workers=workers, progress=progress),
        LOCAL_OBSERVATION_COLUMNS,
    )
    made.attrs["failures"] = failures
    _warn(failures)
    return made


def _wish(purpose: Purpose, parts: bool, open_quantities: bool, catalogue: AnyPath | None) -> Wish:
    chosen = load_settings().catalogue if catalogue is None else Path(catalogue)
    wish = Wish(purpose=purpose, parts=parts, open_quantities=open_quantities, catalogue=chosen)
    wish.check()
    return wish


def _files(paths: AnyPath | Iterable[AnyPath]) -> list[SubmittedFile]:
    several = [paths] if isinstance(paths, (str, os.PathLike)) else paths
    wanted = [Path(path) for path in several]
    for path in wanted:
        if not path.exists():
            raise FileNotFoundError(errno.ENOENT, "There is no such file or folder", str(path))
    return list(walk(wanted))


def _records(
    files: list[SubmittedFile],
    wish: Wish,
    failures: list[str],
    *,
    workers: int | None,
    progress: bool,
) -> Iterator[dict[str, Any]]:
    for outcome in _shown(process(files, wish, workers=workers), len(files), progress):
        failures += outcome.errors
        yield from outcome.records


def _shown(outcomes: Iterator[Outcome], files: int, progress: bool) -> Iterator[Outcome]:
    """The outcomes, with a bar that follows them where one is wanted."""
    if not progress:
        yield from outcomes
        return
    from rich.console import Console
    from rich.progress import Progress

    # rich writes into a notebook's cell by itself, but not to its standard error.
    in_notebook = Console().is_jupyter
    with Progress(console=Console(stderr=not in_notebook)) as bar:
        task = bar.add_task("extract", total=files)
        for outcome in outcomes:
            bar.update(task, completed=outcome.file)
            yield outcome
        bar.update(task, completed=files)


def _warn(failures: list[str]) -> None:
    if not failures:
        return
    shown = "\n".join(f"  {failure}" for failure in failures[:_SHOWN_FAILURES])
    more = len(failures) - _SHOWN_FAILURES
    rest = f"\n  … and {more} more" if more > 0 else ""
    warnings.warn(f"{len(failures)} could not be read:\n{shown}{rest}", NotRead, stacklevel=3)
