"""Sets a damaged append-only file of the embedded Redis aside."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

# Of Redis up to 6 (one file), and of later ones and Valkey (a folder with a manifest).
_NAMES = ("appendonlydir", "appendonly.aof")


@dataclass
class AppendOnlyFile:
    """Where the embedded Redis keeps its messages: a `Repair` for a server that does not start.

    Losing the messages loses no work: the database has it all, and the dispatcher sends again
    what nobody answers.
    """

    folder: Path
    _moved: list[tuple[Path, Path]] = field(default_factory=list)  # from, to

    def attempt(self) -> str | None:
        """Rename it, with the time in its new name. None if there is no such file.

        Raises OSError if it cannot be renamed.
        """
        self._moved = []
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        for path in (self.folder / name for name in _NAMES):
            if path.exists() or path.is_symlink():
                aside = _free(path.with_name(f"{path.name}.damaged-{stamp}"))
                path.rename(aside)
                self._moved.append((path, aside))
        if not self._moved:
            return None
        kept = " and ".join(str(aside) for _, aside in self._moved)
        return (
            f"its append-only file is damaged: set aside as {kept}, starting without it. Nothing "
            "is lost: waiting work is sent again from the database."
        )

    def undo(self) -> str:
        """Put it back: it was not the reason. Raises OSError."""
        for path, aside in self._moved:
            # The server that made this one never answered: there are no messages in it.
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
            aside.rename(path)
        return "it does not start without its append-only file either: the file was put back"


def _free(path: Path) -> Path:
    """The path, with a number at its end if it is taken."""
    found, number = path, 1
    while found.exists() or found.is_symlink():
        number += 1
        found = path.with_name(f"{path.name}-{number}")
    return found
