"""A sentence within a sentence about an alert is said in the same language."""

from __future__ import annotations

import pytest

from sargas.assessment.saying import say
from sargas.model.saying import Said, in_english, in_lithuanian


def test_a_sentence_within_a_sentence_is_in_the_same_language() -> None:
    told = (say("since", what=say("entered", zone="Plant"), distance=5.0), say("altitude_unknown"))
    assert in_english(told) == ("entered Plant, now 5.0 km from where it came in", "altitude unknown")
    assert in_lithuanian(told) == ("įskrido į zoną „Plant“, dabar 5,0 km nuo įskridimo vietos", "aukštis nežinomas")
    assert isinstance(told[0], Said)


def test_a_figure_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError, match="distance"):
        say("since", what="in")
