"""The exported schemas are current, complete, and agree with the model on the conformance vectors."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ValidationError

from sargas.model import plots, tracks
from sargas.model.records import RECORD
from sargas.model.schema import RECORDS, VALUES, export_schemas

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "spec" / "schema"
MODELS: dict[str, type[BaseModel]] = {model.__name__: model for model in (*RECORDS, *VALUES)}


def vectors(expected: str) -> list[Any]:
    files = sorted((ROOT / "spec" / "vectors" / "model").glob("*.json"))
    assert files, "spec/vectors/model holds no vectors"
    return [
        pytest.param(file.stem, vector, id=f"{file.stem}: {vector['name']}")
        for file in files
        for vector in json.loads(file.read_text(encoding="utf-8"))[expected]
    ]


def test_the_files_in_spec_are_what_the_model_exports() -> None:
    exported = export_schemas()
    present = {path.name: path.read_text(encoding="utf-8") for path in SCHEMAS.glob("*.json")}
    stale = sorted(name for name in exported if exported[name] != present.get(name))
    assert not stale, "run sargas schema export"


def test_every_record_of_the_union_is_exported() -> None:
    mapping = RECORD.json_schema()["discriminator"]["mapping"]
    assert {model.model_fields["kind"].default for model in RECORDS} == set(mapping)


@pytest.mark.parametrize("model", [*RECORDS, *VALUES], ids=lambda model: model.__name__)
def test_every_field_says_what_it_means(model: type[BaseModel]) -> None:
    assert [name for name, field in model.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(("batch", "schema"), [("plots", plots.SCHEMA), ("tracks", tracks.SCHEMA)])
def test_every_column_has_a_type_a_unit_and_a_meaning(batch: str, schema: Any) -> None:
    columns = json.loads((SCHEMAS / f"{batch}.json").read_text(encoding="utf-8"))["columns"]
    assert [column["name"] for column in columns] == schema.names
    assert all(column["meaning"] for column in columns)
    suffixes = {"_m": "m", "_mps": "m/s", "_deg": "deg", "_ns": "ns", "_dbsm": "dBsm", "_ft": "ft"}
    for column in columns:
        unit = next((unit for suffix, unit in suffixes.items() if column["name"].endswith(suffix)), None)
        assert unit is None or column["unit"] == unit, column["name"]


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_model_has_vectors(name: str) -> None:
    file = ROOT / "spec" / "vectors" / "model" / f"{name}.json"
    vectors = json.loads(file.read_text(encoding="utf-8"))
    assert vectors["valid"]
    assert vectors["invalid"]


@pytest.mark.parametrize(("name", "vector"), vectors("valid"))
def test_a_valid_vector_passes_model_and_schema_and_returns_unchanged(name: str, vector: dict[str, Any]) -> None:
    Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))).validate(vector["value"])
    read = MODELS[name].model_validate_json(json.dumps(vector["value"]))
    assert json.loads(read.model_dump_json()) == vector["value"]


@pytest.mark.parametrize(("name", "vector"), vectors("invalid"))
def test_an_invalid_vector_is_refused_for_its_reason(name: str, vector: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refusal:
        MODELS[name].model_validate_json(json.dumps(vector["value"]))
    reasons = [f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in refusal.value.errors()]
    assert any(vector["reason"] in reason for reason in reasons), reasons
    schema = Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8")))
    assert schema.is_valid(vector["value"]) != vector["schema_refuses"]
