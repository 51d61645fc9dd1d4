"""Backing up and restoring: beside the service, straight on its database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from zhibiao.cli.exits import Exit
from zhibiao.cli.services import DataDir


def register(app: typer.Typer) -> None:
    for command in (backup, restore):
        app.command(command.__name__)(command)


def backup(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", dir_okay=False, help="Where to write the backup.")
    ],
    data_dir: DataDir = None,
) -> int:
    """Write all that the store holds, settings, catalogue and dictionary into one file.

    The service may go on working: the backup shows one moment. An earlier backup at FILE is
    replaced when the new one is whole. Passwords and the admin token are left out.

    ```
    zhibiao backup zhibiao-2026-03-01.zip
    ```
    """
    from zhibiao.backups import back_up
    from zhibiao.settings import load_settings

    manifest = back_up(load_settings(data_dir=data_dir), file)
    sys.stdout.write(
        f"{file}: {file.stat().st_size / 1e6:.1f} MB, schema {manifest.schema}, "
        f"{manifest.tables['documents'].rows} documents in {manifest.tables['runs'].rows} runs.\n"
    )
    return Exit.OK


def restore(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A backup."),
    ],
    data_dir: DataDir = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only check that the file is whole; change nothing.")
    ] = False,
) -> int:
    """Bring a backup back, into an empty place: a new data dir, or an empty database.

    The file is checked before anything is touched, and comes back as a whole or not at all. A
    backup of SQLite can be restored into PostgreSQL, and the other way round. Settings, catalogue
    and dictionary are written to the folder `restored` in the data dir.

    ```
    zhibiao restore zhibiao-2026-03-01.zip --data-dir ./corpus
    zhibiao restore zhibiao-2026-03-01.zip --check
    ```
    """
    from zhibiao.backups import restore as bring_back
    from zhibiao.backups import verify
    from zhibiao.folders import own_files, own_folder
    from zhibiao.settings import load_settings

    if check:
        manifest = verify(file)
        sys.stdout.write(
            f"{file} is whole: made {manifest.made_at} by zhibiao {manifest.zhibiao}, schema "
            f"{manifest.schema}, {manifest.tables['documents'].rows} documents.\n"
        )
        return Exit.OK
    settings = load_settings(data_dir=data_dir)
    own_folder(settings.data_dir)
    own_files()
    found = bring_back(settings, file)
    sys.stdout.write(
        f"{found.documents} documents in {found.runs} runs are back, as of "
        f"{found.manifest.made_at}.\n"
        f"Settings, catalogue and dictionary of the place they came from: {found.settings_file}\n"
    )
    if found.unbalanced:
        named = ", ".join(map(str, found.unbalanced))
        sys.stderr.write(f"The accounts of these runs did not add up in the backup: {named}.\n")
        return Exit.FAILURES
    return Exit.OK
