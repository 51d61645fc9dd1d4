"""Word 97 documents (.doc): read by a program that is installed beside zhibiao."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from zhibiao.errors import BrokenFile, LimitExceeded, MissingReader
from zhibiao.reading.encodings import decode
from zhibiao.reading.limits import DOC_SECONDS
from zhibiao.reading.page import Page

_OFFICES = ("soffice", "libreoffice")
_ANTIWORD = "antiword"


def read_doc(content: bytes, name: str) -> Page:
    """The text of a .doc, by LibreOffice or antiword, whichever is found first.

    Raises MissingReader when neither is installed, BrokenFile when the program finds no text,
    LimitExceeded when it takes longer than DOC_SECONDS.
    """
    office = next((path for path in map(shutil.which, _OFFICES) if path), None)
    antiword = shutil.which(_ANTIWORD)
    if office is None and antiword is None:
        raise MissingReader(
            f"{name} is a Word 97 document (.doc), which needs LibreOffice or antiword, and "
            "neither is installed. Install one of them, or save the report as .docx.",
            name=name,
            programs=["libreoffice", "antiword"],
        )
    with tempfile.TemporaryDirectory(prefix="zhibiao-doc-") as folder:
        source = Path(folder, "report.doc")
        source.write_bytes(content)
        printed = (
            _by_office(office, source, name)
            if office is not None
            else _run([str(antiword), "-m", "UTF-8.txt", "-w", "0", str(source)], source, name)
        )
    text, decoding = decode(printed, name)
    return Page(
        text=text.replace("\r\n", "\n").replace("\r", "\n"),
        media_type="application/msword",
        decoding=replace(decoding, decided_by="format"),
    )


def _by_office(office: str, source: Path, name: str) -> bytes:
    folder = source.parent
    _run(
        [
            office,
            "--headless",
            "--norestore",
            # A profile of its own: two LibreOffices cannot share one.
            f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
            "--convert-to",
            "txt:Text (encoded):UTF8",
            "--outdir",
            str(folder),
            str(source),
        ],
        source,
        name,
    )
    converted = source.with_suffix(".txt")
    if not converted.exists():
        raise _broken(name, "LibreOffice wrote no text")
    return converted.read_bytes()


def _run(command: list[str], source: Path, name: str) -> bytes:
    """What the program prints."""
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=DOC_SECONDS, check=False, cwd=source.parent
        )
    except subprocess.TimeoutExpired as error:
        raise LimitExceeded(
            f"{name}: {Path(command[0]).name} took longer than {DOC_SECONDS} s over it. Save the "
            "report as .docx and submit that.",
            name=name,
            limit=DOC_SECONDS,
        ) from error
    except OSError as error:
        raise _broken(name, f"{Path(command[0]).name} did not start: {error}") from error
    if done.returncode != 0:
        words = done.stderr.decode("utf-8", "replace").replace(str(source), name)
        said = words.strip().splitlines()
        raise _broken(name, said[-1][:200] if said else f"exit status {done.returncode}")
    return done.stdout


def _broken(name: str, why: str) -> BrokenFile:
    return BrokenFile(
        f"{name}: the Word 97 document cannot be read ({why}). Save it as .docx and submit that.",
        name=name,
        part="doc",
    )
