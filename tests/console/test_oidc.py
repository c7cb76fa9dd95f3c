"""A person logs in by an OpenID provider that runs beside the node; whatever is not entirely right opens nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import ValidationError

from sargas.console.sessions import COOKIE, CSRF_HEADER
from sargas.runtime.oidc_settings import OidcSettings
from tests.clock import Clock
from tests.console.node import NOW_NS, PASSWORD, ScriptedNode, make_configuration, make_node, open_client, serve
from tests.console.oidc_provider import CLIENT, SECRET, Key, Provider, base64url, serve_provider
from tests.runtime.store_cases import make_warning

S = 1_000_000_000
ROLES = {"sargas-watch": "operator", "sargas-look": "viewer", "sargas-admin": "administrator"}


@pytest.fixture
def provider(clock: Clock) -> Iterator[Provider]:
    user = {"sub": "7f3c", "preferred_username": "Rasa@border.lt", "groups": ["staff", "sargas-watch"]}
    with serve_provider(Provider(lambda: clock.ns // S, user=user)) as served:
        yield served


@pytest.fixture
def node(tmp_path: Path, provider: Provider, clock: Clock) -> Iterator[ScriptedNode]:
    settings = OidcSettings.model_validate(
        {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET, "roles": ROLES}
    )
    made = make_node(tmp_path, oidc=settings, now_ns=clock, login_burst=1000)
    with serve(made):
        provider.redirect_urls.add(f"{made.url}/oidc/callback")
        yield made
    made.store.close()


def go(client: httpx.Client, url: str) -> httpx.Response:
    """Follow the browser's way from the node to the provider and back, to where it ends on the node."""
    answer = client.get(url)
    while answer.is_redirect and not answer.headers["location"].startswith("/"):
        answer = client.get(answer.headers["location"])
    return answer


def log_in(node: ScriptedNode, path: str = "/oidc/login") -> tuple[httpx.Client, str]:
    """Log in by the provider; return the browser and where it ended."""
    client = open_client()
    answer = go(client, f"{node.url}{path}")
    session = client.get(f"{node.url}/api/session").json()
    client.headers[CSRF_HEADER] = session["csrf_token"] or ""
    return client, answer.headers.get("location", "")


def session_of(node: ScriptedNode) -> dict[str, Any]:
    client, _ = log_in(node)
    with closing(client):
        told: dict[str, Any] = client.get(f"{node.url}/api/session").json()
    return told


def test_a_person_logs_in_with_the_role_of_the_highest_group(node: ScriptedNode, provider: Provider) -> None:
    client, where = log_in(node)
    with closing(client):
        session = client.get(f"{node.url}/api/session").json()
        assert where == "/"
        assert (session["name"], session["role"], session["may_decide"]) == ("rasa.border.lt", "operator", True)
        assert client.get(f"{node.url}/api/tracks").status_code == 200
    assert provider.asked[0]["scope"] == "openid profile"
    provider.user["groups"] = ["sargas-look", "sargas-admin"]
    assert session_of(node)["role"] == "administrator"
    provider.user["groups"] = "sargas-look"
    assert session_of(node)["role"] == "viewer"
    assert len(node.accounts.list()) == 3, "one account for one subject"


def test_the_name_may_change_and_the_account_stays(node: ScriptedNode, provider: Provider) -> None:
    assert session_of(node)["name"] == "rasa.border.lt"
    provider.user["preferred_username"] = "rasa.married"
    assert session_of(node)["name"] == "rasa.border.lt"
    provider.user["sub"] = "another"
    assert session_of(node)["name"] == "rasa.married"


def test_a_local_account_is_not_taken_over_by_a_name(node: ScriptedNode, provider: Provider) -> None:
    provider.user["preferred_username"] = "jonas"
    client, where = log_in(node)
    with closing(client):
        assert where == "/?oidc=no_account"
        assert client.get(f"{node.url}/api/session").json()["name"] is None
        answer = client.post(f"{node.url}/api/session", json={"name": "jonas", "password": PASSWORD})
        assert answer.status_code == 200, "the local account works as before"


def test_no_password_opens_an_account_of_the_provider(node: ScriptedNode) -> None:
    assert session_of(node)["name"] == "rasa.border.lt"
    for password in ("", PASSWORD, "rasa.border.lt"):
        assert node.accounts.verify("rasa.border.lt", password, "10.0.0.1") is None


@pytest.mark.parametrize("groups", [None, [], ["staff"], "staff", [7], {"sargas-watch": True}])
def test_without_a_role_there_is_no_way_in(node: ScriptedNode, provider: Provider, groups: Any) -> None:
    provider.user["groups"] = groups
    client, where = log_in(node)
    client.close()
    assert where == "/?oidc=no_role"
    assert [account.name for account in node.accounts.list()] == ["jonas", "ona"]


