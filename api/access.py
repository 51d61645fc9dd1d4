"""What each route asks of a caller, in one table; and whether a caller may ask.

A route that does not stand in the table is for admins: a forgotten line opens nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, compile_path

from zhibiao.domain.access import AccessScope, Caller
from zhibiao.errors import ZhibiaoError

_READ, _SUBMIT = AccessScope.READ, AccessScope.SUBMIT
_REPROCESS, _ADMIN = AccessScope.REPROCESS, AccessScope.ADMIN
_CORRECT = AccessScope.CORRECT
_BEGINS_RUNS = (_SUBMIT, _REPROCESS, _CORRECT)

_LONGEST_ID = 18  # digits: fewer than the databases' largest number has


class Forbidden(ZhibiaoError):
    """This user or key may not do that."""

    code = "forbidden"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """Who may ask for a route. One of `scopes` opens it; where there is none, any log-in does."""

    scopes: tuple[AccessScope, ...] = ()
    own: tuple[AccessScope, ...] = ()  # one of these does for a run that the caller began
    action: str | None = None  # under which it stands in the audit log
    only_tables: bool = False  # note answers that are tables, not pages of the same
    is_open: bool = False  # nobody is asked who they are

    def allows(self, caller: Caller, *, owner: str | None = None) -> bool:
        """`owner`: who began the run that is asked about."""
        if not self.scopes or caller.may(self.scopes):
            return True
        return owner == caller.owner and caller.may(self.own)


OPEN = Rule(is_open=True)
ANYONE = Rule()  # who is logged in, or has a key
READ = Rule(scopes=(_READ,))
ADMIN = Rule(scopes=(_ADMIN,))
SUBMIT = Rule(scopes=(_SUBMIT,), action="submit")
SUBMISSION_FORM = Rule(scopes=(_SUBMIT,))  # who opens the page has submitted nothing yet
WATCH = Rule(scopes=(_READ,), own=_BEGINS_RUNS)
EXPORT = Rule(scopes=(_READ,), action="export")
READ_OR_EXPORT = Rule(scopes=(_READ,), action="export", only_tables=True)
CORRECT = Rule(scopes=(_CORRECT,), action="correct")
REPROCESS = Rule(scopes=(_REPROCESS,), action="reprocess")
PLAN = Rule(scopes=(_REPROCESS,))
ROLL_BACK = Rule(scopes=(_REPROCESS,), action="roll back")
RETRY = Rule(scopes=(_REPROCESS,), action="retry")


def _moves(action: str) -> Rule:
    """Runs that others began are an admin's to move."""
    return Rule(scopes=(_ADMIN,), own=_BEGINS_RUNS, action=action)


def _manages(action: str) -> Rule:
    return Rule(scopes=(_ADMIN,), action=action)


