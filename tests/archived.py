"""Archives that are made in the test, and what is found in them. The text is invented."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile

from zhibiao.reading import Limits, Member, expand

TEXT = "2023年清河县政府工作报告\n各位代表：\n一年来，全县生产总值增长6.8%。\n"
CONTENT = TEXT.encode()


def zipped(*files: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return stream.getvalue()


def tarred(*files: tuple[str, bytes], encoding: str = "utf-8") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(
        fileobj=stream, mode="w", encoding=encoding, format=tarfile.GNU_FORMAT
    ) as archive:
        for name, content in files:
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return stream.getvalue()


def members(content: bytes, name: str = "a.zip", **limits: int) -> list[Member]:
    return list(expand(name, io.BytesIO(content), Limits(**limits)))


def names(content: bytes, name: str = "a.zip") -> list[str]:
    return [member.name for member in members(content, name)]


def relabelled(name: bytes, flags: int = 0) -> bytes:
    """A zip of one file whose name is these bytes, as Windows tools in China write them."""
    content = bytearray(zipped(("n" * len(name), CONTENT)))
    at = 0
    while (at := content.find(b"n" * len(name), at)) >= 0:
        content[at : at + len(name)] = name
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(signature) + offset
        struct.pack_into("<H", content, place, flags)
    return bytes(content)
