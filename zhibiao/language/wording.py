"""The Chinese that a module looks for, kept beside it: words and patterns of `wording.toml`.

Each package has one such file and each of its modules a table there. A list holds words, a string
is a regular expression: its line breaks and the blanks that follow them are dropped, and {name}
stands for another entry of the table; where that is a list, for any of its words. In a list
"{name}" stands for all the words of that entry.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import Final

from zhibiao.language.alternatives import any_of

FILE: Final = "wording.toml"
_BREAK: Final = re.compile("(?:^|\n) *")
_NAMED: Final = re.compile(r"\{([a-z_]+)\}")


class Wording:
    """The table of one module."""

    def __init__(self, entries: dict[str, list[str] | str]) -> None:
        self.entries = entries

    def words(self, name: str) -> tuple[str, ...]:
        """The words of a list, in its order."""
        entry = self.entries[name]
        assert isinstance(entry, list), f"{name} is a pattern"
        found: list[str] = []
        for word in entry:
            named = _NAMED.fullmatch(word)
            found += [word] if named is None else self._all_of(named[1])
        return tuple(found)

    def _all_of(self, name: str) -> tuple[str, ...]:
        """The words of a list, or the one that a string is."""
        entry = self.entries[name]
        return (entry,) if isinstance(entry, str) else self.words(name)

    def text(self, name: str, **parts: str) -> str:
        """A regular expression as text; `parts` are entries that only the code knows."""

        def put(found: re.Match[str]) -> str:
            inner = found[1]
            return parts[inner] if inner in parts else self.text(inner, **parts)

        entry = self.entries[name]
        if isinstance(entry, list):
            return any_of(self.words(name))
        return _NAMED.sub(put, _BREAK.sub("", entry))

    def pattern(self, name: str, **parts: str) -> re.Pattern[str]:
        """A regular expression, compiled."""
        return re.compile(self.text(name, **parts))


def wording(module: str, shared: Wording | None = None) -> Wording:
    """The table of a module, by its full name: zhibiao.extract.scope.places.

    Its entries may name those of a `shared` one as they name each other.
    """
    package, _, name = module.rpartition(".")
    own = _tables(package)[name]
    if shared is None:
        return Wording(own)
    twice = own.keys() & shared.entries.keys()
    assert not twice, f"{module} has what it shares: {', '.join(twice)}"
    return Wording(shared.entries | own)


@lru_cache
def _tables(package: str) -> dict[str, dict[str, list[str] | str]]:
    return tomllib.loads(resources.files(package).joinpath(FILE).read_text(encoding="utf8"))
