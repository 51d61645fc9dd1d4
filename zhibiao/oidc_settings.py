"""Settings of the log-in at an OpenID provider: a part of `zhibiao.settings`, which reads them."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from zhibiao.domain.access import AccessScope


class OidcSettings(BaseModel):
    """Which provider people log in at, and what its groups may do here."""

    model_config = ConfigDict(frozen=True)

    oidc_issuer: str = Field(
        default="",
        pattern=r"^(https://\S+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/\S*)?)?$",
        description="Address of the OpenID provider by which people log in (https), as it calls "
        "itself; empty: none. Needs the extra `oidc`.",
    )
    oidc_client_id: str = Field(
        default="", description="What this service is called at the OpenID provider."
    )
    oidc_client_secret: str = Field(
        default="", description="Its secret there; empty: a public client."
    )
    oidc_name: str = Field(
        default="OpenID", description="What the log-in page calls the OpenID provider."
    )
    oidc_user_claim: str = Field(
        default="preferred_username",
        min_length=1,
        description="Claim of the provider's token that is the user's name here.",
    )
    oidc_groups_claim: str = Field(
        default="groups", min_length=1, description="Claim that lists the user's groups."
    )
    oidc_groups: str = Field(
        default="",
        description="What groups may do (lab=read+submit,ops=admin): their users are made when "
        "they first log in; empty: only users that `zhibiao users create` has made log in.",
    )

    @model_validator(mode="after")
    def _a_provider_knows_this_service(self) -> Self:
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("ZHIBIAO_OIDC_ISSUER is set and ZHIBIAO_OIDC_CLIENT_ID is not")
        return self

    @field_validator("oidc_groups")
    @classmethod
    def _groups_and_scopes(cls, written: str) -> str:
        _scopes_of_groups(written)
        return written

    @property
    def oidc_scopes_of_groups(self) -> dict[str, frozenset[AccessScope]]:
        return _scopes_of_groups(self.oidc_groups)


def _scopes_of_groups(written: str) -> dict[str, frozenset[AccessScope]]:
    """Raises ValueError."""
    found: dict[str, frozenset[AccessScope]] = {}
    for part in filter(None, (part.strip() for part in written.split(","))):
        group, _, scopes = part.rpartition("=")
        if not group:
            raise ValueError(f"group=scope+scope is wanted, and {part!r} is none")
        found[group.strip()] = frozenset(AccessScope(scope.strip()) for scope in scopes.split("+"))
    return found
