"""Make the client's types and operations of spec/schema/openapi.json; ``--check`` fails when they are not current.

``python clients/python/generate.py``; needs ruff, which lays the lines out.
"""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE.parents[1] / "spec" / "schema" / "openapi.json"
PACKAGE = HERE / "sargas_client"
BY_HAND = {"follow_events"}
"""Endless, so no call with one answer: ``SargasClient.events``."""
SIMPLE = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
WIDTH = 120

MODELS_HEAD = '''"""What the API takes and gives, in typed dictionaries. Made by generate.py of openapi.json."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict
'''
OPERATIONS_HEAD = '''"""Every operation of the API as a method. Made by generate.py of spec/schema/openapi.json."""

from __future__ import annotations

from typing import Any, Literal, cast

from sargas_client import models


class Operations:
    """The operations; how a request is sent is for who derives from it."""

    def _call(self, method: str, path: str, parts: dict[str, Any], query: dict[str, Any], body: Any = None) -> Any:
        raise NotImplementedError

    def _send(self, method: str, path: str, text: str, kind: str) -> Any:
        raise NotImplementedError
'''


def main(arguments: list[str]) -> int:
    """Write the two files, or compare them with what they should be; return the exit code."""
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    files = {PACKAGE / "models.py": render_models(document), PACKAGE / "operations.py": render_operations(document)}
    stale = [path for path, text in files.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            print(f"{path}: expected what the API says, was something else; run {Path(__file__).name}", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.write_text(files[path], encoding="utf-8")
    print(f"{PACKAGE}: {len(files)} files, {len(stale)} changed")
    return 0


def render_models(document: dict[str, Any]) -> str:
    """Render a typed dictionary for each object, and an alias for each set of values."""
    parts = [MODELS_HEAD]
    for name, schema in sorted(document["components"]["schemas"].items()):
        if schema.get("type") != "object":
            parts.append(f"{name}: TypeAlias = {type_of(schema)}\n")
            continue
        lines = [f"class {name}(TypedDict):", *docstring(schema.get("description", name), 4)]
        required = set(schema.get("required", ()))
        for field, inner in schema.get("properties", {}).items():
            kind = type_of(inner)
            lines += ["", f"    {field}: {kind if field in required else f'NotRequired[{kind}]'}"]
            lines += docstring(inner["description"], 4) if "description" in inner else []
        parts.append("\n".join(lines) + "\n")
    return laid_out("\n\n".join(parts))


def render_operations(document: dict[str, Any]) -> str:
    """Render a method for each operation, in the order of the document."""
    parts = [OPERATIONS_HEAD]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if operation["operationId"] not in BY_HAND:
                parts.append(_operation(method.upper(), path, operation))
    return laid_out("\n".join(parts))


def laid_out(text: str) -> str:
    """Lay lines out as the rest of the project has them."""
    command = [sys.executable, "-m", "ruff", "format", "--line-length", str(WIDTH), "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=HERE).stdout


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    parameters = operation.get("parameters", [])
    in_path = [one for one in parameters if one["in"] == "path"]
    in_query = [one for one in parameters if one["in"] == "query"]
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    arguments = ["self", *(f"{one['name']}: {type_of(one['schema'], 'models.')}" for one in in_path)]
    if schema is not None:
        arguments.append(f"body: {type_of(schema, 'models.')}")
    elif content:
        arguments += ["text: str", f'kind: str = "{next(iter(content))}"']
    if in_query:
        arguments += ["*", *(_optional(one) for one in in_query)]
    gives = _gives(operation)
    parts = ", ".join(f'"{one["name"]}": {one["name"]}' for one in in_path)
    query = ", ".join(f'"{one["name"]}": {one["name"]}' for one in in_query)
    if content and schema is None:
        call = f'self._send("{method}", "{path}", text, kind)'
    else:
        call = f'self._call("{method}", "{path}", {{{parts}}}, {{{query}}}{", body" if schema is not None else ""})'
    words = f"{operation['description']}\n\n``{method} {path}``; {_who(operation)}."
    end = f"        {call}" if gives == "None" else f'        return cast("{gives}", {call})'
    head = f"    def {operation['operationId']}({', '.join(arguments)}) -> {gives}:"
    return "\n".join([head, *docstring(words, 8), end, ""])


def _optional(parameter: dict[str, Any]) -> str:
    kind = type_of(parameter["schema"], "models.")
    if parameter.get("required"):
        return f"{parameter['name']}: {kind}"
    return f"{parameter['name']}: {kind if kind.endswith('| None') else kind + ' | None'} = None"


def _gives(operation: dict[str, Any]) -> str:
    status, answer = next((status, told) for status, told in operation["responses"].items() if status.startswith("2"))
    schema = answer.get("content", {}).get("application/json", {}).get("schema")
    if status == "204":
        return "None"
    return "str" if schema is None or not schema else type_of(schema, "models.")


def _who(operation: dict[str, Any]) -> str:
    security = operation.get("security")
    if security is None:
        return "open to everybody"
    scopes = [one["token"] for one in security if "token" in one]
    if not scopes:
        return "a person who has logged in, no token"
    return f"scope ``{scopes[0][0]}``" if scopes[0] else "any token or session"


def type_of(schema: dict[str, Any], where: str = "") -> str:
    """Name the Python type of a JSON Schema; ``where``: what stands before the name of a model."""
    if "$ref" in schema:
        return where + str(schema["$ref"]).rsplit("/", 1)[-1]
    if "const" in schema:
        return f"Literal[{schema['const']!r}]".replace("'", '"')
    if "enum" in schema:
        return f"Literal[{', '.join(json.dumps(value) for value in schema['enum'])}]"
    if "anyOf" in schema or "oneOf" in schema:
        return " | ".join(dict.fromkeys(type_of(one, where) for one in schema.get("anyOf") or schema["oneOf"]))
    match schema.get("type"):
        case "array" if "prefixItems" in schema:
            return f"list[{' | '.join(dict.fromkeys(type_of(one, where) for one in schema['prefixItems']))}]"
        case "array":
            return f"list[{type_of(schema.get('items', {}), where)}]"
        case "object":
            values = schema.get("additionalProperties")
            return f"dict[str, {type_of(values, where) if isinstance(values, dict) else 'Any'}]"
        case kind:
            return SIMPLE.get(str(kind), "Any")


def docstring(text: str, indent: int) -> list[str]:
    """Wrap words as a docstring."""
    before = " " * indent
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    if len(paragraphs) == 1 and len(paragraphs[0]) + indent + 6 <= WIDTH:
        return [f'{before}"""{paragraphs[0]}"""']
    wrapped = [
        textwrap.wrap(part, WIDTH - 3, initial_indent=before, subsequent_indent=before, break_on_hyphens=False)
        for part in paragraphs
    ]
    wrapped[0][0] = f'{before}"""{wrapped[0][0].strip()}'
    lines = [line for place, part in enumerate(wrapped) for line in ([""] if place else []) + part]
    return [*lines, f'{before}"""']


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
