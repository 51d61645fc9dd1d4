"""Why a backup is not made or not restored."""

from __future__ import annotations

from zhibiao.errors import ZhibiaoError


class InvalidBackup(ZhibiaoError):
    """The file is damaged, or no backup of zhibiao's."""

    code = "invalid_backup"


class NewerBackup(ZhibiaoError):
    """The backup or the database was made by a later version of zhibiao."""

    code = "newer_backup"


class PlaceInUse(ZhibiaoError):
    """A backup is restored into an empty place only."""

    code = "place_in_use"
