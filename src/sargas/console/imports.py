"""Files that a person hands in: text, taken as a whole or not at all, and every bad row told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse

from sargas.console.context import Console
from sargas.console.messages import FileProblem, ImportedFile
from sargas.console.strictness import NUL
from sargas.identification.permission_files import Problem
from sargas.model.records import EnteredRecord


class NotText(Exception):
    """What was handed in is no text."""


async def read_text(request: Request) -> str:
    """Read the body as text. Raises NotText when it is not UTF-8, or holds NUL, which not every database keeps."""
    try:
        text = (await request.body()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotText("expected text in UTF-8, was not: save the file as UTF-8") from None
    if "\0" in text or NUL.search(text):
        raise NotText("expected text, was with NUL in it: save the file as text in UTF-8")
    return text


async def refuse_what_is_no_text(request: Request, error: Exception) -> JSONResponse:
    """Answer as to any other file that is not taken (422)."""
    problem = FileProblem(line=0, problem=str(error))
    return JSONResponse(ImportedFile(entered=0, unchanged=0, problems=(problem,)).model_dump(), 422)


FileText = Annotated[str, Depends(read_text)]


def file_route(*kinds: str) -> dict[str, Any]:
    """Return what the route of an import says of itself; ``kinds``: media types of its files."""
    body = {"required": True, "content": {kind: {} for kind in kinds}}
    return {
        "status_code": 202,
        "responses": {422: {"model": ImportedFile}},
        "openapi_extra": {"requestBody": body},
    }


def take(
    console: Console, response: Response, problems: Iterable[Problem], changed: Sequence[EnteredRecord], in_all: int
) -> ImportedFile:
    """Journal what is new or changed of a file of so many, together; with a problem nothing of it (422)."""
    told = tuple(FileProblem(line=problem.line, problem=_writable(problem.text)) for problem in problems)
    if told:
        response.status_code = 422
        return ImportedFile(entered=0, unchanged=0, problems=told)
    if changed:
        console.settings.enter(*changed)
    return ImportedFile(entered=len(changed), unchanged=in_all - len(changed), problems=())


def _writable(text: str) -> str:
    """Spell out halves of characters: a name that a file has may hold some, and no answer can."""
    return text.encode(errors="backslashreplace").decode()
