"""The language that the files on disk say: read anew when a user's catalogue or dictionary changes.

Asking costs two `stat` calls. A file that is broken changes nothing: what was read last stays in
use, and `problem` says why.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from zhibiao import pipeline
from zhibiao.errors import ZhibiaoError
from zhibiao.pipeline import Language
from zhibiao.text.segmentation import SegmenterName

log = logging.getLogger(__name__)

_Stamp = tuple[tuple[int, int, int] | None, ...]


@dataclass(frozen=True, kw_only=True)
class LanguageFiles:
    """Where a language comes from."""

    segmenter: SegmenterName = "rjieba"
    user_dictionary: Path | None = None
    catalogue: Path | None = None

    def stamp(self) -> _Stamp:
        """Differs whenever a file was written or replaced; None: there is no such file."""
        return tuple(_stamp(path) for path in (self.user_dictionary, self.catalogue))

    def load(self) -> Language:
        """Raises CatalogueError and DictionaryError."""
        return Language.load(
            segmenter=self.segmenter,
            user_dictionary=self.user_dictionary,
            catalogue=self.catalogue,
        )


class WatchedLanguage:
    """Holds the language of some files. Load it before a fork: children share what it has read.

    Raises CatalogueError and DictionaryError where the files are invalid from the start.
    """

    def __init__(self, files: LanguageFiles, *, segments: bool) -> None:
        self._files = files
        self._segments = segments  # load the segmenter's dictionary too: slow, and large
        self._stamp = files.stamp()
        self._language = self._load()
        self.problem: str | None = None  # why the files on disk are not in use

    def current(self) -> Language:
        """The language as the files have it now. A new object when it was read anew."""
        stamp = self._files.stamp()
        if stamp == self._stamp:
            return self._language
        try:
            self._language = self._load()
        except ZhibiaoError as error:
            if self.problem != error.message:
                # The message names file and line; a trace of our own code would only hide it.
                log.error(  # noqa: TRY400
                    "the former language stays in use: %s", error.message
                )
            self.problem = error.message
        else:
            log.info("catalogue or dictionary has changed: read anew")
            self.problem = None
        # Stamped before it was read: what is written meanwhile is seen next time.
        self._stamp = stamp
        return self._language

    def _load(self) -> Language:
        language = self._files.load()
        if self._segments:
            pipeline.rehearse(language)
        return language


def _stamp(path: Path | None) -> tuple[int, int, int] | None:
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)
