"""``sargas demo --nations``: three nodes, buses, consoles; an intruder keeps one identity over the border."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

pytestmark = pytest.mark.browser

SPEED = 4
READY_S, CROSSED_S, DRAWN_MS = 150.0, 120.0, 60_000


@pytest.fixture(scope="module")
def links(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Run the demonstration and return the link of each nation's console."""
    folder = tmp_path_factory.mktemp("nations")
    command = ["sargas", "demo", "--nations", "--targets", "6", "--port", "0", "--speed", str(SPEED)]
    program = Path(sys.executable).with_name(command[0])
    with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
        running = subprocess.Popen([program, *command[1:], "--data-dir", str(folder / "data")], stdout=out, stderr=err)
        try:
            yield wait_for(lambda: found_links(folder / "out"), READY_S, lambda: (folder / "err").read_text()[-2000:])
        finally:
            running.terminate()
            running.wait(30)


def found_links(file: Path) -> dict[str, str] | None:
    found = dict(re.findall(r"^(\w{3})\s+\S+\s+(http://\S+)$", file.read_text(), re.MULTILINE))
    return found if len(found) == 3 else None


def wait_for(look: Callable[[], Any], within_s: float, told: Callable[[], str] = str) -> Any:
    end_s = time.monotonic() + within_s
    while not (found := look()):
        assert time.monotonic() < end_s, f"not within {within_s} s: {told()}"
        time.sleep(0.5)
    return found


@pytest.fixture(scope="module")
def pages(links: dict[str, str], browser: Browser) -> Iterator[dict[str, Page]]:
    opened = {}
    for nation, link in links.items():
        page = browser.new_context().new_page()
        page.goto(link.split("/enter")[0] + "/api/health")  # the pages themselves are drawn without a map
        assert page.request.get(link).ok
        page.goto(link.split("/enter")[0] + "/?nomap&list=network")
        opened[nation] = page
    yield opened
    for page in opened.values():
        page.context.close()


def node_of(page: Page) -> str:
    """Return the address of the node that a page is of."""
    address = urlsplit(page.url)
    return f"{address.scheme}://{address.netloc}"


def ask(page: Page, path: str) -> Any:
    """Ask the API in the name of the page's session."""
    answer = page.request.get(f"{node_of(page)}{path}")
    assert answer.ok, answer.text()
    return answer.json()


def at_border(page: Page) -> list[dict[str, Any]]:
    """List the tracks without an address near the way of the first intruders, which answer no interrogation."""
    return [
        one
        for one in ask(page, "/api/tracks?limit=1000")
        if one["icao_address"] is None
        and abs(one["longitude_deg"] - 26.57) < 0.25
        and 55.4 < one["latitude_deg"] < 55.95
    ]


def identities_at_border(page: Page) -> dict[str, int]:
    """Return the tracks at the border by the identity that they have in the network."""
    tracks = {one["track_id"] for one in at_border(page)}
    told = ask(page, "/api/network")["identities"] if tracks else []
    return {one["network_id"]: one["track_id"] for one in told if one["track_id"] in tracks}


def test_each_console_shows_its_partners_connected(pages: dict[str, Page]) -> None:
    for nation, page in pages.items():
        expect(page.get_by_text("EXERCISE", exact=True).first).to_be_visible(timeout=DRAWN_MS)
        panel = page.get_by_role("tabpanel")
        for other in {"LTU", "LVA", "POL"} - {nation}:
            expect(panel.get_by_text(re.compile(rf"^{other}\b")).first).to_be_visible(timeout=DRAWN_MS)
        page.goto(
            f"{node_of(page)}/api/health"
        )  # from here on the nodes are asked: three pictures would be drawn for none


def test_an_intruder_keeps_one_identity_over_the_border(pages: dict[str, Page]) -> None:
    home, abroad = pages["LTU"], pages["LVA"]

    def seen_by_both() -> tuple[str, int] | None:
        ours, theirs = identities_at_border(home), identities_at_border(abroad)
        both = sorted(name for name in ours.keys() & theirs.keys() if name)
        return (both[0], theirs[both[0]]) if both else None

    def drawn_abroad() -> str | None:
        """Open the object's page at the neighbour's; where it is gone by then, another is tried."""
        identity, number = wait_for(seen_by_both, CROSSED_S)
        abroad.goto(f"{node_of(abroad)}/?nomap&track={number}")
        shown = abroad.get_by_text(identity, exact=True).first
        with suppress(PlaywrightTimeout):
            shown.wait_for(timeout=20_000)
            return identity
        return None

    identity = wait_for(drawn_abroad, 3 * CROSSED_S)
    assert re.fullmatch(r"(LTU|LVA)-[0-9]+", identity)


def test_what_one_nation_says_of_its_alerts_reaches_the_others(pages: dict[str, Page]) -> None:
    notices = wait_for(lambda: ask(pages["LVA"], "/api/network")["notices"], CROSSED_S)
    assert {one["nation"] for one in notices} <= {"LTU", "POL"}
    assert all("EXERCISE" in one["label"]["caveats"] for one in notices)
    assert not re.search(r"lt-(lr|gap|ssr|adsb)|pl-(lr|gap)", str(notices))  # no sensor of a neighbour is named
