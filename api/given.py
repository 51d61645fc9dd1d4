"""Metadata given with a submission: of all its files, or of single ones by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from zhibiao.domain import Metadata
from zhibiao.errors import MetadataError
from zhibiao.reading.names import safe_name
from zhibiao.reading.storable import defect_of

_KNOWN = {entry.name for entry in fields(Metadata)} - {"candidates", "decided_by"}
_SHOWN = 10  # names that matched nothing


@dataclass(kw_only=True)
class Given:
    """What is known of the files that come."""

    for_all: dict[str, Any] = field(default_factory=dict)
    by_name: dict[str, dict[str, Any]] = field(default_factory=dict)
    matched: set[str] = field(default_factory=set)  # of `by_name`

    def read(self, written: str) -> None:
        """Add what JSON says. Raises MetadataError."""
        metadata = _decoded(written)
        for name, value in metadata.items():
            if isinstance(value, dict):
                self.by_name[safe_name(name) or name] = _checked(value)
            else:
                self.for_all[name] = value
        _checked(self.for_all)

    def of(self, upload: str, member: str) -> dict[str, Any]:
        """What is known of a file, or of a member of an archive; the closest name wins."""
        known = dict(self.for_all)
        for name in _names(safe_name(upload), member):
            if name in self.by_name:
                self.matched.add(name)
                known |= self.by_name[name]
        return known

    def require_matched(self) -> None:
        """After the last file. Raises MetadataError where a name was no file's."""
        unmatched = sorted(self.by_name.keys() - self.matched)
        if not unmatched:
            return
        more = "" if len(unmatched) <= _SHOWN else f" and {len(unmatched) - _SHOWN} more"
        raise MetadataError(
            f"The metadata name what is no file of this submission: "
            f"{', '.join(unmatched[:_SHOWN])}{more}. A file is named by its name, by its path, or "
            "by the archive that it is in.",
            unmatched=unmatched,
        )


def _decoded(written: str) -> dict[str, Any]:
    try:
        metadata = json.loads(written)
    except RecursionError as error:
        raise MetadataError("The metadata are nested too deeply.") from error
    except ValueError as error:
        raise MetadataError(f"The metadata are not valid JSON: {error}.") from error
    if not isinstance(metadata, dict):
        raise MetadataError("The metadata must be a JSON object.")
    if (defect := defect_of(metadata)) is not None:
        raise MetadataError(f"The metadata hold {defect}.")
    return metadata


def _checked(metadata: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(metadata.keys() - _KNOWN)
    if unknown:
        raise MetadataError(
            f"Unknown metadata: {', '.join(unknown)}. Known: {', '.join(sorted(_KNOWN))}.",
            unknown=unknown,
        )
    return metadata


def _names(upload: str, member: str) -> Iterator[str]:
    """What a member may be called, the closest name last: archive, folders, file name, path."""
    parts = member.split("/")
    yield upload
    for end in range(1, len(parts)):
        yield "/".join(parts[:end])
    for start in range(len(parts) - 1, -1, -1):
        yield "/".join(parts[start:])