RULES: Mapping[tuple[str, str], Rule] = {
    ("GET", "/healthz"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/docs"): OPEN,
    ("GET", "/openapi.json"): OPEN,
    ("GET", "/metrics"): READ,
    # The API
    ("GET", "/v1/me"): ANYONE,
    ("GET", "/v1/catalogue"): ANYONE,
    ("GET", "/v1/version"): ANYONE,
    ("POST", "/v1/runs"): SUBMIT,
    ("GET", "/v1/runs"): READ,
    ("GET", "/v1/runs/{run}"): WATCH,
    ("DELETE", "/v1/runs/{run}"): _moves("delete"),
    ("POST", "/v1/runs/{run}/cancel"): _moves("cancel"),
    ("POST", "/v1/runs/{run}/pause"): _moves("pause"),
    ("POST", "/v1/runs/{run}/resume"): _moves("resume"),
    ("POST", "/v1/runs/{run}/retry"): _moves("retry"),
    ("GET", "/v1/runs/{run}/documents"): WATCH,
    ("GET", "/v1/runs/{run}/events"): WATCH,
    ("GET", "/v1/documents"): READ,
    ("GET", "/v1/documents/{document}"): READ,
    ("PATCH", "/v1/documents/{document}"): CORRECT,
    ("GET", "/v1/documents/{document}/text"): READ,
    ("GET", "/v1/documents/{document}/terms"): READ,
    ("GET", "/v1/documents/{document}/observations"): READ,
    ("GET", "/v1/documents/{document}/corrections"): READ,
    ("POST", "/v1/documents/{document}/corrections"): CORRECT,
    ("DELETE", "/v1/documents/{document}/corrections/{correction}"): CORRECT,
    ("PUT", "/v1/documents/{document}/checked"): CORRECT,
    ("DELETE", "/v1/documents/{document}/checked"): CORRECT,
    ("GET", "/v1/documents/{document}/source"): EXPORT,
    ("POST", "/v1/documents/{document}/retry"): RETRY,
    ("GET", "/v1/observations"): READ_OR_EXPORT,
    ("GET", "/v1/observations/{observation}"): READ,
    ("GET", "/v1/search"): READ,
    ("GET", "/v1/search/quantities"): READ,
    ("GET", "/v1/exports/{table}"): EXPORT,
    ("GET", "/v1/gold"): EXPORT,
    ("POST", "/v1/exports/keywords"): EXPORT,
    ("POST", "/v1/exports/concordance"): EXPORT,
    ("POST", "/v1/exports/coverage"): EXPORT,
    ("POST", "/v1/export-jobs/{table}"): EXPORT,
    ("GET", "/v1/export-jobs/{job}"): READ,
    ("GET", "/v1/export-jobs/{job}/file"): EXPORT,
    ("DELETE", "/v1/export-jobs/{job}"): READ,
    ("POST", "/v1/reprocess"): REPROCESS,
    ("GET", "/v1/runs/{run}/diff"): READ_OR_EXPORT,
    ("GET", "/v1/diff"): READ_OR_EXPORT,
    ("POST", "/v1/runs/{run}/rollback"): ROLL_BACK,
    ("POST", "/v1/prune"): _manages("prune"),
    ("GET", "/v1/users"): ADMIN,
    ("POST", "/v1/users"): _manages("create user"),
    ("DELETE", "/v1/users/{name}"): _manages("revoke user"),
    ("POST", "/v1/users/{name}/rotate"): _manages("rotate user"),
    ("GET", "/v1/keys"): ADMIN,
    ("POST", "/v1/keys"): _manages("create key"),
    ("DELETE", "/v1/keys/{name}"): _manages("revoke key"),
    ("POST", "/v1/keys/{name}/rotate"): _manages("rotate key"),
    ("GET", "/v1/audit"): ADMIN,
    # The console
    ("GET", "/login"): OPEN,
    ("POST", "/login"): OPEN,
    ("GET", "/login/oidc"): OPEN,
    ("GET", "/login/oidc/back"): OPEN,
    ("GET", "/language/{language}"): OPEN,
    ("GET", "/static/{name}"): OPEN,
    ("POST", "/logout"): ANYONE,
    ("GET", "/"): ANYONE,
    ("GET", "/access"): ADMIN,
    ("POST", "/access/{kind}"): _manages("create user or key"),
    ("POST", "/access/{kind}/{name}/{lever}"): _manages("change user or key"),
    ("GET", "/audit"): ADMIN,
    ("GET", "/submit"): SUBMISSION_FORM,
    ("POST", "/samples"): SUBMIT,
    ("GET", "/failures"): READ,
    ("GET", "/system"): READ,
    ("GET", "/flower"): READ,
    ("GET", "/flower/{path:path}"): READ,
    ("POST", "/flower/tasks/datatable"): READ,  # how Flower's page asks for its rows
    ("POST", "/flower/{path:path}"): _manages("use Flower"),
    ("GET", "/runs"): READ,
    ("GET", "/runs/{run}"): WATCH,
    ("POST", "/runs/{run}/{lever}"): _moves("move"),
    ("POST", "/runs/{run}/documents/retry"): _moves("retry"),
    ("GET", "/runs/{run}/changes"): READ,
    ("POST", "/runs/{run}/rollback"): ROLL_BACK,
    ("GET", "/reprocess"): PLAN,
    ("POST", "/reprocess"): REPROCESS,
    ("GET", "/documents"): READ,
    ("GET", "/documents/{document}"): READ,
    ("POST", "/documents/{document}/retry"): RETRY,
    ("POST", "/documents/{document}/metadata"): CORRECT,
    ("POST", "/documents/{document}/corrections"): CORRECT,
    ("POST", "/documents/{document}/checked"): CORRECT,
    ("GET", "/observations"): READ,
    ("GET", "/panel"): READ,
    ("GET", "/coverage"): READ,
    ("GET", "/keywords"): READ,
    ("GET", "/search"): READ,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The route that a request reaches."""

    rule: Rule
    run: int | None = None  # which its path names


class Routes:
    """Which route a request reaches, as the application will find it: the first that fits."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._by_method: dict[str, list[tuple[re.Pattern[str], Rule]]] = {}
        for route in iter_route_contexts(list(routes)):
            path = route.path or ""
            pattern = compile_path(path)[0]
            for method in sorted(route.methods or ()):
                rule = RULES.get((method, path), ADMIN)
                self._by_method.setdefault(method, []).append((pattern, rule))

    def find(self, method: str, path: str) -> Asked:
        """Where no route is, whoever is logged in may hear so."""
        for pattern, rule in self._by_method.get(method, ()):
            found = pattern.match(path)
            if found is not None:
                return Asked(rule=rule, run=_id(found.groupdict().get("run", "")))
        return Asked(rule=ANYONE)


def _id(written: str) -> int | None:
    """None where it is no id that can be stored: then no caller's run either."""
    if not written.isdecimal() or len(written) > _LONGEST_ID:
        return None
    return int(written)


def forbidden(rule: Rule, caller: Caller) -> Forbidden:
    """The refusal, with what would be needed."""
    needed, present = " or ".join(rule.scopes), ", ".join(sorted(caller.scopes))
    own = f" ({' or '.join(rule.own)} does for a run of one's own)" if rule.own else ""
    return Forbidden(
        f"This needs the scope {needed}{own}; {caller.name} has {present or 'none'}.",
        needed=list(rule.scopes),
        caller=caller.name,
    )
