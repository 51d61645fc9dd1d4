"""Who asks the service for something, and what they may do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum


class AccessScope(StrEnum):
    """What a user or a key may do. None implies another one, except `admin`, which implies all."""

    READ = "read"  # documents, observations, exports, every run
    SUBMIT = "submit"  # reports; and watch and move the runs that one has submitted
    CORRECT = "correct"  # what was read wrongly
    REPROCESS = "reprocess"  # plan, run and take back; retry documents
    ADMIN = "admin"  # users, keys, the audit log, other people's runs


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who makes a request."""

    name: str  # `token`, `user:li` or `key:scraper`; never given to another one
    owner: str  # whose runs are one's own: `name`, or the user that a key belongs to
    scopes: frozenset[AccessScope]
    credential: str = field(repr=False)  # what a log-in depends on: with another one it ends
    user: int | None = None  # id
    key: int | None = None  # id

    def may(self, scopes: Collection[AccessScope]) -> bool:
        """Is one of these scopes among the caller's?"""
        return AccessScope.ADMIN in self.scopes or not self.scopes.isdisjoint(scopes)
