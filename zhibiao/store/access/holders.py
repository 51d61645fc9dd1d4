"""What users and keys have in common: a name that is never given again, scopes, and an end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, Table, insert, update

from zhibiao.domain.access import AccessScope
from zhibiao.store.database.errors import NameTaken, NotFound


@dataclass(frozen=True, kw_only=True, slots=True)
class Holders:
    """The users, or the keys."""

    kind: str  # `user` or `key`
    table: Table
    rows: Select[Any]  # the table's, with what else is shown of each

    def create(
        self,
        connection: Connection,
        name: str,
        *,
        scopes: Collection[AccessScope],
        now: float,
        expires_at: float | None,
        **values: Any,
    ) -> RowMapping:
        """Raises NameTaken, also where the one of that name is revoked."""
        if self.find(connection, name) is not None:
            raise NameTaken(
                f"There is, or was, a {self.kind} {name}; choose another name.", name=name
            )
        made = {"name": name, "scopes": sorted(scopes), "created_at": now, "expires_at": expires_at}
        connection.execute(insert(self.table).values(made | values))
        return self.get(connection, name)

    def find(self, connection: Connection, name: str) -> RowMapping | None:
        """The one of that name, whether it counts or not."""
        query = self.rows.where(self.table.c.name == name)
        return connection.execute(query).mappings().one_or_none()

    def get(self, connection: Connection, name: str) -> RowMapping:
        """Raises NotFound."""
        row = self.find(connection, name)
        if row is None:
            raise NotFound(f"There is no {self.kind} {name}.", **{self.kind: name})
        return row

    def all_of(self, connection: Connection) -> list[RowMapping]:
        """By name, revoked ones too."""
        return list(connection.execute(self.rows.order_by(self.table.c.name)).mappings())

    def change(self, connection: Connection, name: str, **values: Any) -> RowMapping:
        """Raises NotFound, also where it is revoked."""
        if self.get(connection, name)["revoked_at"] is not None:
            raise NotFound(f"The {self.kind} {name} is revoked.", **{self.kind: name})
        connection.execute(update(self.table).where(self.table.c.name == name).values(**values))
        return self.get(connection, name)

    def revoke(self, connection: Connection, name: str, *, now: float) -> RowMapping:
        """For good, and at once: log-ins and a user's keys end too. Raises NotFound."""
        return self.change(connection, name, revoked_at=now)


def is_valid(row: RowMapping, now: float) -> bool:
    """Neither revoked nor expired."""
    expires_at = row["expires_at"]
    return row["revoked_at"] is None and (expires_at is None or expires_at > now)
