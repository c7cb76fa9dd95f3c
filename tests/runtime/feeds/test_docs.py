"""Every URL form, parameter, state and counter of a feed stands in docs/feeds.md."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from sargas.runtime.feeds import SCHEMES, FeedCounters, FeedState, parse_url

PAGE = (Path(__file__).parents[3] / "docs" / "feeds.md").read_text("utf-8")
PLACES = {"udp": "//0.0.0.0:1", "tcp": "//h:1", "http": "//h/a", "https": "//h/a", "sim": "night"}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_form_and_parameter_is_documented(scheme: str) -> None:
    assert f"`{scheme}:" in PAGE
    if scheme == "sim":
        known = ["speed", "udp"]
    else:
        mark = "#" if scheme.startswith("http") else "?"
        with pytest.raises(ValueError, match="expected parameters out of") as refusal:
            parse_url(f"{scheme}:{PLACES.get(scheme, 'path')}{mark}zzz=1")
        known = re.search(r"out of (.*), was", str(refusal.value))[1].split(", ")  # type: ignore[index]
    rows = [line for line in PAGE.splitlines() if re.match(rf"\| .*`{scheme}`.*\| `\w+` \|", line)]
    documented = {line.split("|")[2].strip(" `") for line in rows}
    assert documented == set(known)


def test_every_state_and_counter_is_documented() -> None:
    for name in (*get_args(FeedState), *(field.name for field in fields(FeedCounters)), "lost"):
        assert f"| `{name}` |" in PAGE
