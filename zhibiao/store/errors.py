"""What the store's verbs refuse."""

from __future__ import annotations

from zhibiao.errors import ZhibiaoError


class NotFound(ZhibiaoError):
    """There is nothing with that id."""

    code = "not_found"


class KeyInUse(ZhibiaoError):
    """A submission with this idempotency key is still being received."""

    code = "idempotency_key_in_use"
    retryable = True


class NotReady(ZhibiaoError):
    """The database has no schema, or another version's."""

    code = "schema_mismatch"
