"""Backups: everything that a store holds in one checked file, and back into an empty place."""

from zhibiao.backups.archive import Manifest, verify
from zhibiao.backups.making import back_up
from zhibiao.backups.restoring import Restored, restore

__all__ = ["Manifest", "Restored", "back_up", "restore", "verify"]
