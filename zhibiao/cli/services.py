"""Commands about the service itself: up, migrate, token, demo, doctor."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from zhibiao.cli.exits import Exit

DataDir = Annotated[
    Path | None,
    typer.Option(file_okay=False, help="Folder of the stack; default: ZHIBIAO_DATA_DIR."),
]
_PORT_HELP = "0: a free one."


def register(app: typer.Typer) -> None:
    for command in (up, demo, token, migrate, doctor):
        app.command(command.__name__)(command)


def up(
    data_dir: DataDir = None,
    host: Annotated[
        str | None, typer.Option(help="Address to bind to; default: ZHIBIAO_HOST.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help=f"Of the API; default: ZHIBIAO_PORT. {_PORT_HELP}"),
    ] = None,
    flower_port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help=f"Of Flower; default: ZHIBIAO_FLOWER_PORT. {_PORT_HELP}"
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=0, help="Worker processes; default: ZHIBIAO_WORKERS. 0: one a core."),
    ] = None,
) -> int:
    """Run the whole service on this machine: Redis, workers, API, Flower. Ctrl-C ends it.

    A terminal shows what goes wrong; all that the parts write is in `logs/stack.log` of the
    data dir.

    ```
    zhibiao up
    zhibiao up --data-dir ./corpus --port 9000
    ```
    """
    from zhibiao.folders import own_folder
    from zhibiao.settings import load_settings

    given: dict[str, Any] = {
        "data_dir": None if data_dir is None else data_dir.absolute(),
        "host": host,
        "port": port,
        "flower_port": flower_port,
        "workers": workers,
    }
    settings = load_settings(**given)  # refuse what is wrong before anything starts
    own_folder(settings.data_dir)
    if not os.access(settings.data_dir, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(settings.data_dir))
    environment = dict(os.environ)
    for name, value in given.items():
        if value is not None:
            environment[f"ZHIBIAO_{name.upper()}"] = str(value)
    sys.stdout.flush()
    # Takes this process's place, so that a signal reaches the supervisor itself. -P: a folder
    # called `workers` or `api` where the person stands is not ours.
    os.execve(sys.executable, [sys.executable, "-P", "-m", "workers", "up"], environment)


def token(
    data_dir: DataDir = None,
    renew: Annotated[
        bool, typer.Option("--renew", help="Make another one; the service takes it at once.")
    ] = False,
) -> int:
    """Print the bearer token of the service, which may do everything.

    ```
    curl -H "Authorization: Bearer $(zhibiao token)" http://127.0.0.1:8750/v1/runs
    ```
    """
    from zhibiao.settings import load_settings
    from zhibiao.tokens import find_token, renew_token

    settings = load_settings(data_dir=data_dir)
    found = renew_token(settings) if renew else find_token(settings)
    sys.stdout.write(found + "\n")
    return Exit.OK


def migrate(data_dir: DataDir = None) -> int:
    """Create the database's tables, or bring them up to date. `zhibiao up` does it by itself.

    ```
    ZHIBIAO_DATABASE_URL=postgresql+psycopg://user:password@host/name zhibiao migrate
    ```
    """
    from zhibiao.folders import own_files, own_folder
    from zhibiao.settings import load_settings
    from zhibiao.store import Store
    from zhibiao.store.database.migrate import head, upgrade

    settings = load_settings(data_dir=data_dir)
    if not settings.database_url:
        own_folder(settings.data_dir)
        own_files()
    store = Store(settings.store_url)
    try:
        upgrade(store)
    finally:
        store.close()
    sys.stdout.write(f"The database is at schema {head()}.\n")
    return Exit.OK


def doctor(
    as_json: Annotated[
        bool, typer.Option("--json", help="All that was found, as a JSON object.")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Do not read every stored source and output.")
    ] = False,
    data_dir: DataDir = None,
) -> int:
    """Look at every part of the service on this machine, and say what to do.

    Settings and their files, versions, disk, database, broker, workers, lost messages, accounts,
    orphans, and every stored source and output against its hash. Nothing is changed. Exit codes:
    0 all is well; 1 there are warnings; 2 there are errors.

    ```
    zhibiao doctor
    zhibiao doctor --quick --json
    ```
    """
    environment = dict(os.environ)
    if data_dir is not None:
        environment["ZHIBIAO_DATA_DIR"] = str(data_dir.absolute())
    given = [*(["--json"] if as_json else []), *(["--quick"] if quick else [])]
    sys.stdout.flush()
    command = [sys.executable, "-P", "-m", "workers", "doctor", *given]
    os.execve(sys.executable, command, environment)


def demo() -> int:
    """Process the bundled sample reports on a stack of their own, show the tables, end.

    ```
    zhibiao demo
    ```
    """
    from zhibiao.cli.demo import run_demo

    return run_demo()
