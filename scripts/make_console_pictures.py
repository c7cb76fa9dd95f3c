"""Take the console's pictures in the documents anew: its views and themes over the simulated night of ``sargas demo``.

.venv/bin/python -m scripts.make_console_pictures [--seconds 150] [--only console/day]
"""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import sys
import tempfile
import time
from multiprocessing.queues import Queue
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

from sargas.cli.demo import demo_settings
from sargas.cli.one_time_link import issue_link
from sargas.cli.serve import run_node
from sargas.runtime.account_terms import Role
from tests.browser.conftest import FLAGS

DOCS = Path(__file__).resolve().parents[1] / "docs"
SIZE = (1600, 1000)
READY_S = 300.0
WHO: tuple[Role, ...] = ("operator", "administrator")
SCREENS = {
    "screenshot": ("operator", "night", "?lat=55.4&lon=25.2&zoom=6.6"),
    "console/night": ("operator", "night", "?lat=54.9&lon=25.4&zoom=8.2"),
    "console/day": ("operator", "day", "?lat=54.9&lon=25.4&zoom=8.2"),
    "console/red-light": ("operator", "red-light", "?lat=54.9&lon=25.4&zoom=8.2"),
    "console/shift": ("operator", "night", "?lat=55.4&lon=25.2&zoom=6.6&list=shift"),
    "console/airport": ("operator", "night", "?view=airport&lat=54.7&lon=25.3&zoom=7.5"),
    "console/protection": ("operator", "day", "?view=protection&lat=54.9&lon=25.4&zoom=7.5"),
    "console/history": ("operator", "day", "?view=history"),
    "console/administration": ("administrator", "day", "?view=admin"),
}
"""File, who looks, theme, address."""


def main() -> None:
    """Run the night, wait until something happens in it, and take all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=150.0, help="of the night before the first one")
    parser.add_argument("--only", help="one file, such as console/day")
    chosen = parser.parse_args()
    chromium = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
    if chromium is None:
        sys.exit("expected Chromium, was none: sudo apt-get install -y chromium")
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="sargas-screens-") as folder:
        said: Queue[tuple[str, dict[str, str]]] = context.Queue()
        node = context.Process(target=run_night, args=(Path(folder), said), daemon=True)
        node.start()
        try:
            url, links = said.get(timeout=READY_S)
            time.sleep(chosen.seconds)
            take_all(chromium, url, links, chosen.only)
        finally:
            node.terminate()
            node.join(20)


def run_night(folder: Path, said: Queue[tuple[str, dict[str, str]]]) -> None:
    """Run the night's node; tells its address and a link for each who looks."""
    links: dict[str, str] = {}
    run_node(
        demo_settings(folder, targets=300, seed=1, host="127.0.0.1", port=0),
        lambda url: said.put((url, links)),
        lambda node: links.update({role: issue_link(node.accounts, role, role) for role in WHO}),
    )


def take_all(chromium: str, url: str, links: dict[str, str], only: str | None) -> None:
    """Take each screenshot once its page stands."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        looking: dict[str, BrowserContext] = {}
        for who, link in links.items():
            looking[who] = browser.new_context(viewport={"width": SIZE[0], "height": SIZE[1]}, locale="en-GB")
            looking[who].new_page().goto(f"{url}/enter?token={link}")
        for name, (who, theme, address) in SCREENS.items():
            if only not in (None, name):
                continue
            take(looking[who], f"{url}/{address}&theme={theme}", DOCS / f"{name}.png")
            print(name, flush=True)
        browser.close()


def take(context: BrowserContext, address: str, file: Path) -> None:
    """Open an address, select what the first alert is of, where there is a picture, and keep what is seen."""
    page = context.new_page()
    page.goto(address)
    page.wait_for_timeout(8000)
    if "view=history" not in address and "view=admin" not in address:
        for _ in range(120):  # on a busy machine the map comes late, and a picture without it shows no country
            if page.evaluate("window.__m?.map"):
                break
            page.wait_for_timeout(500)
        page.keyboard.press("j")
        page.wait_for_timeout(3000)
    page.screenshot(path=file)
    page.close()


if __name__ == "__main__":
    main()
