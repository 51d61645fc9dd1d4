"""A backup holds all of a store at one moment; a restored one is the same store."""

from __future__ import annotations

import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text, update
from submitted import submit

from tasks.context import current_of
from tasks.dispatch import dispatch
from zhibiao.backups import archive, back_up, restore, verify
from zhibiao.backups.errors import InvalidBackup, NewerBackup, PlaceInUse
from zhibiao.cli.main import run
from zhibiao.pipeline import Language
from zhibiao.settings import Settings
from zhibiao.store import Store
from zhibiao.store.database import schema
from zhibiao.store.database.errors import NotReady
from zhibiao.store.database.migrate import current, head, upgrade
from zhibiao.store.reprocessing import sparing
from zhibiao.testing.reports import generate_many

LEFT_OUT = {
    "canaries",
    "logins",
    "sign_ins",
    "text_index",
    "name_index",
}  # what passes, and what is made of the rest


def rows_of(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for what passes."""
    with store.read() as connection:
        return {
            name: [
                tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for name, table in schema.metadata.tables.items()
            if name not in LEFT_OUT
        }


def fill(store: Store) -> int:
    """Files, an equal one, and rows with all that columns may hold."""
    made = submit(store, {"甲.txt": b"one\x00\xff", "乙.txt": b"two", "丙.txt": b"one\x00\xff"})
    with store.write() as connection:
        document = connection.execute(select(func.min(schema.documents.c.id))).scalar_one()
        connection.execute(
            insert(schema.raw_texts),
            [
                {
                    "document_id": document,
                    "hash": hash_,
                    "text": "一行\n\ud800 lone",
                    "characters": 4,
                    "media_type": "text/plain",
                    "decoding": decoding,
                    "given": {"年": 2020, "none": None},
                }
                for hash_, decoding in (("a", {"encoding": "gb18030"}), ("b", None))
            ],
        )
        # No value at all is another thing than JSON's null.
        connection.execute(
            update(schema.raw_texts)
            .where(schema.raw_texts.c.hash == "b")
            .values(decoding=text("NULL"))
        )
    return made


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Settings]:
    """An empty place with an SQLite or a PostgreSQL database."""

    def make(kind: str) -> Settings:
        folder = tmp_path / "elsewhere"
        url = "" if kind == "sqlite" else str(request.getfixturevalue("empty_postgres_url"))
        return Settings(data_dir=folder, database_url=url)

    return make


def other(database_url: str) -> str:
    return "postgres" if database_url.startswith("sqlite") else "sqlite"


def here(database_url: str, folder: Path, **more: Any) -> Settings:
    return Settings(data_dir=folder, database_url=database_url, **more)


def test_a_restored_store_has_every_row_also_in_the_other_kind_of_database(
    store: Store, database_url: str, tmp_path: Path, elsewhere: Callable[[str], Settings]
) -> None:
    fill(store)
    back_up(here(database_url, tmp_path), tmp_path / "a.zip")
    assert set(verify(tmp_path / "a.zip").tables) == set(schema.metadata.tables) - LEFT_OUT
    place = elsewhere(other(database_url))
    found = restore(place, tmp_path / "a.zip")
    assert (found.documents, found.runs, found.unbalanced) == (3, 1, ())
    restored = Store(place.store_url)
    try:
        assert rows_of(restored) == rows_of(store)
        with restored.read() as connection:
            assert current(connection) == head()
            nothing = text("SELECT count(*) FROM raw_texts WHERE decoding IS NULL")
            assert connection.execute(nothing).scalar_one() == 1
        submit(restored, {"next.txt": b"three"})  # goes on where the other one was
        assert max(row[0] for row in rows_of(restored)["runs"]) == 2
    finally:
        restored.close()


def test_an_id_that_was_given_and_deleted_is_not_given_again(
    store: Store, database_url: str, tmp_path: Path, elsewhere: Callable[[str], Settings]
) -> None:
    submit(store, {"a.txt": b"one"})
    gone = submit(store, {"b.txt": b"two"})
    with store.write() as connection:
        connection.execute(text("DELETE FROM runs WHERE id = :run"), {"run": gone})
    back_up(here(database_url, tmp_path), tmp_path / "a.zip")
    place = elsewhere(other(database_url))
    restore(place, tmp_path / "a.zip")
    restored = Store(place.store_url)
    assert submit(restored, {"c.txt": b"three"}) == gone + 1
    restored.close()


def test_what_was_in_a_workers_hands_waits_again_and_keeps_its_attempts(
    store: Store, database_url: str, tmp_path: Path, elsewhere: Callable[[str], Settings]
) -> None:
    submit(store, {"a.txt": b"one"})
    work = schema.work
    with store.write() as connection:
        connection.execute(
            update(work).values(
                state="running",
                lease="w/1",
                lease_until=time.time() + 99,
                attempts=2,
                sent_until=time.time() + 99,
            )
        )
    back_up(here(database_url, tmp_path), tmp_path / "a.zip")
    place = elsewhere("sqlite")
    restore(place, tmp_path / "a.zip")
    restored = Store(place.store_url)
    with restored.read() as connection:
        row = connection.execute(select(work)).one()
    restored.close()
    assert (row.state, row.lease, row.attempts, row.sent_until) == ("pending", None, 1, 0)


def test_settings_catalogue_and_dictionary_come_along_and_secrets_do_not(
    tmp_path: Path, elsewhere: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue, words = tmp_path / "mine.toml", tmp_path / "words.txt"
    catalogue.write_text("# 我的指标\n")
    words.write_text("数字经济 5\n")
    url = f"sqlite:///{tmp_path / 'store.db'}"
    settings = here(
        url, tmp_path, token="very-secret-token", flower_basic_auth="me:hidden-password",
        catalogue=catalogue, user_dictionary=words, max_attempts=7, port=9999,
    )  # fmt: skip
    store = Store(url)
    upgrade(store)
    store.close()
    back_up(settings, tmp_path / "a.zip")
    assert (tmp_path / "a.zip").stat().st_mode & 0o077 == 0
    place = elsewhere("sqlite")
    found = restore(place, tmp_path / "a.zip")
    with archive.opened_member(tmp_path / "a.zip", archive.SETTINGS_MEMBER) as member:
        kept = member.read().decode()
    assert "secret" not in kept
    assert "hidden" not in kept
    monkeypatch.chdir(found.settings_file.parent)
    found.settings_file.rename(".env")
    again = Settings()
    assert again.max_attempts == 7
    assert again.port != 9999
    assert again.catalogue is not None
    assert again.catalogue.read_text() == catalogue.read_text()
    assert again.user_dictionary is not None
    assert again.user_dictionary.read_text() == words.read_text()


def small_backup(tmp_path: Path) -> Path:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    store = Store(url)
    upgrade(store)
    fill(store)
    store.close()
    back_up(here(url, tmp_path), tmp_path / "a.zip")
    return tmp_path / "a.zip"


def test_a_damaged_backup_is_refused_wherever_it_is_damaged_and_touches_nothing(
    tmp_path: Path, elsewhere: Callable[[str], Settings]
) -> None:
    whole = small_backup(tmp_path).read_bytes()
    place = elsewhere("sqlite")
    damaged = tmp_path / "damaged.zip"
    refused = 0
    for position in range(0, len(whole), max(1, len(whole) // 150)):
        damaged.write_bytes(
            whole[:position] + bytes([whole[position] ^ 0x5A]) + whole[position + 1 :]
        )
        try:
            verify(damaged)
        except (InvalidBackup, NewerBackup):
            refused += 1
            with pytest.raises((InvalidBackup, NewerBackup)):
                restore(place, damaged)
            assert not (place.data_dir / "zhibiao.db").exists()
        else:  # a date or an attribute of the ZIP's own, which nobody reads
            with zipfile.ZipFile(damaged) as left, zipfile.ZipFile(tmp_path / "a.zip") as right:
                assert all(left.read(name) == right.read(name) for name in right.namelist())
    assert refused > 75
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        damaged.write_bytes(whole[:length])
        with pytest.raises(InvalidBackup):
            restore(place, damaged)
    assert not (place.data_dir / "zhibiao.db").exists()


def test_foreign_files_and_backups_of_later_versions_are_refused(
    tmp_path: Path, elsewhere: Callable[[str], Settings], capsys: pytest.CaptureFixture[str]
) -> None:
    place = elsewhere("sqlite")
    foreign = tmp_path / "foreign.zip"
    with zipfile.ZipFile(foreign, "w") as made:
        made.writestr("a.txt", "text")
    with pytest.raises(InvalidBackup, match="no backup"):
        restore(place, foreign)
    backup = small_backup(tmp_path)
    manifest = verify(backup)
    later = tmp_path / "later.zip"
    writer = archive.ArchiveWriter(later)
    for name in manifest.hashes:
        with archive.opened_member(backup, name) as member, writer.member(name) as copy:
            copy.write(member.read())
    fields = {name: getattr(manifest, name) for name in manifest.__slots__}
    writer.finish(archive.Manifest(**fields | {"schema": "9999", "hashes": writer.hashes}))
    with pytest.raises(NewerBackup, match="Upgrade zhibiao"):
        restore(place, later)
    assert run(["restore", str(foreign), "--data-dir", str(place.data_dir)]) == 1
    assert "no backup of zhibiao's" in capsys.readouterr().err


def test_a_place_in_use_is_left_as_it_is(store: Store, database_url: str, tmp_path: Path) -> None:
    submit(store, {"mine.txt": b"mine"})
    before = rows_of(store)
    (tmp_path / "other").mkdir()
    backup = small_backup(tmp_path / "other")
    with pytest.raises(PlaceInUse, match="has rows"):
        restore(here(database_url, tmp_path), backup)
    assert rows_of(store) == before


def test_a_place_that_a_worker_has_only_started_in_is_empty(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    language = Language.load()
    with store.write() as connection:
        sparing.remember(connection, current_of(language), now=1.0)
    (tmp_path / "other").mkdir()
    backup = small_backup(tmp_path / "other")
    assert restore(here(database_url, tmp_path), backup).documents == 3


def test_nothing_is_written_over_but_an_earlier_backup(tmp_path: Path) -> None:
    backup = small_backup(tmp_path)
    settings = here(f"sqlite:///{tmp_path / 'store.db'}", tmp_path)
    back_up(settings, backup)
    precious = tmp_path / "precious.db"
    precious.write_text("do not lose me")
    with pytest.raises(InvalidBackup, match="not overwritten"):
        back_up(settings, precious)
    assert precious.read_text() == "do not lose me"
    with pytest.raises(NotReady, match="nothing to back up"):
        back_up(here(f"sqlite:///{tmp_path / 'none.db'}", tmp_path), backup)
    assert verify(backup).tables["documents"].rows == 3  # the old one is still there
    assert not list(tmp_path.glob("*.part"))


def test_a_backup_of_an_earlier_schema_is_restored_and_brought_up_to_date(
    empty_database_url: str, tmp_path: Path, elsewhere: Callable[[str], Settings]
) -> None:
    from zhibiao.store.database.migrate import altering, upgrade_to

    old = Store(empty_database_url)
    with altering(old) as connection:
        upgrade_to(connection, "0001")
        connection.execute(
            text(
                "INSERT INTO runs (kind, priority, label, options, created_at, touched_at)"
                " VALUES ('submission', 'bulk', 'old', '{}', 1, 1)"
            )
        )
    old.close()
    manifest = back_up(here(empty_database_url, tmp_path), tmp_path / "a.zip")
    assert manifest.schema == "0001"
    place = elsewhere(other(empty_database_url))
    restore(place, tmp_path / "a.zip")
    restored = Store(place.store_url)
    with restored.read() as connection:
        assert current(connection) == head()
        assert connection.execute(select(schema.runs.c.label)).scalar_one() == "old"
    restored.close()


@pytest.mark.exhaustive
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("count", [1000])
def test_a_backup_taken_while_reports_are_processed_comes_back_with_accounts_that_add_up(
    stack: Any, count: int, tmp_path: Path, elsewhere: Callable[[str], Settings]
) -> None:
    """Restored, the rest is processed, and both places export the same."""
    contents = {
        f"{n:04}.txt": made.text.encode() for n, made in enumerate(generate_many(count, seed=5))
    }
    submitted = stack.submit(contents)
    backups: list[archive.Manifest] = []
    stack.start_worker()
    stack.wait(submitted, until=lambda accounts: accounts.done >= count // 4, seconds=600)
    taking = threading.Thread(
        target=lambda: backups.append(back_up(stack.settings, tmp_path / "a.zip"))
    )
    taking.start()
    while taking.is_alive():  # work goes on meanwhile
        dispatch(stack.store, stack.settings)
        time.sleep(0.05)
    there = stack.accounts(submitted)
    assert backups
    place = elsewhere("sqlite").model_copy(
        update={"broker_url": stack.settings.broker_url, "resend_seconds": 3.0}
    )
    found = restore(place, tmp_path / "a.zip")
    assert found.unbalanced == ()
    first = stack.wait(submitted, seconds=900)
    stack.end()
    stack.workers.clear()
    restored = type(stack)(settings=place, store=Store(place.store_url), broker=stack.broker)
    try:
        back = restored.accounts(submitted)
        assert back.balanced
        assert back.submitted >= count
        assert 0 < back.done <= there.done
        assert back.done < count, "the backup came too late to show anything"
        restored.start_worker("two")
        second = restored.wait(submitted, seconds=900)
    finally:
        restored.end()
    assert second == first
    assert exported(restored.store) == exported(stack.store)
    restored.store.close()


def exported(store: Store) -> list[tuple[Any, ...]]:
    with store.read() as connection:
        documents, observations = schema.documents, schema.observations
        named = (column for column in observations.c if column.name not in _NUMBERED)
        query = (
            select(documents.c.name, documents.c.part, documents.c.region_code, *named)
            .join(documents, documents.c.extraction_id == observations.c.extraction_id)
            .order_by(documents.c.name, documents.c.part, observations.c.ordinal)
        )
        return [tuple(map(str, row)) for row in connection.execute(query)]


_NUMBERED = {"id", "extraction_id", "document_id", "conflict"}
