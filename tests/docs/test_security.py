"""SECURITY.md says what the code allows, not what an earlier version did."""

import re
from typing import get_args

from sargas.model.records import DecisionAction
from tests.docs.tables import ROOT, tables_of


def test_the_first_rail_names_every_decision_that_there_is() -> None:
    rows = tables_of(ROOT / "SECURITY.md")["Human control"]
    [cell] = [how for rail, how in rows if rail.startswith("Nothing is commanded")]
    named = re.findall("`([a-z_]+)`", cell.partition("knows")[2].partition("and nothing else")[0])
    assert named == list(get_args(DecisionAction))
