"""Take the console's pictures in docs/console anew: one of each theme, in real Chromium, over a scripted exercise.

.venv/bin/python -m scripts.make_console_pictures [FOLDER]
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from sargas.picture.ahead import Ahead, AheadPlace
from tests.browser.conftest import FLAGS, Screen, watch
from tests.console.node import NOW_NS, make_alert, make_configuration, make_health, make_node, mixed_sky, serve

ROOT = Path(__file__).resolve().parent.parent
VIEW = "track=1001&lat=55.0&lon=25.2&zoom=7.2&lang=en"
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
        node.ahead[1001] = Ahead(NOW_NS, tuple(western_cone(26.53, 54.935)))
        browser = driver.chromium.launch(executable_path=browser_path, args=FLAGS)
        with serve(node):
            for name, query in PICTURES.items():
                screen = watch(browser.new_context(viewport=SIZE, locale="en-GB"), node)  # type: ignore[arg-type]
                photograph(screen, query, folder / f"{name}.png")
        browser.close()
        node.store.close()


def western_cone(longitude_deg: float, latitude_deg: float) -> Iterator[AheadPlace]:
    """Yield a forecast to the west at 50 m/s whose circles grow by 8 m a second."""
    for ahead_s in (30.0, 60.0, 120.0, 180.0, 300.0, 420.0, 600.0):
        yield AheadPlace(ahead_s, latitude_deg, longitude_deg - 0.00078 * ahead_s, 680.0, 150.0 + 8.0 * ahead_s)


def photograph(screen: Screen, query: str, path: Path) -> None:
    """Open a view, wait until its map and tracks are drawn, and save it."""
    screen.open(query, wait="map")
    screen.wait_for(lambda: screen.measure("drawn") > 5)
    screen.page.wait_for_timeout(3500)  # forecasts are asked for every two seconds
    screen.page.screenshot(path=path)
    screen.page.context.close()
    print(path, path.stat().st_size, "bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
