"""Read the tables of the pages, and render the rows that the code expects there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

ROOT = Path(__file__).resolve().parents[2]
Row = tuple[str, ...]


def tables_of(page: Path) -> dict[str, list[Row]]:
    """Map each heading of a page to the rows of the tables below it, heads and rules left out."""
    found: dict[str, list[Row]] = {}
    heading = ""
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ").strip()
        elif re.fullmatch(r"\|[\s:|-]+\|", line):
            found.setdefault(heading, []).pop()
        elif line.startswith("|"):
            found.setdefault(heading, []).append(tuple(c.strip() for c in re.split(r"(?<!\\)\|", line.strip("|"))))
    return found


def render(rows: list[Row]) -> str:
    """Render rows as they stand in a page, to be pasted there when a test fails."""
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def field_rows(model: type[BaseModel], *, with_default: bool) -> list[Row]:
    """Render a model's fields: name, type, default when wanted, meaning."""
    schema = model.model_json_schema(mode="validation")
    rows: list[Row] = []
    for name, field in model.model_fields.items():
        kind = type_name(schema["properties"][name], schema.get("$defs", {}))
        kind = kind.replace(" or null", "") if with_default else kind
        default = "required" if field.is_required() else _default(field.get_default(call_default_factory=True))
        rows.append((f"`{name}`", kind, *([default] if with_default else []), field.description or ""))
    return rows


def type_name(schema: dict[str, Any], definitions: dict[str, Any]) -> str:
    """Name a JSON Schema type in words, with its limits; written so that it fits a cell of a table."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        inner = definitions[name]
        return f"[{name}](#{name.lower()})" if inner.get("type") == "object" else type_name(inner, definitions)
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return " ".join(f"`{value}`" for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(type_name(part, definitions) for part in schema["anyOf"])
    match schema.get("type"):
        case "array" if "prefixItems" in schema:
            return "[" + ", ".join(type_name(part, definitions) for part in schema["prefixItems"]) + "]"
        case "array":
            return f"list of {type_name(schema['items'], definitions)}"
        case "object":
            return f"table of {type_name(schema['additionalProperties'], definitions)}"
        case kind:
            return " ".join(filter(None, (str(kind), _limits(schema))))


def _limits(schema: dict[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f"{low}..{high}"
    signs = (("minimum", ">="), ("exclusiveMinimum", ">"), ("maximum", "<="), ("exclusiveMaximum", "<"))
    limits = ", ".join(f"{sign} {schema[name]}" for name, sign in signs if name in schema)
    return f"`{schema['pattern']}`" if "pattern" in schema else limits


def _default(value: Any) -> str:
    if isinstance(value, Path):
        value = str(value)
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    return "none" if value is None else f"`{json.dumps(value)}`"


def markdown_pages() -> Iterator[Path]:
    """Yield every page of the repository, nothing built or installed among them."""
    skipped = {
        ".venv",
        ".cache",
        "node_modules",
        ".git",
        ".hypothesis",
        ".pytest_cache",
        "dist",
        "build",
        ".mypy_cache",
    }
    for page in sorted(ROOT.rglob("*.md")):
        if not skipped.intersection(page.relative_to(ROOT).parts):
            yield page
