"""Pages that are pictures."""

from __future__ import annotations

import pypdfium2

from zhibiao.errors import MissingReader

EXTRA = "zhibiao[ocr]"


def recognise(document: pypdfium2.PdfDocument, name: str) -> str:
    """The text of a PDF whose pages are pictures.

    Raises MissingReader: no reader of pictures is installed.
    """
    raise MissingReader(
        f"{name}: the {len(document)} pages of the PDF are pictures without a text layer. Install "
        f"the extra {EXTRA}, or submit the report as text.",
        name=name,
        extra=EXTRA,
        pages=len(document),
    )
