"""`zhibiao doctor`: looks at every part that a service stands on, and says what to do."""

from __future__ import annotations

import json
import os
import platform
import shutil
import stat
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import IntEnum
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from tasks import health
from tasks.broker import broker_of, connected
from tasks.context import files_of, new_parser
from zhibiao import __version__, pipeline
from zhibiao.errors import ZhibiaoError
from zhibiao.pipeline import Language
from zhibiao.sandbox.parser import ParserLost
from zhibiao.settings import Settings, load_settings
from zhibiao.store import Store, file_to_make
from zhibiao.store.outputs import integrity
from zhibiao.store.outputs.accounting import Accounting, account

_LEAST_FREE_BYTES = 500_000_000  # SQLite and Redis stop writing soon after
_LITTLE_FREE_SHARE = 0.1
_CLOCK_SECONDS = 5.0  # leases last for minutes
_DAMAGE_LISTED = 20
_PATIENCE_SECONDS = 600.0  # counting all outputs of a large corpus
_BROKER_SECONDS = 3.0


class Gravity(IntEnum):
    """How grave a finding is; the gravest one is the exit code."""

    OK = 0
    WARNING = 1  # it works, and will not for ever, or not all of it
    ERROR = 2  # something does not work, or is lost


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What one check found."""

    check: str
    gravity: Gravity
    detail: str
    todo: str = ""


def examine(*, as_json: bool, quick: bool) -> int:
    """Print what was found; the gravest finding's number.

    `quick`: without reading every stored source and output.
    """
    found: list[Finding] = []
    for finding in _checks(quick=quick):
        found.append(finding)
        if not as_json:
            todo = f"\n{'':8} -> {finding.todo}" if finding.todo else ""
            sys.stdout.write(f"{finding.gravity.name:8} {finding.check}: {finding.detail}{todo}\n")
            sys.stdout.flush()
    gravest = max(finding.gravity for finding in found)
    if as_json:
        listed = [asdict(each) | {"gravity": each.gravity.name.lower()} for each in found]
        report = {"gravity": gravest.name.lower(), "findings": listed}
        sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    return int(gravest)


def _checks(*, quick: bool) -> Iterator[Finding]:
    try:
        settings = load_settings()
    except ZhibiaoError as error:
        yield _error("configuration", error.message, "Correct the variable, or remove it.")
        return
    language, finding = _language(settings)
    yield finding
    yield from _data_dir(settings)
    yield _parsers(settings)
    named = ("celery", "kombu", "redis", "sqlalchemy", "fastapi", settings.segmenter)
    listed = ", ".join(f"{name} {version(name)}" for name in named)
    yield _ok("versions", f"zhibiao {__version__}, Python {platform.python_version()}, {listed}")
    missing = file_to_make(settings.store_url)
    if missing is not None:  # looking would make it
        yield _error("database", f"There is none at {missing}.", _TODO_WITHOUT_DATABASE)
        return
    store = Store(settings.store_url, patience_seconds=_PATIENCE_SECONDS)
    try:
        yield from _parts(settings, store)
        yield from _broker_settings(settings)
        yield from _contents(store, language, quick=quick)
    except SQLAlchemyError as error:
        told = str(getattr(error, "orig", None) or error).splitlines()[0]
        yield _error("database", told, "See that it runs and what ZHIBIAO_DATABASE_URL names.")
    finally:
        store.close()


def _ok(check: str, detail: str) -> Finding:
    return Finding(check=check, gravity=Gravity.OK, detail=detail)


def _warning(check: str, detail: str, todo: str) -> Finding:
    return Finding(check=check, gravity=Gravity.WARNING, detail=detail, todo=todo)


def _error(check: str, detail: str, todo: str) -> Finding:
    return Finding(check=check, gravity=Gravity.ERROR, detail=detail, todo=todo)


def _language(settings: Settings) -> tuple[Language | None, Finding]:
    try:
        language = files_of(settings).load()
    except (ZhibiaoError, OSError) as error:
        todo = "Correct the file that ZHIBIAO_CATALOGUE or ZHIBIAO_USER_DICTIONARY names."
        return None, _error("configuration", str(error), todo)
    return language, _ok("configuration", "The settings and the files that they name are valid.")


def _data_dir(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    if not folder.exists():
        return
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o077:
        detail = f"{folder} is open to other users (mode {mode:o}); the admin token is in it."
        yield _warning("data dir", detail, f"chmod 700 {folder}")
    if not os.access(folder, os.W_OK | os.X_OK):
        yield _error("data dir", f"{folder} is not writable.", "Run as the user who owns it.")
    yield _disk(folder)


def _disk(folder: Path) -> Finding:
    usage = shutil.disk_usage(folder)
    detail = f"{usage.free / 1e9:.1f} GB of {usage.total / 1e9:.0f} GB are free under {folder}."
    todo = "Free some room, or move the data dir; `zhibiao prune` forgets superseded outputs."
    if usage.free < _LEAST_FREE_BYTES:
        return _error("disk", detail, todo)
    if usage.free < usage.total * _LITTLE_FREE_SHARE:
        return _warning("disk", detail, todo)
    return _ok("disk", detail)


def _parsers(settings: Settings) -> Finding:
    try:
        with new_parser(settings) as parser:
            found = parser.confinement()
    except (ParserLost, OSError) as error:
        return _error("parsers", str(error), "No file can be read: see what it says above.")
    lacking = [
        f"{what} ({why})"
        for what, why in (
            ("the network", found.network),
            ("other files", found.files),
            ("memory without end", found.memory),
        )
        if why
    ]
    if lacking:
        detail = f"Processes that parse files are not kept from {', '.join(lacking)}."
        return _warning("parsers", detail, "docs/security.md says what the system has to allow.")
    detail = "Files are parsed by processes without network, other files or memory without end."
    return _ok("parsers", detail)


_TODO = {
    "database": "Start it, or run `zhibiao migrate`; its log says why.",
    "broker": "Start it, or correct ZHIBIAO_BROKER_URL; work goes on by itself afterwards.",
    "workers": "Start a worker and beat; `python -m workers alive` tells more.",
    "messages": "Nothing, unless it stays: then start a worker and beat.",
}


_TODO_WITHOUT_DATABASE = (
    "Start `zhibiao up`, which makes it, or say where it is: --data-dir, ZHIBIAO_DATA_DIR or "
    "ZHIBIAO_DATABASE_URL."
)


def _parts(settings: Settings, store: Store) -> Iterator[Finding]:
    """What `/readyz` says, asked directly. Raises SQLAlchemyError where the database is away."""
    with store.read() as connection:  # says why; the report for strangers does not
        server = "SELECT sqlite_version()" if _is_sqlite(store) else "SHOW server_version"
        named = connection.execute(text(server)).scalar_one()
        apart = abs(store.now(connection) - time.time())
    found = health.report(settings, store)
    for name, part in found.items():
        detail = str(part["detail"])
        if name == "database":
            detail = f"{store.engine.dialect.name} {named}: {detail}"
        yield _ok(name, detail) if part["ok"] else _error(name, detail, _TODO[name])
    if apart > _CLOCK_SECONDS:
        detail = f"This machine's clock and the database's are {apart:.0f} s apart."
        yield _warning("clock", detail, "Let both follow NTP.")


def _is_sqlite(store: Store) -> bool:
    return store.engine.dialect.name == "sqlite"


def _broker_settings(settings: Settings) -> Iterator[Finding]:
    if not broker_of(settings).is_redis:
        return
    try:
        with connected(settings, seconds=_BROKER_SECONDS) as connection:
            config = connection.default_channel.client.config_get("*")
    except Exception:  # away, or its rules do not let us ask: the part's own finding says so
        return
    policy = config.get("maxmemory-policy", "noeviction")
    if policy != "noeviction" and config.get("maxmemory", "0") != "0":
        detail = f"Redis may throw messages away when its memory is full ({policy})."
        yield _warning("broker", detail, "Set `maxmemory-policy noeviction`.")
    if config.get("appendonly") == "no":
        detail = "Redis keeps messages in memory only: a restart delays work."
        yield _warning("broker", detail, "Set `appendonly yes`.")


def _contents(store: Store, language: Language | None, *, quick: bool) -> Iterator[Finding]:
    with store.read() as connection:
        yield from _told(account(connection, now=store.now(connection)))
    if quick or language is None:
        return
    checked, listed = integrity.Checked(), 0
    for damage in integrity.check_all(store, pipeline.versions(language), checked):
        listed += 1
        if listed <= _DAMAGE_LISTED:
            yield _damaged(damage)
    if listed > _DAMAGE_LISTED:
        more = f"{listed - _DAMAGE_LISTED} more are damaged."
        yield _error("integrity", more, "Restore a backup; see that the disk is sound.")
    if not listed:
        detail = f"{checked.sources} sources and {checked.outputs} outputs are what their hash says"
        earlier = f", {checked.earlier} of earlier versions cannot be compared"
        yield _ok("integrity", f"{detail}{earlier if checked.earlier else ''}.")


def _damaged(damage: integrity.Damage) -> Finding:
    if damage.kind == "source":
        detail = f"The source {damage.key}: {damage.why}."
        return _error("integrity", detail, "Submit the file again, or restore a backup.")
    detail = f"The output of {damage.kind} of document {damage.document}: {damage.why}."
    todo = (
        f"zhibiao reprocess --from {damage.kind}, or restore a backup; see that the disk is sound."
    )
    return _error("integrity", detail, todo)


def _told(found: Accounting) -> Iterator[Finding]:
    wrong = list(_accounts(found))
    yield from wrong
    if not wrong:
        yield _ok("accounts", f"All {found.documents} documents are accounted for.")
    orphans = (
        (found.orphaned_sources, "sources belong to no document", "They only take room."),
        (found.broken_off, "uploads broke off", "Beat and a worker forget them: start both."),
        (found.half_deleted, "runs are half deleted", "Beat and a worker go on: start both."),
    )
    for count, what, todo in orphans:
        if count:
            yield _warning("orphans", f"{count} {what}.", todo)


def _accounts(found: Accounting) -> Iterator[Finding]:
    todo = "Restore a backup, or report it as a defect with this output."
    if found.unbalanced:
        named = ", ".join(map(str, found.unbalanced[:_DAMAGE_LISTED]))
        yield _error("accounts", f"The states of runs {named} do not add up.", todo)
    if found.without_work:
        yield _error("accounts", f"{found.without_work} documents are in no state.", todo)
    for stage, count in found.missing_outputs.items():
        again = f"zhibiao reprocess --from {stage}"
        yield _error("accounts", f"{count} documents lack their output of {stage}.", again)
    if found.missing_publications:
        detail = f"{found.missing_publications} documents show what no publication says."
        yield _error("accounts", detail, todo)
