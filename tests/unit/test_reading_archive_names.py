"""The names of files in archives: decoded as they were meant, and made harmless."""

from __future__ import annotations

import pytest
from archived import CONTENT, members, names, relabelled, tarred, zipped

from zhibiao.reading.names import decode_name


@pytest.mark.parametrize(
    ("packed", "flags", "name"),
    [
        ("清河县报告.txt".encode("gbk"), 0, "清河县报告.txt"),
        ("㙍头镇/报告.txt".encode("gb18030"), 0, "㙍头镇/报告.txt"),
        ("清河县报告.txt".encode(), 0, "清河县报告.txt"),
        ("清河县报告.txt".encode(), 0x800, "清河县报告.txt"),
        ("清河县报告.txt".encode("gbk"), 0x800, "清河县报告.txt"),  # the flag lies
        ("報告/2023年甲縣.txt".encode("gbk"), 0, "報告/2023年甲縣.txt"),  # 縣 ends in 0x68
        ("陰謀/乗兇.txt".encode("gbk"), 0, "陰謀/乗兇.txt"),  # 0x5C is half a character
        ("2019年長沙市政府工作報告.txt".encode("big5"), 0, "2019年長沙市政府工作報告.txt"),
        ("朝陽區.txt".encode("big5"), 0, "朝陽區.txt"),
        ("呼伦贝尔市.txt".encode("gbk"), 0, "呼伦贝尔市.txt"),  # in Big5 also characters
        ("平順縣.txt".encode("gbk"), 0, "平順縣.txt"),  # by chance also valid UTF-8
        ("Résumé.txt".encode("cp437"), 0, "Résumé.txt"),
        (b"plain.txt", 0, "plain.txt"),
    ],
)
def test_names_are_decoded_as_they_were_meant(packed: bytes, flags: int, name: str) -> None:
    (member,) = members(relabelled(packed, flags))
    assert member.name == f"a.zip/{name}"
    assert member.content == CONTENT


def test_names_packed_together_are_told_by_all_of_them() -> None:
    packed = [name.encode("big5") for name in ("臺.txt", "政府工作報告.txt", "縣長報告.txt")]
    assert [decode_name(name, packed) for name in packed] == [
        "臺.txt",
        "政府工作報告.txt",
        "縣長報告.txt",
    ]


def test_a_name_that_stands_in_two_encodings_does_not_lose_the_file() -> None:
    """As tools write it: the directory in UTF-8, the header before the file as they please."""
    content = bytearray(zipped(("清河县.txt", CONTENT)))
    utf_8 = "清河县.txt".encode()
    at = content.find(utf_8)
    content[at : at + len(utf_8)] = "清河县 .txt".encode("gbk").ljust(len(utf_8))
    (member,) = members(bytes(content))
    assert (member.name, member.content) == ("a.zip/清河县.txt", CONTENT)


def test_names_in_a_tar_are_decoded_too() -> None:
    assert names(tarred(("清河县.txt", CONTENT), encoding="gbk"), "a.tar") == ["a.tar/清河县.txt"]


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd.txt", "etc/passwd.txt"),
        ("/etc/报告.txt", "etc/报告.txt"),
        ("C:\\报告\\..\\一.txt", "报告/一.txt"),
        ("报\x07告\u202egpj.txt", "报告gpj.txt"),
        ("a/./ /b.txt", "a/b.txt"),
        ("..", "unnamed-1"),
    ],
)
def test_names_are_made_harmless(given: str, safe: str) -> None:
    assert names(zipped((given, CONTENT))) == [f"a.zip/{safe}"]
