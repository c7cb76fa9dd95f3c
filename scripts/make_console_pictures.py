"""Take the console's pictures in docs/console anew: one of each theme, in real Chromium, over a scripted exercise.

.venv/bin/python -m scripts.make_console_pictures [FOLDER]
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS, Screen, watch
from tests.console.node import NOW_NS, make_alert, make_configuration, make_health, make_node, mixed_sky, serve

ROOT = Path(__file__).resolve().parent.parent
VIEW = "track=1001&lat=55.2&lon=24.6&zoom=6.4&lang=en"
PICTURES = {theme: f"?theme={theme}&{VIEW}" for theme in ("day", "night", "red-light")}
SIZE = {"width": 1120, "height": 680}
"""Pixels of the window."""


def main() -> None:
    """Serve a scripted exercise and photograph it in each theme; the folder is the only argument."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "console"
    folder.mkdir(parents=True, exist_ok=True)
    browser_path = next((found for name in ("chromium", "google-chrome") if (found := shutil.which(name))), None)
    if browser_path is None:
        raise SystemExit("expected Chromium, was none: sudo apt-get install -y chromium")
    with TemporaryDirectory() as data, sync_playwright() as driver:
        node = make_node(Path(data))
        node.picture.apply([make_configuration(exercise=True), make_health("radar-east")], NOW_NS)
        node.picture.apply([make_health("radar-west", "degraded", reason="clock 1.4 s behind")], NOW_NS)
        for step in range(8):
            time_ns = NOW_NS + step * 8 * 10**9
            node.picture.apply([mixed_sky(time_ns, 8.0 * step, simulated=True)], time_ns)
        node.picture.apply(
            [make_alert("a", 1001, danger=0.71), make_alert("b", 1003, "advisory", rule="zone_predicted")], NOW_NS
        )
        browser = driver.chromium.launch(executable_path=browser_path, args=FLAGS)
        with serve(node):
            for name, query in PICTURES.items():
                screen = watch(browser.new_context(viewport=SIZE, locale="en-GB"), node)  # type: ignore[arg-type]
                photograph(screen, query, folder / f"{name}.png")
        browser.close()
        node.store.close()


def photograph(screen: Screen, query: str, path: Path) -> None:
    """Open a view, wait until its map and tracks are drawn, and save it."""
    screen.open(query, wait="map")
    screen.wait_for(lambda: screen.measure("drawn") > 5)
    screen.page.wait_for_timeout(600)
    screen.page.screenshot(path=path)
    screen.page.context.close()
    print(path, path.stat().st_size, "bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
