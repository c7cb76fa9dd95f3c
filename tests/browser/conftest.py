"""Real Chromium against a real console; skipped with a reason where there is none."""

from __future__ import annotations

import base64
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route, expect, sync_playwright

from sargas.console.context import PACKAGE
from sargas.console.sessions import COOKIE
from tests.console.node import (
    NOW_NS,
    PASSWORD,
    ScriptedNode,
    make_configuration,
    make_health,
    make_node,
    mixed_sky,
    serve,
)

FLAGS = (
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
)
# WebGL is drawn in software by SwiftShader as on the screen, all else by the processor itself: to put a page together
# in emulated shaders too takes three seconds of a core for each one that is opened
PLAIN_PAGES = ("--disable-gpu-rasterization", "--disable-accelerated-2d-canvas", "--disable-gpu-compositing")
# what Playwright turns off (the last such list alone counts), and two pages of the browser's own behind the bar for
# addresses that every new context would open: nobody sees them, and they take as long as one of ours
UNUSED = (
    *("AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync"),
    *(
        "DestroyProfileOnBrowserClose",
        "HttpsFirstBalancedModeAutoEnable",
        "HttpsUpgrades",
        "LensOverlay",
        "MediaRouter",
    ),
    *("NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch"),
    *("ThirdPartyStoragePartitioning", "WebUIOmniboxPopup", "WebUIOmniboxAimPopup"),
)
LESS_OF_THE_BROWSER = f"--disable-features={','.join(UNUSED)}"
# each test's node is an origin of its own: a process for it, and one to spare, take a sixth of a page's time
ONE_PROCESS = ("--renderer-process-limit=1", "--disable-site-isolation-trials")
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first that is installed, unless ``SARGAS_BROWSER`` names another. The first is Chromium's engine without its own
window around the page, which nobody sees here and which costs a quarter of the processor time of these tests."""
READ_BACK = "GPU stall due to ReadPixels"
"""Chromium on how such a page is put together: the canvas is read back for it; the page itself reads one pixel once."""
DESK = {"viewport": {"width": 1440, "height": 900}, "locale": "en-GB"}
TRACKS = 40
expect.set_options(timeout=20_000)  # a busy machine draws slowly; nothing waits longer than it must
BECOMES = """async ([name, until_ms]) => {
  while (!window.__m?.[name] && performance.now() < until_ms) await new Promise((resolve) => setTimeout(resolve, 20));
  return Boolean(window.__m?.[name]);
}"""
COUNT_PIXELS = """async ({png, colours, tolerance}) => {
  const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes]));
  const pen = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  pen.drawImage(picture, 0, 0);
  const {data} = pen.getImageData(0, 0, picture.width, picture.height);
  const counts = colours.map(() => 0);
  for (let i = 0; i < data.length; i += 4) colours.forEach(([r, g, b], c) => {
    if (Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) <= tolerance) counts[c]++;
  });
  return counts;
}"""


@dataclass
class Screen:
    """One operator's screen: the page, and what it must not have done."""

    page: Page
    node: ScriptedNode
    complaints: list[str] = field(default_factory=list)
    blank: Page | None = None
    """A page with nothing on it, that looks at screenshots; there once one is looked at."""
    left: str = ""
    """The node it was at before: of a worker's last requests there the browser may tell late."""
    is_spent: bool = False
    """Whether it was changed in what cannot be undone, so that no other test may have it."""

    def open(self, query: str = "?nomap", *, wait: str = "ready", name: str = "jonas") -> Screen:
        """Go to a view as the operator, or somebody else, and wait until it is drawn."""
        account = self.node.accounts.verify(name, PASSWORD, "browser")
        assert account is not None
        token = self.node.accounts.open_session(account)
        self.page.context.add_cookies([{"name": COOKIE, "value": token, "url": self.node.url, "sameSite": "Strict"}])
        self.page.goto(f"{self.node.url}/{query}")
        if not self.page.evaluate(BECOMES, [wait, 30_000]):  # the page asks itself: from here each look takes 4 ms
            raise AssertionError(f"not {wait} after 30 s; the page says {self.measure('errors')}")
        return self

    def measure(self, name: str) -> Any:
        """Read one value of ``window.__m``."""
        return self.page.evaluate("name => window.__m?.[name]", name)

    def forgive(self, what: str) -> None:
        """Wait for what the browser itself reports of a refused request or a lost context, and let it pass."""
        self.wait_for(lambda: any(what in complaint for complaint in self.complaints))
        self.complaints.clear()

    def intercept(self, path: str, answer: Callable[[Route], Any]) -> None:
        """Let the test answer what is asked of a path, from now on.

        The browser tells the page's process of it beside all else, and a key that is pressed at once is faster: what
        it asks for would go to the node.
        """
        reached: list[Route] = []

        def reach(route: Route) -> None:
            reached.append(route)
            route.fulfill(status=200)

        self.page.route("**/healthz?reached", reach)
        self.page.route(path, answer)
        self.wait_for(lambda: self.page.evaluate("() => fetch('/healthz?reached').then(() => true)") and bool(reached))

    def wait_for(self, holds: Callable[[], bool], timeout_s: float = 30.0) -> None:
        """Wait until something holds; the page's own policy forbids Playwright's waiting by expression."""
        deadline = time.monotonic() + timeout_s
        while not holds():
            assert time.monotonic() < deadline, f"not after {timeout_s} s; the page says {self.measure('errors')}"
            self.page.wait_for_timeout(50)

    def count_pixels(self, *colours: tuple[int, int, int], tolerance: int = 24) -> list[int]:
        """Count the pixels of the map near each colour, as they stand on the screen."""
        png = base64.b64encode(self.page.locator(".map").screenshot()).decode()
        counts: list[int] = self.reckon(COUNT_PIXELS, {"png": png, "colours": colours, "tolerance": tolerance})
        return counts

    def reckon(self, script: str, given: Any) -> Any:
        """Run a script on a blank page: what is made of a screenshot needs more than the node's own page may."""
        if self.blank is None:
            self.blank = self.page.context.new_page()  # one for all: a page costs 0.2 s of a core
            self.page.bring_to_front()  # a page behind another draws once a second, and every click waits for a frame
        return self.blank.evaluate(script, given)

    def leave(self) -> None:
        """Go from the node and forget it, its cookies and all that the browser kept of it."""
        self.page.goto("about:blank")
        self.left = self.node.url
        self.page.mouse.move(0, 0)
        self.page.unroute_all()
        self.page.emulate_media(color_scheme="null", reduced_motion="null")
        context = self.page.context
        context.set_offline(False)
        context.clear_cookies()
        session = context.new_cdp_session(self.page)
        session.send("Storage.clearDataForOrigin", {"origin": self.node.url, "storageTypes": "all"})
        session.detach()


