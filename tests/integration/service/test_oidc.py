"""Logging in at a real OpenID provider, and all that must not log anybody in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from joserfc.jwk import OctKey, RSAKey
from openid_provider import CLIENT, SECRET, Change, OpenIDProvider, openid_provider

from zhibiao.domain.access import AccessScope
from zhibiao.settings import Settings, SettingsError, load_settings
from zhibiao.store.access import sign_ins, users
from zhibiao.store.database.access_tables import sign_ins as table

BACK = "/login/oidc/back"


@pytest.fixture
def provider() -> Iterator[OpenIDProvider]:
    with openid_provider() as found:
        yield found


@pytest.fixture
def start(serve: Callable[..., Any], provider: OpenIDProvider) -> Callable[..., Any]:
    """A service that knows the provider, and a user li."""

    def started(**settings: object) -> Any:
        service = serve(
            oidc_issuer=provider.issuer,
            oidc_client_id=CLIENT,
            oidc_client_secret=SECRET,
            oidc_name="某大学",
            logins_per_minute=0,
            **settings,
        )
        with service.store.write() as connection:
            users.create(
                connection, "li", password_hash="none", scopes=[AccessScope.READ], now=time.time()
            )
        return service

    return started


def browser(service: Any) -> httpx.Client:
    return httpx.Client(base_url=service.url, trust_env=False, timeout=30)


def sent_there(person: httpx.Client, to: str = "/documents") -> str:
    """The address at which the provider sends the person back."""
    there = person.get("/login/oidc", params={"to": to})
    assert there.status_code == 303, there.text
    back = httpx.get(there.headers["location"], trust_env=False)
    return str(back.headers["location"])


def refused(answer: httpx.Response, words: str) -> bool:
    return answer.status_code == 401 and words in answer.text and "session" not in answer.cookies


def test_the_log_in_page_shows_the_button_where_a_provider_is_set(
    start: Callable[..., Any], serve: Callable[..., Any]
) -> None:
    with browser(start()) as person:
        page = person.get("/login", headers={"Accept-Language": "zh"}).text
        assert "使用某大学登录" in page
        assert 'href="/login/oidc?to=' in page
    with browser(serve()) as person:
        assert "/login/oidc" not in person.get("/login").text
        assert person.get("/login/oidc").status_code == 404
        assert person.get(BACK, params={"state": "a", "code": "b"}).status_code == 404


def test_a_user_logs_in_with_their_own_scopes_and_goes_where_they_wanted(
    start: Callable[..., Any], provider: OpenIDProvider
) -> None:
    service = start()
    with browser(service) as person:
        answer = person.get(sent_there(person))
        assert (answer.status_code, answer.headers["location"]) == (303, "/documents")
        me = person.get("/v1/me").json()
        assert (me["name"], me["scopes"]) == ("user:li", ["read"])
    assert provider.token_requests[0]["code_verifier"]
    entries = service.http.get("/v1/audit").json()
    assert any(
        each["action"] == "log in" and each["caller"] == "user:li" for each in entries["entries"]
    )
    assert not any("code=" in str(each) or "state=" in str(each) for each in entries["entries"])


def _set(**claims: object) -> Change:
    return lambda found: found.update(claims)


def _timed(**seconds: int) -> Change:
    """Claims of a time so many seconds from when the token is made."""

    def change(claims: dict[str, Any]) -> None:
        claims.update({name: int(time.time()) + each for name, each in seconds.items()})

    return change


def _drop(name: str) -> Change:
    def change(claims: dict[str, Any]) -> None:
        claims.pop(name)

    return change


WRONG = {
    "issuer": _set(iss="https://elsewhere.example"),
    "audience": _set(aud="another-client"),
    "two audiences without a party": _set(aud=[CLIENT, "another-client"]),
    "party": _set(azp="another-client"),
    "expired": _timed(exp=-600),
    "not yet": _timed(nbf=600),
    "nonce": _set(nonce="of another log-in"),
    "no nonce": _drop("nonce"),
    "no expiry": _drop("exp"),
    "no subject": _drop("sub"),
    "no audience": _drop("aud"),
    "another access token": _set(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_token_that_is_wrong_logs_nobody_in(
    start: Callable[..., Any], provider: OpenIDProvider, what: str
) -> None:
    provider.change = WRONG[what]
    with browser(start()) as person:
        assert refused(person.get(sent_there(person)), "cannot be trusted")
        assert person.get("/v1/me").status_code == 401


def test_a_token_of_another_key_logs_nobody_in(
    start: Callable[..., Any], provider: OpenIDProvider
) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    with browser(start()) as person:
        assert refused(person.get(sent_there(person)), "cannot be trusted")


@pytest.mark.parametrize("algorithm", ["HS256", "none"])
def test_a_token_signed_with_what_others_know_logs_nobody_in(
    start: Callable[..., Any], provider: OpenIDProvider, algorithm: str
) -> None:
    """The client's secret, or nothing at all, in the place of the provider's key."""
    provider.algorithm = algorithm
    provider.signs_with = OctKey.import_key(SECRET)  # type: ignore[assignment]
    with browser(start()) as person:
        assert refused(person.get(sent_there(person)), "cannot be trusted")


def test_keys_that_the_provider_has_changed_are_asked_for_anew(
    start: Callable[..., Any], provider: OpenIDProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.oidc._AGAIN_SECONDS", 0.0)
    service = start()
    with browser(service) as person:
        assert person.get(sent_there(person)).status_code == 303
    provider.key = RSAKey.generate_key(2048, {"kid": "two"})
    with browser(service) as person:
        assert person.get(sent_there(person)).status_code == 303


def test_a_state_counts_once_and_for_the_browser_that_began(start: Callable[..., Any]) -> None:
    service = start()
    with browser(service) as person:
        back = sent_there(person)
        kept = dict(person.cookies)
        assert person.get(back).status_code == 303
        replayed = httpx.get(back, cookies=kept, trust_env=False)
        assert refused(replayed, "was used already")
    with browser(service) as person, browser(service) as thief:
        back = sent_there(person)
        thief.get("/login/oidc")
        assert refused(thief.get(back), "begun elsewhere")
        # Whoever brings another's state ends it.
        assert refused(person.get(back), "was used already")
        made_up = person.get(BACK, params={"state": "made-up", "code": "made-up"})
        assert refused(made_up, "begun elsewhere")


def test_a_state_ends_after_ten_minutes(start: Callable[..., Any]) -> None:
    service = start()
    with browser(service) as person:
        back = sent_there(person)
        with service.store.write() as connection:
            connection.execute(table.update().values(expires_at=time.time() - 1))
        assert refused(person.get(back), "longer than ten minutes")
    assert sign_ins.SECONDS == 600


def test_a_code_of_another_log_in_is_refused_by_its_proof(start: Callable[..., Any]) -> None:
    service = start()
    with browser(service) as person, browser(service) as thief:
        stolen = httpx.URL(sent_there(person)).params["code"]
        state = httpx.URL(sent_there(thief)).params["state"]
        assert refused(
            thief.get(BACK, params={"state": state, "code": stolen}), "cannot be trusted"
        )


def test_a_person_whom_the_provider_does_not_let_in_is_told(
    start: Callable[..., Any], provider: OpenIDProvider
) -> None:
    provider.says_no = True
    with browser(start()) as person:
        assert refused(person.get(sent_there(person)), "did not let you in")


@pytest.mark.parametrize(
    "claims",
    [
        {"preferred_username": "wang"},
        {"preferred_username": ""},
        {"preferred_username": ["li"]},
        {"preferred_username": "li\n"},
        {},
    ],
)
def test_a_user_whom_nobody_has_made_does_not_get_in(
    start: Callable[..., Any], provider: OpenIDProvider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    service = start()
    with browser(service) as person:
        assert refused(person.get(sent_there(person)), "this service does not")
    assert {each["name"] for each in service.http.get("/v1/users").json()["users"]} == {"li"}


def test_a_revoked_user_does_not_get_in(start: Callable[..., Any]) -> None:
    service = start()
    service.http.delete("/v1/users/li").raise_for_status()
    with browser(service) as person:
        assert refused(person.get(sent_there(person)), "this service does not")


def test_an_address_that_nobody_has_verified_is_no_name(
    start: Callable[..., Any], provider: OpenIDProvider
) -> None:
    service = start(oidc_user_claim="email", oidc_groups="lab=read")
    provider.claims = {"email": "li@example.org", "groups": ["lab"]}
    with browser(service) as person:
        assert refused(person.get(sent_there(person)), "this service does not")
    provider.claims["email_verified"] = True
    with browser(service) as person:
        assert person.get(sent_there(person)).status_code == 303
        assert person.get("/v1/me").json()["name"] == "user:li@example.org"


def test_groups_say_what_a_user_may_and_say_it_anew_at_each_log_in(
    start: Callable[..., Any], provider: OpenIDProvider
) -> None:
    service = start(oidc_groups="lab=read+submit,ops=admin")
    provider.claims = {"preferred_username": "zhao", "groups": ["lab", "choir"]}
    with browser(service) as person:
        person.get(sent_there(person))
        assert person.get("/v1/me").json()["scopes"] == ["read", "submit"]
        provider.claims["groups"] = ["ops"]
        person.get(sent_there(person))
        assert "admin" in person.get("/v1/me").json()["scopes"]
        provider.claims["groups"] = ["choir"]
        assert refused(person.get(sent_there(person)), "this service does not")


def test_a_name_of_another_user_is_not_taken_over(
    start: Callable[..., Any], provider: OpenIDProvider
) -> None:
    service = start(oidc_groups="lab=read")
    provider.claims = {"preferred_username": "li", "groups": ["lab"]}
    with browser(service) as person:  # li has a password here
        assert refused(person.get(sent_there(person)), "this service does not")
        provider.claims["preferred_username"] = "zhao"
        assert person.get(sent_there(person)).status_code == 303
    provider.claims["sub"] = "person-8"
    with browser(service) as person:
        assert refused(person.get(sent_there(person)), "this service does not")


def test_a_user_of_the_provider_has_no_password(
    start: Callable[..., Any], provider: OpenIDProvider
) -> None:
    service = start(oidc_groups="lab=read")
    provider.claims = {"preferred_username": "zhao", "groups": ["lab"]}
    with browser(service) as person:
        person.get(sent_there(person))
    with service.store.read() as connection:
        stored = users.get(connection, "zhao")["password_hash"]
    with browser(service) as person:
        for password in (stored, "", "person-7"):
            answer = person.post("/login", data={"name": "zhao", "password": password})
            assert answer.status_code == 401


def test_nobody_is_sent_to_another_site(start: Callable[..., Any]) -> None:
    with browser(start()) as person:
        answer = person.get(sent_there(person, to="https://evil.example/"))
        assert answer.headers["location"] == "/"


def test_a_provider_that_is_away_or_another_says_so(
    start: Callable[..., Any], provider: OpenIDProvider
) -> None:
    service = start()
    honest = provider.issuer
    provider.issuer = "http://127.0.0.1:9"  # calls itself by another name
    with browser(service) as person:
        answer = person.get("/login/oidc")
        assert answer.status_code == 502
        assert "does not answer" in answer.text
        provider.issuer = honest
        assert person.get("/login/oidc").status_code == 303


@pytest.mark.parametrize(
    "settings",
    [
        {"oidc_issuer": "http://provider.example", "oidc_client_id": "a"},
        {"oidc_issuer": "https://provider.example"},
        {"oidc_groups": "lab=fly"},
        {"oidc_groups": "read"},
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        load_settings({}, **settings)


def test_no_setting_shows_the_secret() -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings({}, oidc_client_secret=SECRET, oidc_issuer="https://provider.example")
    assert SECRET not in str(raised.value)
    assert Settings(oidc_groups="lab=read").oidc_scopes_of_groups == {
        "lab": frozenset({AccessScope.READ})
    }
