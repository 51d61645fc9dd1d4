"""Prints are linked as if each were compared with all, whatever their order and their number."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from printed import Text, add, clean, drawn, expected, prints_of, reports, stored
from sqlalchemy import delete, event, func, select, update

from bench.beside import DATA
from zhibiao.store import Store
from zhibiao.store.database.print_table import print_hashes
from zhibiao.store.database.schema import documents
from zhibiao.store.outputs import prints
from zhibiao.text import prints as comparing
from zhibiao.text.prints import FEW, Print, group
from zhibiao.text.similarity import similarity, sketch

REAL = sorted(DATA.glob("*/*.txt"))


def link(store: Store, texts: Sequence[Text], *, chunk: int) -> list[int]:
    ids = []
    for start in range(0, len(texts), chunk):
        with store.write() as connection:
            added = add(connection, texts[start : start + chunk])
            prints.regroup(connection, added, now=1.0)
        ids += added
    return ids


def check(store: Store) -> int:
    """All are linked as they have to be; to how many reports."""
    with store.read() as connection:
        known, canonical = stored(connection)
    assert canonical == expected(known)
    return len(set(canonical.values()))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("chunk", [1, 7])
def test_prints_are_linked_as_if_each_were_compared_with_all(
    store: Store, seed: int, chunk: int
) -> None:
    rng = random.Random(seed)
    texts = [each for report in reports(rng, 4) for each in (report, *prints_of(rng, report, 6))]
    # An excerpt of two reports: most of it is in both.
    one, two = reports(rng, 2)
    both = drawn(rng, 400)
    texts += [Text(hashes=[*each.hashes, *both]) for each in (one, two)]
    texts += [Text(hashes=[*both, *drawn(rng, size)]) for size in (0, 40, 200)]
    rng.shuffle(texts)
    ids = link(store, texts, chunk=chunk)
    assert check(store) < len(texts)
    # Some are cleaned to another text, canonical ones among them, and some move to another year.
    changed = rng.sample(ids, 8)
    with store.write() as connection:
        for document in changed[:4]:
            clean(connection, document, rng.choice(texts))
        for document in changed[4:]:
            clean(connection, document, rng.choice(texts), year=2021)
    for start in range(0, 8, chunk):
        with store.write() as connection:
            prints.regroup(connection, changed[start : start + chunk], now=2.0)
    check(store)
    with store.read() as connection:
        known, canonical = stored(connection, year=2021)
        assert canonical == expected(known)


def test_prints_of_many_reports_of_one_year_find_theirs(store: Store) -> None:
    rng = random.Random(1)
    whole = reports(rng, FEW * 2)
    further = [each for report in whole[::4] for each in prints_of(rng, report, 2)]
    texts = [*whole, *further]
    rng.shuffle(texts)
    ids = link(store, texts, chunk=5)
    assert check(store) >= FEW * 2
    with store.write() as connection:
        _, canonical = stored(connection)
        # A canonical print is cleaned to another text: its rows of hashes and its prints follow.
        (most, _) = Counter(canonical.values()).most_common(1)[0]
        clean(connection, most, reports(rng, 1)[0])
        prints.regroup(connection, [most], now=2.0)
    check(store)
    with store.write() as connection:
        connection.execute(update(documents).values(canonical_id=None))
        connection.execute(delete(documents).where(documents.c.id.in_(ids[::3])))
        left = [each for each in ids if each not in ids[::3]]
        prints.regroup(connection, left, now=3.0)
    check(store)


def test_a_place_that_had_many_reports_before_hashes_were_kept_is_caught_up_with(
    store: Store,
) -> None:
    rng = random.Random(2)
    whole = reports(rng, FEW + 8)
    link(store, whole, chunk=8)
    with store.write() as connection:
        connection.execute(delete(print_hashes))
    link(store, prints_of(rng, whole[3], 2), chunk=1)
    check(store)


class Counted:
    """Comparisons, statements and rows read."""

    def __init__(self) -> None:
        self.comparisons = self.statements = 0


@contextmanager
def counted(store: Store, patch: pytest.MonkeyPatch) -> Iterator[Counted]:
    found = Counted()

    def compare(a: bytes, b: bytes) -> float:
        found.comparisons += 1
        return similarity(a, b)

    def executed(*_: object) -> None:
        found.statements += 1

    patch.setattr(comparing, "similarity", compare)
    event.listen(store.engine, "before_cursor_execute", executed)
    yield found
    event.remove(store.engine, "before_cursor_execute", executed)


@pytest.mark.parametrize("kind", ["prints of one report", "different reports"])
def test_linking_a_print_takes_no_more_where_there_are_many(
    store: Store, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(3)
    if kind == "different reports":
        texts = reports(rng, 340, 700)
    else:
        (report,) = reports(rng, 1)
        cuts = (rng.randrange(100) for _ in range(339))
        texts = [report, *(Text(hashes=report.hashes[cut:]) for cut in cuts)]
    took = []
    for some in (texts[:90], texts[90:100], texts[100:330], texts[330:]):
        with counted(store, monkeypatch) as found:
            link(store, some, chunk=10)
        took.append((found.comparisons, found.statements))
    (_, few, _, many) = took
    assert few[0] <= 10 * 26  # candidates, and the others of the chunk
    assert many[0] <= few[0] * 1.2
    assert many[1] <= few[1] * 1.2
    with store.read() as connection:
        rows = connection.scalar(select(func.count()).select_from(print_hashes))
    assert (rows == 0) == (kind == "prints of one report")  # none where few are canonical


def test_local_files_are_grouped_without_comparing_each_with_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = 0

    def compare(a: bytes, b: bytes) -> float:
        nonlocal compared
        compared += 1
        return similarity(a, b)

    monkeypatch.setattr(comparing, "similarity", compare)
    texts = reports(random.Random(4), 300)
    found = group(
        [
            Print(document=n, characters=1500, partial=False, sketch=text.sketch)
            for n, text in enumerate(texts)
        ]
    )
    assert len(found) == 300
    assert compared <= 300 * FEW


@pytest.mark.skipif(not REAL, reason="the real reports are not at hand")
def test_real_reports_and_prints_of_them_are_grouped_as_if_each_were_compared_with_all() -> None:
    rng = random.Random(5)
    texts = []
    for path in REAL:
        text = path.read_text("utf-8")
        size = len(text)
        cut = rng.randrange(size // 2)
        texts += [text, text[cut : cut + size // 2], f"首页 > 要闻\n{text[: -size // 9]}\n版权所有"]
        texts.append(text[cut : cut + rng.randrange(size // 20, size // 4)])
    known = [
        Print(document=n, characters=len(text), partial=n % 4 == 1, sketch=sketch(text))
        for n, text in enumerate(texts)
    ]
    rng.shuffle(known)
    found = {each.document: members[0].document for members in group(known) for each in members}
    assert found == expected(known)
