"""docs/console.md says of every route, message field and key what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from sargas.console.schema import MESSAGES
from tests.console.node import ScriptedNode
from tests.docs.tables import ROOT, field_rows, render, tables_of

PAGE = ROOT / "docs" / "console.md"


@pytest.mark.parametrize("model", MESSAGES, ids=lambda model: model.__name__)
def test_every_field_of_a_message_is_documented_as_it_is(model: type[BaseModel]) -> None:
    expected = field_rows(model, with_default=False)
    # The page links to records where they are described, in the specification; its own messages stand in it.
    own = "|".join(message.__name__.lower() for message in MESSAGES)
    link = rf"\]\(#(?!(?:{own})\))(\w+)\)"
    expected = [tuple(re.sub(link, r"](../spec/records.md#\1)", cell) for cell in row) for row in expected]
    assert tables_of(PAGE).get(model.__name__) == expected, render(expected)


def test_every_route_is_documented_and_none_that_is_gone(node: ScriptedNode) -> None:
    routes = {f"{method.upper()} {path}" for path, methods in node.app.openapi()["paths"].items() for method in methods}
    documented = {row[0].strip("`") for row in tables_of(PAGE)["Routes"]}
    outside_the_description = {
        "GET /",
        "GET /report",
        "GET /enter",
        "GET /basemap/{name}",
        "GET /api/openapi.json",
        "GET /healthz",
        "GET /readyz",
        "GET /metrics",
        "GET /oidc/login",
        "GET /oidc/callback",
        "WebSocket /stream",
    }
    assert documented == routes | outside_the_description


def test_every_key_is_documented() -> None:
    keys = (ROOT / "web" / "src" / "picture" / "keys.ts").read_text(encoding="utf-8")
    block = keys.split("export const KEYS", 1)[1].split("};", 1)[0]
    bound = {key.strip('"').upper() for key in re.findall(r'^\s+("?[^\s":]+"?): "', block, re.MULTILINE)}
    documented = {key.upper() for row in tables_of(PAGE)["Keys"] for key in re.findall(r"`([^`]+)`", row[0])}
    assert documented == {"ESC" if key == "ESCAPE" else key for key in bound}


def test_the_basemaps_licence_is_named() -> None:
    assert "ODbL" in PAGE.read_text(encoding="utf-8")
    assert Path(ROOT / "src" / "sargas" / "console" / "basemap" / "LICENSE.md").is_file()
