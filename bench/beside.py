"""Where real and annotated reports stand beside the repository; there need be none."""

from pathlib import Path
from typing import Final

SHARED: Final = Path(__file__).resolve().parents[2] / "shared"
DATA: Final = SHARED / "data"  # reports, a folder a set
GOLD: Final = SHARED / "gold"  # what annotators say of some of them
