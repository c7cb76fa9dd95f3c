"""The way in by an OpenID provider, in a real browser: over to it and back, past SameSite and the content policy."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from sargas.runtime.oidc_settings import OidcSettings
from tests.browser.conftest import Screens
from tests.console.node import NOW_NS, make_configuration, make_node, mixed_sky, serve
from tests.console.oidc_provider import CLIENT, SECRET, Provider, serve_provider

pytestmark = pytest.mark.browser


def test_a_person_goes_to_the_provider_and_comes_back_logged_in(screens: Screens, tmp_path: Path) -> None:
    user = {"sub": "7f3c", "preferred_username": "rasa", "groups": ["watch"]}
    with serve_provider(Provider(lambda: NOW_NS // 1_000_000_000, user=user)) as provider:
        settings = OidcSettings.model_validate(
            {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET, "roles": {"watch": "operator"}}
        )
        node = make_node(tmp_path, oidc=settings)
        node.picture.apply([make_configuration(), mixed_sky(NOW_NS, 0.0, 5)], NOW_NS)
        with serve(node), screens.lend(node) as screen:
            provider.redirect_urls.add(f"{node.url}/oidc/callback")
            screen.page.goto(f"{node.url}/?nomap")
            user["groups"] = []
            screen.page.get_by_role("link", name="Log in by the organisation's account").click()
            expect(screen.page.get_by_role("alert")).to_contain_text("has no role here")
            user["groups"] = ["watch"]
            screen.page.get_by_role("link", name="Log in by the organisation's account").click()
            expect(screen.page.get_by_role("button", name="Log out")).to_be_visible()
            screen.wait_for(lambda: screen.measure("tracks") == 5)
            told = [one for one in screen.complaints if not one.startswith(f"a request to {provider.issuer}/authorize")]
            assert told == []
            screen.complaints.clear()  # to go to the provider is what was asked for
        node.store.close()
