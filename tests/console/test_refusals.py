"""Every sentence with which the console refuses is said in Lithuanian too (web/src/language/refusals/lt.json)."""

import ast
import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "sargas"
TABLE = ROOT / "web" / "src" / "language" / "refusals" / "lt.json"
Names = dict[str, ast.expr]

QUOTED: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("administering.py", "str(fault)"): (
        ("runtime/account_terms.py", ""),
        ("runtime/accounts.py", ""),
        ("runtime/roster.py", ""),
        ("runtime/api_tokens.py", ""),
    ),
    # beside it only Python's own words on what is no number
    ("history_filter.py", "str(fault)"): (("runtime/history/area.py", "of_ring"),),
    # beside them only damaged files of the history, named for who restores them
    ("history_views.py", "str(fault)"): (("runtime/history/search.py", ""),),
    ("permission_views.py", "_first_line(error)"): (
        ("model/identity_records.py", "FlightPermission"),
        ("model/record_base.py", "check_volume"),
    ),
    ("reports.py", "error.errors()[0]['msg'].removeprefix('Value error, ')"): (
        ("model/report_records.py", "HumanReport"),
    ),
    ("reports.py", "str(error)"): (("identification/reports/words.py", ""),),
    # two zones of one id come in a file only: there it is a fault of the file
    ("zone_views.py", "str(error)"): (("console/zone_views.py", "_check"), ("geo/zones.py", "_placed_ring")),
}
"""Details made elsewhere: file of the console and expression, file and definition (empty: all of it) that word them."""

ON_THE_PAGE = (
    ("console/imports.py", "read_text"),
    ("console/playing.py", "_why_not"),
    ("console/permission_views.py", "import_permissions"),
    ("console/unit_views.py", "import_units"),
    ("console/wind_views.py", "import_winds"),
    ("console/zone_views.py", "_read"),
    ("identification/permission_files.py", ""),
    ("response/unit_files.py", ""),
    ("assessment/drift/wind_files.py", ""),
)
"""File and definition of what is told as a fault of a file or of one of its rows, or of a playback."""


def read_table() -> dict[str, str]:
    table: dict[str, str] = json.loads(TABLE.read_text("utf-8"))
    return table


def reduce(template: str) -> str:
    return re.sub(r"\{\w+\}", "{}", template)


def refused_in(tree: ast.Module) -> Iterator[tuple[ast.expr, list[str]]]:
    """List the detail of each refusal in a file with the sentences that it may be; none: it is made elsewhere."""
    for top in tree.body:
        names = assigned_in(top)
        for call in ast.walk(top):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "HTTPException":
                yield call.args[1], sentences_of(call.args[1], names)


def assigned_in(top: ast.AST) -> Names:
    found = [one for one in ast.walk(top) if isinstance(one, ast.Assign)]
    return {one.targets[0].id: one.value for one in found if isinstance(one.targets[0], ast.Name)}


def sentences_of(node: ast.expr, names: Names) -> list[str]:
    """Write a string as the sentences it may be, ``{}`` for what is filled in; none for what is no string."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=other):
            either, otherwise = sentences_of(body, names), sentences_of(other, names)
            return either + otherwise if either and otherwise else []
        case ast.Name(id=name) if name in names:
            return sentences_of(names[name], {})
        case ast.FormattedValue(value=ast.IfExp() | ast.Name() as value):
            return sentences_of(value, names) or ["{}"]
        case ast.FormattedValue():
            return ["{}"]
        case ast.JoinedStr(values=parts):
            return ["".join(said) for said in product(*(sentences_of(part, names) for part in parts))]
    return []


def worded_in(path: str, name: str) -> set[str]:
    """Collect the sentences "expected X, was Y" of a definition, or of a whole file."""
    tree = ast.parse((SOURCES / path).read_text("utf-8"))
    tops = [one for one in ast.walk(tree) if getattr(one, "name", None) == name] if name else tree.body
    strings = (said for top in tops for said in strings_in(top, assigned_in(top)))
    return {said for said in strings if re.search(r"(^|: )expected ", said)}


def strings_in(node: ast.AST, names: Names) -> Iterator[str]:
    if isinstance(node, ast.Constant | ast.JoinedStr):
        yield from sentences_of(node, names)
        return
    for child in ast.iter_child_nodes(node):
        yield from strings_in(child, names)


def collect() -> tuple[set[str], set[tuple[str, str]]]:
    """Collect all sentences of refusals, and which details are made elsewhere."""
    said: set[str] = set()
    elsewhere: set[tuple[str, str]] = set()
    for path in sorted((SOURCES / "console").rglob("*.py")):
        for detail, sentences in refused_in(ast.parse(path.read_text("utf-8"))):
            said.update(sentences)
            if not sentences:
                elsewhere.add((path.name, ast.unparse(detail)))
    for places in (*QUOTED.values(), ON_THE_PAGE):
        for place in places:
            worded = worded_in(*place)
            assert worded, f"expected sentences in {place}, was none: correct QUOTED"
            said.update(worded)
    return said, elsewhere


def test_every_refusal_is_said_in_lithuanian_and_nothing_else() -> None:
    said, told = collect()[0], {reduce(english) for english in read_table()}
    assert len(told) == len(read_table()), "expected each sentence once"
    missing = "\n".join(f'  "{one}": "",' for one in sorted(said - told))
    assert not missing, f"expected in {TABLE}, placeholders named and the right side in Lithuanian:\n{missing}"
    assert not told - said, f"expected in {TABLE} only what a source says, was also {sorted(told - said)}"


def test_details_made_elsewhere_are_known() -> None:
    assert collect()[1] == set(QUOTED)


def test_both_sides_name_the_same_placeholders() -> None:
    for english, lithuanian in read_table().items():
        names = re.findall(r"\{(.*?)\}", english)
        assert len(names) == len(set(names)), english
        assert all(re.fullmatch(r"[a-z]\w*", name) for name in names), english
        assert sorted(names) == sorted(re.findall(r"\{(.*?)\}", lithuanian)), english


def test_what_is_chosen_within_a_sentence_makes_two() -> None:
    source = "def f(a):\n    s = 'on' if a else 'off'\n    raise HTTPException(409, f'expected {a!r}, was {s}')"
    (_, sentences), *_ = refused_in(ast.parse(source))
    assert sentences == ["expected {}, was on", "expected {}, was off"]
