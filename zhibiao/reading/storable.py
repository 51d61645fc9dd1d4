"""What is known of a text beside it: stored as JSON in databases, and written as JSON again."""

from __future__ import annotations

import json
import re

from zhibiao.reading.limits import METADATA_BYTES

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def defect_of(known: object) -> str | None:
    """Why it cannot be stored, in words that follow "it holds"; None if it can."""
    try:
        written = json.dumps(known, ensure_ascii=False, allow_nan=False)
        size = len(written.encode("utf-8"))
    except UnicodeEncodeError as error:
        return f"half a character ({error.reason})"
    except RecursionError:
        return "lists within lists without end"
    except ValueError:
        return "a number without end"
    if "\\u0000" in written and _NUL.search(written):
        return "a NUL character"
    return f"more than {METADATA_BYTES} bytes" if size > METADATA_BYTES else None
