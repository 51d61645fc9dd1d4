"""Peak memory of reading the largest files that people submit, each in a process of its own.

`python -m bench.reading_memory`: a PDF of 300 pages, a compendium of 100 MB (as UTF-8 and as
GB18030), and a zip of 5,000 reports that is expanded and read member by member.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from zhibiao.reading import expand, read

_LIMIT_MB = 500


def report(number: int) -> str:
    """A synthetic report of about 15,000 characters."""
    place = f"清河{'甲乙丙丁戊己庚辛壬癸'[number % 10]}县"
    lines = [f"20{number % 24:02}年{place}政府工作报告", "各位代表："]
    lines.append("现在，我代表县人民政府向大会报告工作，请予审议。")
    lines += [
        f"（{n}）全年{place}第{n}项工程完成投资{number % 97 + n}.5亿元，增长6.{n % 9}%，新增就业"
        f"{n * 7}人，城乡居民人均可支配收入分别增长{n % 9}%和{n % 7}.2%，财政收入保持平稳较快增长。"
        for n in range(180)
    ]
    lines.append(f"让我们团结一心，为建设现代化{place}而努力奋斗！")
    return "\n".join(lines)


def _compendium(path: Path, encoding: str) -> None:
    with path.open("wb") as stream:
        number = 0
        while stream.tell() < 100_000_000:
            stream.write((report(number) + "\n").encode(encoding))
            number += 1


def _pdf(path: Path) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    pages = canvas.Canvas(str(path))
    lines = [
        line[at : at + 34] for n in range(30) for line in report(n).split("\n") for at in (0, 34)
    ]
    for number in range(300):
        pages.setFont("STSong-Light", 11)
        for row, line in enumerate(lines[number * 36 : number * 36 + 36]):
            pages.drawString(70, 790 - 20 * row, line)
        pages.drawCentredString(300, 30, f"— {number + 1} —")
        pages.showPage()
    pages.save()


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5_000):
            archive.writestr(f"报告/{number}.txt", report(number))


def _child(path: Path) -> None:
    """Read one file as a worker does; print what came out, the seconds and the peak."""
    began = time.perf_counter()
    documents = characters = 0
    if path.suffix == ".zip":
        with path.open("rb") as stream:
            for member in expand(path.name, stream):
                for document in read(member.content or b"", member.name):
                    documents += 1
                    characters += len(document.text)
    else:
        found = read(path.read_bytes(), path.name)
        documents, characters = len(found), sum(len(document.text) for document in found)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{documents} documents, {characters:,} characters, {seconds:.1f} s, peak {peak:.0f} MB")


def main() -> None:
    print(f"imports alone: peak {_peak_of_imports():.0f} MB")
    with tempfile.TemporaryDirectory() as folder:
        for name, make in (
            ("300-pages.pdf", _pdf),
            ("compendium-utf-8.txt", lambda path: _compendium(path, "utf-8")),
            ("compendium-gb18030.txt", lambda path: _compendium(path, "gb18030")),
            ("5000-reports.zip", _zip),
        ):
            path = Path(folder, name)
            make(path)
            said = _run("--child", str(path))
            print(f"{name} ({path.stat().st_size / 1e6:.1f} MB): {said}", flush=True)
            if float(said.split()[-2]) > _LIMIT_MB:
                raise SystemExit(f"{name} takes more than {_LIMIT_MB} MB")
            path.unlink()


def _peak_of_imports() -> float:
    return float(_run("--imports"))


def _run(*arguments: str) -> str:
    command = [sys.executable, "-m", "bench.reading_memory", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--child", path]:
            _child(Path(path))
        case ["--imports"]:
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        case _:
            main()
