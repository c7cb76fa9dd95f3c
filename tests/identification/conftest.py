"""A classifier with the model that comes along."""

from __future__ import annotations

import pytest

from sargas.identification.classifier import Classifier
from sargas.identification.model_file import ClassifierModel, shipped_model


@pytest.fixture(scope="session")
def model() -> ClassifierModel:
    return ClassifierModel.from_bytes(shipped_model())


@pytest.fixture
def classifier(model: ClassifierModel) -> Classifier:
    return Classifier(model)
