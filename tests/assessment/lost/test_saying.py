"""What may have become of a lost track, and how a search ended, has its words."""

from __future__ import annotations

from typing import get_args

from sargas.assessment.lost.saying import say
from sargas.assessment.lost.telling import End
from sargas.model.lost_records import LostCause
from sargas.model.saying import Said


def test_every_cause_is_said_in_both_languages() -> None:
    said = {cause: say(cause, share=0.414) for cause in get_args(LostCause)}
    assert said["landed_or_crashed"] == Said("landed or crashed 41%", "nusileido arba nukrito 41 %")
    assert all(one.en != one.lt for one in said.values())


def test_every_end_is_said_as_its_code_reads_and_in_lithuanian() -> None:
    ends = [end for end in get_args(End) if end]
    assert [say(end).en for end in ends] == [end.replace("_", " ") for end in ends]
