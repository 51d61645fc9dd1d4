"""What stands around a speech and may tell of it: the page, its title, the file's path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from zhibiao.language.simplified import plain_text

_ENDING = re.compile(r"\.\w{1,5}$")


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """In simplified characters and with years in Arabic digits, all but the page."""

    page: str  # the raw text as it is, with the lines that cleaning takes out
    page_title: str = ""  # "": there is none
    file_name: str = ""  # the path under which it was submitted: 省/县/2024.txt, 各地.zip/县.txt

    @cached_property
    def plain_page(self) -> str:
        """The page as all else is. Most reports are known without it."""
        return plain_text(self.page)

    @property
    def name(self) -> str:
        """The last part of the path, without its ending."""
        return self._parts()[-1]

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders and archives that hold the file, the innermost first."""
        return tuple(reversed(self._parts()[:-1]))

    def _parts(self) -> list[str]:
        return [_ENDING.sub("", part) for part in self.file_name.replace("\\", "/").split("/")]
