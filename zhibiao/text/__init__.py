"""Clean text, sentences, words."""

from typing import Final

from zhibiao.text.cleaning import clean
from zhibiao.text.sentences import sentences

VERSION: Final = "12"  # bumped whenever the same input gives another clean text or other terms

__all__ = ["VERSION", "clean", "sentences"]
