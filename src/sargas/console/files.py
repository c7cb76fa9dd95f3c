"""The console's pages and the basemap, straight from the package; answers ranges, as PMTiles readers need."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from sargas.console.sessions import HasConsole, LoggedIn

NOT_BUILT = """<!doctype html><html lang="en"><title>Sargas: console not built</title>
<h1>The console's pages are not built</h1>
<p>This Sargas was installed with SARGAS_SKIP_UI=1. The API and the stream work.
In the source folder, run <code>python hatch_build.py</code>, then restart.</p></html>"""

PHONE_WORKER, PHONE_SCOPE = "report/worker.js", "/report"
"""The phone page's service worker, and what it may answer for: that page and nothing else of the console."""

router = APIRouter()


@router.get("/basemap/{name}", include_in_schema=False)
@router.head("/basemap/{name}", include_in_schema=False)
def read_basemap(
    name: Annotated[str, Path(pattern=r"^[a-z0-9-]+\.pmtiles$")], console: HasConsole, session: LoggedIn
) -> FileResponse:
    """Serve a PMTiles archive or the range of it that was asked for."""
    path = console.settings.basemap_folder / name
    if not path.is_file():
        raise HTTPException(404, f"expected a basemap in {console.settings.basemap_folder}, was {name}")
    return FileResponse(path, media_type="application/vnd.pmtiles", headers={"Cache-Control": "private, max-age=86400"})


class Pages(StaticFiles):
    """The built pages: names with a hash are kept for ever by browsers, the entry page is asked for each time."""

    def __init__(self, folder: FilePath) -> None:
        super().__init__(directory=folder, html=True)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file and how long it may be kept."""
        response = await super().get_response(path, scope)
        hashed = path.startswith("assets/")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        if path == PHONE_WORKER:
            response.headers["Service-Worker-Allowed"] = PHONE_SCOPE
        elif path.endswith(".webmanifest"):
            response.headers["Content-Type"] = "application/manifest+json"
        return response


async def say_not_built() -> HTMLResponse:
    """Say in the browser why there is no console and how to mend it."""
    return HTMLResponse(NOT_BUILT, 503)
