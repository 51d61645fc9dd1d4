"""Damaged files by the thousand: whatever comes, reading ends in documents or in a ReadError.

    python -m bench.fuzz_reading [--files 10000] [--seed 1]

Prints the count of each outcome, the slowest file, and every surprise (an exception that is no
ReadError, or a parser's failure that no reader foresaw); exits with 1 when there was a surprise.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import random
import struct
import sys
import tarfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import docx
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from bench.surprises import tell
from zhibiao.errors import ReadError
from zhibiao.reading import Limits, expand, read

LIMITS = Limits(member_bytes=4 << 20, total_bytes=16 << 20, ratio_from_bytes=1 << 20)
REPORT = "\n".join(
    ["2023年清河县政府工作报告", "各位代表：", "现在，我代表县人民政府向大会报告工作，请予审议。"]
    + [
        f"（{number}）全年完成生产总值{300 + number}.5亿元，增长6.{number % 9}%，就业{number}万人。"
        for number in range(40)
    ]
    + ["让我们团结一心，为建设现代化新清河而努力奋斗！"]
)
INTERESTING = (b"", b"\0", b"\xff", b"\xff\xff\xff\x7f", b"\x80", b"<", b"{\\", b"PK\x03\x04", b"%")


@dataclass
class Outcomes:
    """What became of the files."""

    counts: Counter[str] = field(default_factory=Counter)
    surprises: list[str] = field(default_factory=list)
    slowest_seconds: float = 0.0
    slowest: str = ""


def seeds() -> dict[str, bytes]:
    """One sound file of each kind."""
    page = f"<html><head><title>报告</title></head><body><div><p>{REPORT}</p></div></body></html>"
    lines = "\n".join(
        json.dumps({"text": REPORT, "name": f"{n}.txt"}, ensure_ascii=False) for n in range(3)
    )
    files = {
        "a.txt": REPORT.encode(),
        "gb.txt": REPORT.encode("gb18030"),
        "utf16.txt": REPORT.encode("utf-16"),
        "two.txt": f"{REPORT}\n{REPORT.replace('清河', '南湖')}".encode(),
        "a.html": page.encode(),
        "a.rtf": _rtf(),
        "a.docx": _docx(),
        "a.pdf": _pdf(),
        "a.ndjson": lines.encode(),
        "a.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") * 40,
    }
    return files | {
        "a.zip": _zip(files),
        "a.tar": _tar(files, ""),
        "a.tar.gz": _tar(files, "gz"),
        "a.txt.gz": gzip.compress(files["a.txt"], mtime=0),
    }


def mutated(content: bytes, rng: random.Random) -> bytes:
    """A copy with one to eight wounds: bytes flipped, cut, doubled, lengths forged."""
    wounded = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 4, 8))):
        if not wounded:
            break
        at = rng.randrange(len(wounded))
        match rng.randrange(8):
            case 0:
                wounded[at] ^= 1 << rng.randrange(8)
            case 1:
                wounded[at : at + rng.randrange(1, 64)] = rng.randbytes(rng.randrange(64))
            case 2:
                del wounded[at:]
            case 3:
                del wounded[at : at + rng.randrange(1, 512)]
            case 4:
                piece = wounded[at : at + rng.randrange(1, 512)]
                wounded[at:at] = piece * rng.randrange(1, 4)
            case 5:
                wounded[at : at + 4] = struct.pack("<I", rng.choice((0, 1, 2**31, 2**32 - 1)))
            case 6:
                wounded[at:at] = rng.choice(INTERESTING)
            case _:
                other = rng.randrange(len(wounded))
                wounded[at : at + 32], wounded[other : other + 32] = (
                    wounded[other : other + 32],
                    wounded[at : at + 32],
                )
    return bytes(wounded)


def inputs(files: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Mutations of every seed in turn, each under a name of any of them; some pure noise."""
    rng = random.Random(seed)
    sound = list(seeds().items())
    names = [name for name, _ in sound]
    for number in range(files):
        name, content = sound[number % len(sound)]
        if number % 50 == 49:
            yield f"noise-{number}", rng.randbytes(rng.randrange(2048))
        else:
            yield (name if rng.random() < 0.8 else rng.choice(names)), mutated(content, rng)


def run(files: int, seed: int) -> Outcomes:
    """Read every input as a submission is read: expanded, then each member read."""
    outcomes = Outcomes()
    for number, (name, content) in enumerate(inputs(files, seed)):
        began = time.perf_counter()
        label = f"{name} (seed {seed}, file {number})"
        try:
            for member in expand(name, io.BytesIO(content), LIMITS):
                _count(outcomes, member.name, member.content, member.error, label)
        except Exception as error:
            outcomes.counts["escaped"] += 1
            outcomes.surprises.append(f"{label}: {error!r} escaped expand")
        seconds = time.perf_counter() - began
        if seconds > outcomes.slowest_seconds:
            outcomes.slowest_seconds, outcomes.slowest = seconds, label
    return outcomes


def _count(
    outcomes: Outcomes, name: str, content: bytes | None, error: ReadError | None, label: str
) -> None:
    if content is not None:
        try:
            outcomes.counts["read"] += bool(read(content, name))
        except ReadError as refused:
            error = refused
        except Exception as escaped:
            outcomes.counts["escaped"] += 1
            outcomes.surprises.append(f"{label}: {escaped!r} escaped read")
    if error is not None:
        outcomes.counts[error.code] += 1
        if "failure" in error.details or not error.message or not error.details.get("name"):
            outcomes.surprises.append(f"{label}: {error.message} {error.details}")


def _docx() -> bytes:
    document = docx.Document()
    for line in REPORT.splitlines():
        document.add_paragraph(line)
    table = document.add_table(2, 2)
    table.cell(0, 0).text = "指标"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _pdf() -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    page = canvas.Canvas(stream, invariant=True)
    for _ in range(2):
        page.setFont("STSong-Light", 10)
        for number, line in enumerate(REPORT.splitlines()):
            page.drawString(60, 780 - 16 * number, line)
        page.showPage()
    page.save()
    return stream.getvalue()


def _rtf() -> bytes:
    escaped = "".join(
        f"\\'{byte:02x}" if byte > 0x7F else "\\par " if byte == 0x0A else chr(byte)
        for byte in REPORT.encode("gb18030")
    )
    return rf"{{\rtf1\ansi\ansicpg936{{\fonttbl{{\f0 SimSun;}}}} {escaped}}}".encode("ascii")


def _zip(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _tar(files: dict[str, bytes], packing: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in files.items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return gzip.compress(stream.getvalue(), mtime=0) if packing else stream.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.perf_counter()
    outcomes = run(asked.files, asked.seed)
    print(f"{asked.files} files in {time.perf_counter() - began:.1f} s")
    for outcome, count in outcomes.counts.most_common():
        print(f"{count:8} {outcome}")
    print(f"slowest: {outcomes.slowest_seconds:.2f} s, {outcomes.slowest}")
    return tell(outcomes.surprises)


if __name__ == "__main__":
    sys.exit(main())