def signed(**changed: Any) -> Any:
    """Spoil claims; what is set to None is left out."""
    return lambda provider, claims: provider.key.sign({k: v for k, v in (claims | changed).items() if v is not None})


def by_alg_none(provider: Provider, claims: dict[str, Any]) -> str:
    head = base64url(b'{"alg":"none"}')
    return f"{head}.{base64url(json.dumps(claims).encode())}."


def by_public_key_as_secret(provider: Provider, claims: dict[str, Any]) -> str:
    """Sign with HMAC under the public key, as a confused verifier would accept."""
    signed = ".".join(
        base64url(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": provider.key.kid}, claims)
    )
    secret = base64.urlsafe_b64decode(provider.key.published()["n"] + "==")
    return f"{signed}.{base64url(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def changed_after_signing(provider: Provider, claims: dict[str, Any]) -> str:
    head, _, signature = provider.key.sign(claims).split(".")
    return f"{head}.{base64url(json.dumps(claims | {'groups': ['sargas-admin']}).encode())}.{signature}"


@cache
def stranger() -> Key:
    """Return a key that nobody published, by the name of one that is."""
    return Key("k1")


FORGED = {
    "another issuer": signed(iss="https://elsewhere.example"),
    "another client": signed(aud="somebody"),
    "two clients, nobody named": signed(aud=[CLIENT, "somebody"]),
    "made for another": signed(aud=[CLIENT, "somebody"], azp="somebody"),
    "expired": signed(exp=NOW_NS // S - 61),
    "of the future": signed(iat=NOW_NS // S + 61),
    "without an end": signed(exp=None),
    "another log-in's": signed(nonce="another"),
    "without nonce": signed(nonce=None),
    "without subject": signed(sub=""),
    "without a name": signed(preferred_username=None),
    "unsigned": by_alg_none,
    "signed by the public key": by_public_key_as_secret,
    "signed by a stranger": lambda provider, claims: stranger().sign(claims),
    "signed by an unknown key": lambda provider, claims: stranger().sign(claims, {"kid": "k9"}),
    "changed after signing": changed_after_signing,
    "critical extension": lambda provider, claims: provider.key.sign(claims, {"crit": ["x"]}),
    "no token": lambda provider, claims: "x.y",
    "not even text": lambda provider, claims: 7,
}


@pytest.mark.parametrize("how", FORGED)
def test_a_token_that_is_not_entirely_right_opens_nothing(node: ScriptedNode, provider: Provider, how: str) -> None:
    refused: list[Any] = []
    node.accounts._audit = refused.append
    provider.spoil = FORGED[how]
    client, where = log_in(node)
    with closing(client):
        assert where == "/?oidc=failed"
        assert COOKIE not in client.cookies
        assert client.get(f"{node.url}/api/tracks").status_code == 401
    assert provider.tokens == 1, "the token was made, and not believed"
    assert [(deed.action, deed.object) for deed in refused] == [("login:oidc-refused", "127.0.0.1")]
    assert [account.name for account in node.accounts.list()] == ["jonas", "ona"]


def test_a_right_token_after_a_wrong_one_is_believed(node: ScriptedNode, provider: Provider) -> None:
    provider.spoil = FORGED["signed by a stranger"]
    log_in(node)[0].close()
    provider.spoil = None
    assert session_of(node)["name"] == "rasa.border.lt"


def test_new_keys_are_fetched_once_a_minute_at_most(node: ScriptedNode, provider: Provider, clock: Clock) -> None:
    session_of(node)
    provider.key = Key("k2")
    client, where = log_in(node)
    client.close()
    assert (where, provider.keys_asked) == ("/?oidc=failed", 1)
    clock.ns += 60 * S
    assert session_of(node)["name"] == "rasa.border.lt"
    assert provider.keys_asked == 2


def test_a_weak_key_is_refused(node: ScriptedNode, provider: Provider) -> None:
    provider.key = Key("k1", bits=1024)
    client, where = log_in(node)
    client.close()
    assert where == "/?oidc=failed"


def callback_of(client: httpx.Client, node: ScriptedNode) -> str:
    """Go to the provider and return the address of the way back, which is not gone yet."""
    return str(client.get(client.get(f"{node.url}/oidc/login").headers["location"]).headers["location"])


def test_a_code_works_once_in_the_browser_that_began_and_for_ten_minutes(
    node: ScriptedNode, provider: Provider, clock: Clock
) -> None:
    with open_client() as mine, open_client() as other:
        back = callback_of(mine, node)
        assert other.get(back).headers["location"] == "/?oidc=failed", "another browser did not begin it"
        assert provider.tokens == 0, "and the code was not spent"
        assert mine.get(back).headers["location"] == "/"
        assert mine.get(back).headers["location"] == "/?oidc=failed"
        late = callback_of(mine, node)
        clock.ns += 601 * S
        assert mine.get(late).headers["location"] == "/?oidc=failed"
        denied = mine.get(f"{node.url}/oidc/callback", params={"error": "access_denied", "state": "x"})
        assert denied.headers["location"] == "/?oidc=failed"
    assert provider.tokens == 1


def test_a_stolen_code_is_worth_nothing_without_the_verifier(node: ScriptedNode, provider: Provider) -> None:
    with open_client() as victim, open_client() as thief:
        stolen = parse_qs(urlsplit(callback_of(victim, node)).query)["code"][0]
        own = parse_qs(urlsplit(callback_of(thief, node)).query)["state"][0]
        answer = thief.get(f"{node.url}/oidc/callback", params={"code": stolen, "state": own})
        assert answer.headers["location"] == "/?oidc=failed"
    assert provider.tokens == 0


def test_the_cookies_are_out_of_reach_and_gone_in_the_end(node: ScriptedNode) -> None:
    with open_client() as client:
        cookie = client.get(f"{node.url}/oidc/login").headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/oidc/callback" in cookie
        client.get(client.get(f"{node.url}/oidc/login").headers["location"])
    client, _ = log_in(node)
    with closing(client):
        assert "sargas_oidc" not in client.cookies
        assert COOKIE in client.cookies


def test_a_warning_wants_a_log_in_that_is_not_old(node: ScriptedNode, provider: Provider, clock: Clock) -> None:
    """The provider remembers the person for hours; what was proved then is not proved now."""
    node.picture.apply([make_configuration(), make_warning(NOW_NS)], NOW_NS)
    provider.user["auth_time"] = clock.ns // S - 3600
    approve = "/api/warnings/track-7/1/1/decide/approve"
    client, _ = log_in(node)
    with closing(client):
        assert client.post(f"{node.url}{approve}", json={}).status_code == 428
    client, where = log_in(node, "/oidc/login?again=true")
    client.close()
    assert (provider.asked[-1]["prompt"], provider.asked[-1]["max_age"]) == ("login", "0")
    assert where == "/?oidc=failed", "the provider did not ask again"
    del provider.user["auth_time"]
    client, _ = log_in(node, "/oidc/login?again=true")
    with closing(client):
        assert client.post(f"{node.url}{approve}", json={}).status_code == 202
    provider.user["auth_time"] = None
    client, _ = log_in(node)
    with closing(client):
        told = client.get(f"{node.url}/api/session").json()
        assert told["proved_ns"] is None, "a provider that does not say when proves nothing"


def test_local_accounts_work_while_the_provider_is_away(tmp_path: Path) -> None:
    settings = OidcSettings.model_validate({"issuer": "http://127.0.0.1:9", "client_id": "x", "roles": ROLES})
    made = make_node(tmp_path, oidc=settings)
    with serve(made), open_client(made.url) as client:
        assert client.get("/oidc/login").headers["location"] == "/?oidc=failed"
        assert client.get("/api/session").json()["oidc"] is True
        assert client.post("/api/session", json={"name": "jonas", "password": PASSWORD}).status_code == 200
    made.store.close()


def test_it_is_off_by_default(tmp_path: Path) -> None:
    made = make_node(tmp_path)
    with serve(made), open_client(made.url) as client:
        assert client.get("/oidc/login").status_code == 404
        assert client.get("/oidc/callback", params={"code": "x", "state": "y"}).status_code == 404
        assert client.get("/api/session").json()["oidc"] is False
    made.store.close()


def test_a_nation_of_the_provider_decides_what_is_seen(tmp_path: Path, provider: Provider, clock: Clock) -> None:
    settings = OidcSettings.model_validate(
        {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET, "roles": ROLES, "nation_claim": "c"}
    )
    made = make_node(tmp_path, oidc=settings, now_ns=clock)
    with serve(made):
        provider.redirect_urls.add(f"{made.url}/oidc/callback")
        for nation, where in ((None, "no_account"), ("Latvia", "no_account"), ("LVA", None)):
            provider.user["c"] = nation
            client, ended = log_in(made)
            client.close()
            assert ended == (f"/?oidc={where}" if where else "/")
        assert made.accounts.list()[-1].nation == "LVA"
    made.store.close()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"issuer": "http://sso.example", "client_id": "x", "roles": ROLES}, "expected https"),
        ({"issuer": "https://sso.example", "roles": ROLES}, "expected client_id and roles"),
        ({"issuer": "https://sso.example", "client_id": "x"}, "expected client_id and roles"),
        ({"issuer": "https://sso.example", "client_id": "x", "roles": {"a": "king"}}, "Input should be 'viewer'"),
    ],
)
def test_settings_that_cannot_work_are_refused(given: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValidationError, match=expected):
        OidcSettings.model_validate(given)