@dataclass
class Screens:
    """Screens of one kind, lent to one test after the other: to open a new one takes a second of a core more."""

    browser: Browser
    kind: dict[str, Any]
    """What they differ in from others, as Playwright names it."""
    free: list[Screen] = field(default_factory=list)

    @contextmanager
    def lend(self, node: ScriptedNode) -> Iterator[Screen]:
        """Lend a screen as new; it must neither complain nor ask anybody but its own node until the end."""
        lent = self.free.pop() if self.free else watch(self.browser.new_context(**self.kind), node)
        lent.node = node
        lent.complaints.clear()
        lent.page.set_viewport_size(self.kind["viewport"])
        yield lent
        errors, complaints = lent.measure("errors"), list(lent.complaints)
        if errors or complaints or lent.is_spent:
            lent.page.context.close()
        else:
            lent.leave()
            self.free.append(lent)
        assert complaints == []
        assert errors == []

    def close(self) -> None:
        """Close them all."""
        for screen in self.free:
            screen.page.context.close()


def layers_at(place: str) -> tuple[str, str]:
    """Return the address of a place and what to wait for: the basemap costs two seconds of a core."""
    return (f"?{place}", "map") if os.environ.get("SARGAS_SCREENSHOTS") else (f"?nomap&{place}", "ready")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of an installed Chromium."""
    names = (os.environ["SARGAS_BROWSER"],) if "SARGAS_BROWSER" in os.environ else BROWSERS
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium is installed: sudo apt-get install -y chromium")
    if not (PACKAGE / "static" / "index.html").is_file():
        pytest.skip("the console's pages are not built: python hatch_build.py")
    return found


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver; its event loop in the main thread ends with the folder, before others want their own."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="package")
def browser(chromium: str, playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for all tests of a worker, drawing WebGL in software."""
    running = playwright.chromium.launch(
        executable_path=chromium, args=(*FLAGS, *PLAIN_PAGES, *ONE_PROCESS, LESS_OF_THE_BROWSER)
    )
    yield running
    running.close()


@pytest.fixture
def node(tmp_path: Path) -> Iterator[ScriptedNode]:
    """A served node with forty tracks, two sources and two zones; no alert yet."""
    made = make_node(tmp_path)
    made.picture.apply(
        [make_configuration(), make_health("radar-east"), make_health("radar-west"), mixed_sky(NOW_NS, 0.0, TRACKS)],
        NOW_NS,
    )
    with serve(made):
        yield made
    made.store.close()


@pytest.fixture(scope="package")
def screens(browser: Browser) -> Iterator[Screens]:
    """The screens of operators' desks."""
    with closing(Screens(browser, DESK)) as made:
        yield made


@pytest.fixture
def screen(screens: Screens, node: ScriptedNode) -> Iterator[Screen]:
    """A screen that fails its test when the page complained or asked anybody but its own node."""
    with screens.lend(node) as lent:
        yield lent


def watch(context: BrowserContext, node: ScriptedNode) -> Screen:
    """Open a page and note every complaint and every request that leaves the node."""
    made = Screen(context.new_page(), node)

    def hear(kind: str, text: str) -> None:
        if kind in ("error", "warning") and READ_BACK not in text:
            made.complaints.append(f"{kind}: {text}")

    made.page.on("console", lambda message: hear(message.type, message.text))
    made.page.on("pageerror", lambda error: hear("error", str(error)))

    def see(url: str) -> None:
        own = (made.node.url, "data:", "blob:", "about:", *((made.left,) if made.left else ()))
        if not url.startswith(own):
            made.complaints.append(f"a request to {url}")

    context.on("request", lambda request: see(request.url))
    return made
