"""Words of resolve, by which a report says that it means to reach a figure: 确保, 力争."""

from __future__ import annotations

from typing import Final

from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
RESOLVE: Final = _WORDING.words("resolve")
STRIVES: Final = _WORDING.words("strives")
