"""Commands about who may do what: users, API keys, the audit log."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import quote

import typer

from zhibiao.cli.exits import Exit
from zhibiao.cli.options import AsJson
from zhibiao.cli.places import connect
from zhibiao.domain.access import AccessScope

users = typer.Typer(no_args_is_help=True, help="People who log in to the console.")
keys = typer.Typer(no_args_is_help=True, help="API keys of programs.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Its name; never given again.")]
Scopes = Annotated[
    list[AccessScope],
    typer.Option("--scope", "-s", help="What it may do; repeatable. admin: everything."),
]
Days = Annotated[
    int | None, typer.Option("--expires-days", min=1, max=3650, help="It ends after so many days.")
]
Generate = Annotated[
    bool, typer.Option("--generate", help="Make a password and print it, instead of asking.")
]


def register(app: typer.Typer) -> None:
    for group, commands in (
        (users, (create_user, list_users, revoke_user, rotate_user)),
        (keys, (create_key, list_keys, revoke_key, rotate_key)),
    ):
        for command in commands:
            group.command(command.__name__.partition("_")[0])(command)
    app.add_typer(users, name="users")
    app.add_typer(keys, name="keys")
    app.command(audit.__name__)(audit)


def create_user(
    name: Name, scope: Scopes, expires_days: Days = None, generate: Generate = False
) -> int:
    """Make a user, who logs in to the console with a password. Asks for it, or reads a line.

    ```
    zhibiao users create li --scope read --scope submit
    zhibiao users create guest --scope read --expires-days 30 --generate
    ```
    """
    asked = {
        "name": name,
        "scopes": scope,
        "password": _password(generate),
        "expires_days": expires_days,
    }
    with connect() as client:
        made = client.ask("POST", "/v1/users", body=asked, holds=("name",))
    return _told(made["password"], f"The user {name} is made.")


def list_users(as_json: AsJson = False) -> int:
    """Show all users, revoked ones too.

    ```
    zhibiao users list
    ```
    """
    with connect() as client:
        found = client.ask("GET", "/v1/users", holds=("users",))["users"]
    columns = ("name", "scopes", "created_at", "expires_at", "revoked_at")
    return _shown(found, columns, as_json, none="There is no user.")


def revoke_user(name: Name) -> int:
    """End a user's log-ins and keys, at once and for good.

    ```
    zhibiao users revoke guest
    ```
    """
    with connect() as client:
        client.ask("DELETE", f"/v1/users/{quote(name, safe='')}", holds=("name",))
    return _told(None, f"The user {name} is revoked.")


def rotate_user(name: Name, generate: Generate = False) -> int:
    """Give a user another password; log-ins with the former one end.

    ```
    zhibiao users rotate li
    ```
    """
    body = {"password": _password(generate)}
    with connect() as client:
        made = client.ask(
            "POST", f"/v1/users/{quote(name, safe='')}/rotate", body=body, holds=("name",)
        )
    return _told(made["password"], f"{name} has another password.")


def create_key(
    name: Name,
    scope: Scopes,
    user: Annotated[
        str | None,
        typer.Option(help="Whose it is: it may do no more than they, and ends with them."),
    ] = None,
    expires_days: Days = None,
) -> int:
    """Make an API key and print it, this once.

    ```
    zhibiao keys create scraper --scope submit --expires-days 90
    ZHIBIAO_TOKEN=$(zhibiao keys create notebook -s read) python analysis.py
    ```
    """
    asked = {"name": name, "scopes": scope, "user": user, "expires_days": expires_days}
    with connect() as client:
        made = client.ask("POST", "/v1/keys", body=asked, holds=("key",))
    return _told(made["key"], f"The key {name} is made; it is not shown again.")


def list_keys(as_json: AsJson = False) -> int:
    """Show all keys by what they begin with, revoked ones too.

    ```
    zhibiao keys list
    ```
    """
    with connect() as client:
        found = client.ask("GET", "/v1/keys", holds=("keys",))["keys"]
    columns = ("name", "prefix", "scopes", "user", "created_at", "expires_at", "revoked_at")
    return _shown(found, columns, as_json, none="There is no key.")


def revoke_key(name: Name) -> int:
    """End a key, at once and for good.

    ```
    zhibiao keys revoke scraper
    ```
    """
    with connect() as client:
        client.ask("DELETE", f"/v1/keys/{quote(name, safe='')}", holds=("name",))
    return _told(None, f"The key {name} is revoked.")


def rotate_key(
    name: Name,
    grace_hours: Annotated[
        float,
        typer.Option(min=0, max=720, help="How long the former one still counts, in hours."),
    ] = 0.0,
) -> int:
    """Make another key under the same name and print it, this once.

    ```
    zhibiao keys rotate scraper --grace-hours 24
    ```
    """
    body = {"grace_seconds": round(grace_hours * 3600)}
    with connect() as client:
        made = client.ask(
            "POST", f"/v1/keys/{quote(name, safe='')}/rotate", body=body, holds=("key",)
        )
    return _told(made["key"], f"{name} has another key; it is not shown again.")


def audit(
    caller: Annotated[
        str | None, typer.Option(help="Only of this one: user:li, key:scraper, token.")
    ] = None,
    action: Annotated[str | None, typer.Option(help="Only this: submit, delete, export …")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> int:
    """Show who submitted, corrected, reprocessed, deleted, exported, the last first.

    ```
    zhibiao audit --action delete
    zhibiao audit --caller user:li --json
    ```
    """
    query = {"caller": caller, "action": action, "limit": limit}
    with connect() as client:
        found = client.ask("GET", "/v1/audit", query=query, holds=("entries",))["entries"]
    columns = ("at", "caller", "action", "path", "status", "facts", "address")
    return _shown(found, columns, as_json, none="No entry matches.")


def _password(generate: bool) -> str | None:
    """None: the service makes one. Never from the command line, which others can read."""
    if generate:
        return None
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\n")


def _told(secret: str | None, said: str) -> int:
    """The secret alone on standard output, so that a shell can take it."""
    sys.stderr.write(said + "\n")
    if secret is not None:
        sys.stdout.write(secret + "\n")
    return Exit.OK


def _shown(
    found: Sequence[dict[str, Any]], columns: Sequence[str], as_json: bool, *, none: str
) -> int:
    from zhibiao.cli.showing import output, records_table, write_json

    if as_json:
        write_json(found)
    else:
        rows = [{name: _cell(each[name]) for name in columns} for each in found]
        output().print(records_table(rows, columns))
    if not found:
        sys.stderr.write(f"zhibiao: {none}\n")
    return Exit.OK


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {each}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
