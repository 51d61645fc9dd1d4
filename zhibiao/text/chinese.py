"""Which characters are Chinese: the unified ideographs, without their rarer extensions."""

from __future__ import annotations

import re
from typing import Final

HAN: Final = "\u4e00-\u9fff"  # inside the brackets of a pattern
CHINESE: Final = re.compile(f"[{HAN}]")
