"""One error root. A class's docstring is its default message; its data are attributes.

Shells translate at their boundary: the API into one JSON shape, the CLI into one line and an
exit code, the tasks into a document's `failed` or `quarantined` state.
"""

from __future__ import annotations

from typing import Any, ClassVar


class ZhibiaoError(Exception):
    """Something went wrong in zhibiao."""

    code: ClassVar[str] = "error"  # stable, machine-readable; documented in docs/errors.md
    retryable: ClassVar[bool] = False  # may the same call succeed later, with nothing changed?

    def __init__(self, message: str | None = None, **details: Any) -> None:
        default = (type(self).__doc__ or "").strip().splitlines()[0]
        self.message = default if message is None else message
        self.details = details  # JSON-able facts: what, where, which limit
        super().__init__(self.message)

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors cross process borders (a child that parses a PDF): keep the details.
        return (_rebuild, (type(self), self.message, self.details))


def _rebuild(kind: type[ZhibiaoError], message: str, details: dict[str, Any]) -> ZhibiaoError:
    return kind(message, **details)


def describe_defect(error: Exception) -> str:
    """An error that nobody expected, in one line: its kind, its words, and where it was raised."""
    words = " ".join(str(error).split())
    where = place_of(error) or "; ".join(getattr(error, "__notes__", ()))
    return f"{type(error).__name__}{': ' if words else ''}{words}{f' ({where})' if where else ''}"


def place_of(error: BaseException) -> str | None:
    """The line of ours that an error was raised at or below; None where its frames are gone."""
    place = None
    frames = error.__traceback__
    while frames is not None:
        module = str(frames.tb_frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] == __package__:
            place = f"{module}, line {frames.tb_lineno}"
        frames = frames.tb_next
    return place


class ReadError(ZhibiaoError):
    """The file cannot be read."""

    code = "unreadable"


class EmptySource(ReadError):
    """The file is empty."""

    code = "empty"


class UnsupportedFormat(ReadError):
    """The file is of a kind that zhibiao does not read."""

    code = "unsupported_format"


class UndecodableText(ReadError):
    """The bytes are text in no encoding that fits."""

    code = "undecodable"


class BrokenFile(ReadError):
    """The file is damaged: its format says one thing and its bytes another."""

    code = "broken_file"


class LimitExceeded(ReadError):
    """The file exceeds a limit on size, members, ratio, depth or time."""

    code = "limit_exceeded"


class ForbiddenAccess(ReadError):
    """Reading the file reached for the network, another file or another process."""

    code = "forbidden_access"


class MissingReader(ReadError):
    """A program or an extra that reads this format is not installed."""

    code = "missing_reader"


class CatalogueError(ZhibiaoError):
    """The indicator catalogue is invalid."""

    code = "invalid_catalogue"


class MetadataError(ZhibiaoError):
    """The metadata given at submission are invalid."""

    code = "invalid_metadata"


class DictionaryError(ZhibiaoError):
    """A dictionary of terms is invalid."""

    code = "invalid_dictionary"


class InvalidCorrection(ZhibiaoError):
    """What the report is said to state cannot be."""

    code = "invalid_correction"
