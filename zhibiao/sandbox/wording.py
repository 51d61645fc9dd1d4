"""Documents, members and errors as JSON, on their way out of a process that nobody trusts.

Nothing is unpickled from there. Whatever is not of the shape that is wanted is a TypeError or
ValueError.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from zhibiao import errors
from zhibiao.domain import Decoding, RawDocument
from zhibiao.errors import ReadError
from zhibiao.reading.members import Member
from zhibiao.reading.names import is_harmless
from zhibiao.reading.storable import defect_of

_KINDS = {
    kind.__name__: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, ReadError)
}


def packed(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")


def unpacked(content: bytes) -> dict[str, Any]:
    """Raises TypeError, ValueError."""
    try:
        message = json.loads(content.decode("utf-8", "surrogatepass"))
    except RecursionError:
        raise ValueError("an object that is too deep") from None
    if not isinstance(message, dict):
        raise TypeError("an object is wanted")
    return message


def of_document(document: RawDocument) -> dict[str, Any]:
    return asdict(document)


def document_of(found: Any) -> RawDocument:
    """Raises TypeError, ValueError."""
    _check(found, name=str, part=int, text=str, media_type=str, given=dict)
    _check(found, title=str | None, split_by=str | None, decoding=dict | None)
    decoding = found["decoding"]
    if decoding is not None:
        _check(decoding, encoding=str, decided_by=str, undecodable=int)
        decoding = Decoding(**decoding)
    return RawDocument(**found | {"decoding": decoding})


def of_error(error: ReadError) -> dict[str, Any]:
    return {"kind": type(error).__name__, "message": error.message, "details": error.details}


def error_of(found: Any) -> ReadError:
    """Raises TypeError, ValueError."""
    _check(found, kind=str, message=str, details=dict)
    return _KINDS.get(found["kind"], ReadError)(found["message"], **found["details"])


def of_member(member: Member) -> dict[str, Any]:
    """All but its bytes."""
    error = None if member.error is None else of_error(member.error)
    return {"name": member.name, "given": dict(member.given), "error": error}


def member_of(found: Any, content: bytes | None) -> Member:
    """Raises TypeError, ValueError."""
    _check(found, name=str, given=dict, error=dict | None)
    name_of(found["name"])
    if (defect := defect_of(found)) is not None:
        raise ValueError(f"a member with {defect}")
    error = None if found["error"] is None else error_of(found["error"])
    return Member(name=found["name"], content=content, error=error, given=found["given"])


def name_of(found: Any) -> str:
    """A file's name. Raises TypeError, ValueError."""
    if not isinstance(found, str):
        raise TypeError("a name is wanted")
    if not is_harmless(found):
        raise ValueError("a name with what no name may hold")
    return found


def _check(found: Any, **kinds: Any) -> None:
    if not isinstance(found, dict):
        raise TypeError("an object is wanted")
    for name, kind in kinds.items():
        if name not in found or not isinstance(found[name], kind):
            raise ValueError(f"{name} is missing, or not what it has to be")
