"""How terms are counted, in the words of settings and requests."""

from __future__ import annotations

from typing import Literal

Match = Literal["token", "substring"]  # on word boundaries, or wherever it is
Grain = Literal["document", "section"]  # of what there is a row
TermGrain = Literal["document", "year", "region"]  # whose words are ranked
Denominator = Literal["tokens", "content_words", "characters", "sentences"]
