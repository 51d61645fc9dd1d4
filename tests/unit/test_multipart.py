"""Forms come apart the same however the network cuts them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import IncompleteUpload
from api.multipart import parts

CONTENT_TYPE = "multipart/form-data; boundary=bound"


def form(*fields: tuple[str, str | None, bytes]) -> bytes:
    written = b""
    for name, file_name, content in fields:
        disposition = f'form-data; name="{name}"'
        if file_name is not None:
            disposition += f'; filename="{file_name}"'
        heading = f"--bound\r\nContent-Disposition: {disposition}\r\n\r\n"
        written += heading.encode() + content + b"\r\n"
    return written + b"--bound--\r\n"


def cut(body: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


def taken(body: Iterable[bytes], limit: int = 1000) -> list[tuple[str, str | None, bytes, int]]:
    """(field, file name, kept content, size) of each part; closes them, as every user must."""
    found = []
    for part in parts(body, CONTENT_TYPE, limit_of=lambda _: limit):
        with part.content:
            found.append((part.field_name, part.file_name, part.content.read(), part.size))
            assert part.cut_off == (part.size > limit)
    return found


@given(
    contents=st.lists(st.binary(max_size=200), max_size=5),
    size=st.integers(min_value=1, max_value=300),
)
def test_any_cut_of_any_content_gives_the_same_parts(contents: list[bytes], size: int) -> None:
    body = form(*((f"f{n}", f"{n}.txt", content) for n, content in enumerate(contents)))
    found = [entry[:3] for entry in taken(cut(body, size))]
    assert found == [(f"f{n}", f"{n}.txt", content) for n, content in enumerate(contents)]


def test_content_that_looks_like_a_boundary_stays_content() -> None:
    content = b"\r\n--boun\r\n--bound\x00--bound--"
    assert [entry[2] for entry in taken(cut(form(("f", "a", content)), 3))] == [content]


def test_a_part_above_its_limit_is_cut_off_there_and_says_so() -> None:
    body = form(("f", "small", b"x" * 10), ("f", "large", b"x" * 1000), ("f", "next", b"y"))
    found = [(name, len(kept), size) for _, name, kept, size in taken(cut(body, 64), 100)]
    assert found == [("small", 10, 10), ("large", 100, 1000), ("next", 1, 1)]


def test_a_part_is_handed_on_before_the_next_one_arrives() -> None:
    arrived = []

    def network() -> Iterator[bytes]:
        for number in range(3):
            arrived.append(number)
            yield form(("f", str(number), b"content")).removesuffix(b"--bound--\r\n")
        yield b"--bound--\r\n"

    seen = []
    for part in parts(network(), CONTENT_TYPE, limit_of=lambda _: 1000):
        seen.append((part.file_name, len(arrived)))
        part.close()
    # A part's end is known when the next boundary begins, so one is always on the way.
    assert seen == [("0", 2), ("1", 3), ("2", 3)]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", form()),
        (CONTENT_TYPE, form(("f", "a", b"x"))[:-14]),
        (CONTENT_TYPE, b""),
        (CONTENT_TYPE, b"--other\r\n\r\n"),
        (CONTENT_TYPE, b"--bound\r\nContent-Type: text/plain\r\n\r\nx\r\n--bound--\r\n"),
        (CONTENT_TYPE, b"--bound\r\n" + b"X: y\r\n" * 1000),
    ],
)
def test_what_is_no_form_or_half_a_form_is_refused(content_type: str, body: bytes) -> None:
    with pytest.raises(IncompleteUpload):
        list(parts(cut(body, 50), content_type, limit_of=lambda _: 1000))
