"""PDFs whose pages may draw themselves without end: read in a process that can be ended.

A form XObject is a drawing that pages and other forms place. One that places itself, or a ladder
of forms of which each places the next one twice, keeps PDFium busy for longer than the universe
has, within one call that nothing in this process can interrupt. Such forms are streams, so their
dictionaries stand openly in the file: a PDF without one needs no process of its own.
"""

from __future__ import annotations

import pickle
import re
import signal
import subprocess
import sys

from zhibiao.errors import BrokenFile, LimitExceeded, ReadError
from zhibiao.reading.limits import PDF_SECONDS
from zhibiao.reading.pdf_pages import extract as extract_here
from zhibiao.reading.printed import Line

_FORM = re.compile(rb"/(?:F|#46)(?:o|#6[fF])(?:r|#72)(?:m|#6[dD])(?![\w#])")
_CHILD = "import sys; sys.path[:] = sys.argv[1:]; from zhibiao.reading.loops import serve; serve()"

Extracted = tuple[list[list[Line]], str | None]


def may(content: bytes) -> bool:
    """Whether a PDF has forms, and so could draw in a loop."""
    return _FORM.search(content) is not None


def extract(content: bytes, name: str) -> Extracted:
    """As `pdf_pages.extract`, within PDF_SECONDS.

    Raises LimitExceeded when that is not enough, BrokenFile when PDFium crashes on the file.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, *sys.path],
            input=pickle.dumps((content, name)),
            capture_output=True,
            timeout=PDF_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LimitExceeded(
            f"{name}: its pages are not read after {PDF_SECONDS} s; they may draw themselves in a "
            "loop. Print it to PDF again, or submit the report as text.",
            name=name,
            part="page content",
            limit=PDF_SECONDS,
        ) from error
    if done.returncode != 0:
        raise BrokenFile(
            f"{name}: PDFium ended abruptly over its pages (status {done.returncode}). Print it to "
            "PDF again, or submit the report as text.",
            name=name,
            part="page content",
        )
    answer: Extracted | ReadError = pickle.loads(done.stdout)
    if isinstance(answer, ReadError):
        raise answer
    return answer


def serve() -> None:
    """The child's part: a pickled question on standard input, the answer on standard output."""
    if hasattr(signal, "alarm"):  # not on Windows
        # Ends this process inside of PDFium too, should the parent be gone by then.
        signal.alarm(PDF_SECONDS + 5)
    content, name = pickle.load(sys.stdin.buffer)
    answer: Extracted | ReadError
    try:
        answer = extract_here(content, name)
    except ReadError as error:
        answer = error
    sys.stdout.buffer.write(pickle.dumps(answer))
