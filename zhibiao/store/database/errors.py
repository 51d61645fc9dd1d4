"""What the store's verbs refuse."""

from __future__ import annotations

from zhibiao.errors import ZhibiaoError


class NotFound(ZhibiaoError):
    """There is nothing with that id."""

    code = "not_found"


class NoPostgresDriver(ZhibiaoError):
    """PostgreSQL needs the extra `postgres`: pip install 'zhibiao[postgres]'."""

    code = "no_postgres_driver"


class KeyInUse(ZhibiaoError):
    """A submission with this idempotency key is still being received."""

    code = "idempotency_key_in_use"
    retryable = True


class RunCancelled(ZhibiaoError):
    """Nothing of a cancelled run starts before it is resumed."""

    code = "run_cancelled"


class RunNotDeletable(ZhibiaoError):
    """Somebody still needs what is in the run."""

    code = "run_not_deletable"


class NotCorrectable(ZhibiaoError):
    """This document is not the place to correct."""

    code = "not_correctable"


class NotReady(ZhibiaoError):
    """The database has no schema, or another version's."""

    code = "schema_mismatch"


class Pruned(ZhibiaoError):
    """What readers saw at that time is not kept any more."""

    code = "pruned"


class InvalidSelection(ZhibiaoError):
    """The choice of documents to reprocess is invalid."""

    code = "invalid_selection"


class NoTimeTravel(InvalidSelection):
    """How documents stood at another time is not kept; ask for observations, panel or keywords."""

    code = "no_time_travel"


class TableTooLarge(ZhibiaoError):
    """The table would have more rows than anybody can use."""

    code = "table_too_large"


class NameTaken(ZhibiaoError):
    """There is, or was, one of that name."""

    code = "name_taken"
