"""The classifier says what plain flights are and why, knows only what it was told, and says unknown where it should."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sargas.formats.cooperative import EMITTER_CLAIMS
from sargas.identification.claims import CLAIM_KINDS, Claim
from sargas.identification.classifier import NIGHT, Classifier, labels_of
from sargas.identification.model_file import ClassifierModel, shipped_model
from sargas.model.columns import Float64
from sargas.model.tracks import CLASSES, TrackStatus
from tests.identification.motions import circle, straight, times_ns, tracks_of

LIMIT_BYTES = 2_000_000


def shuffled(states: Float64, sigma: float, seed: int = 1) -> Float64:
    """Return states that are a little unsteady, as everything real is."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(0.0, sigma, (len(states), 3))
    out = states.copy()
    out[:, 1:3] += noise[:, :2] / 111_195.0
    out[:, 3] += noise[:, 2]
    out[:, 4:] += rng.normal(0.0, 0.2, (len(states), 3))
    return out


FLIGHTS = {
    "airliner": straight(120, 235.0, 11_000.0),
    "balloon": np.column_stack([straight(120, 8.0)[:, :3], 3000.0 + 5.0 * np.arange(120.0), straight(120, 8.0)[:, 4:6],
                                np.full(120, 5.0)]),
    "glider": circle(150, 25.0, 100.0, 2.0, 4.0),
    "bird": circle(150, 10.5, 30.0, 1.5, 4.0),
    "multirotor": straight(120, 0.0, 90.0),
}  # fmt: skip


@pytest.mark.parametrize("name", FLIGHTS)
def test_plain_flights_are_what_they_are(name: str, classifier: Classifier) -> None:
    told = classifier.update(tracks_of(shuffled(FLIGHTS[name], 2.0)))
    assert labels_of(told)[-1] == name, dict(zip(CLASSES, told[-1].round(2).tolist(), strict=True))
    assert told.sum(axis=1) == pytest.approx(np.ones(len(told)), abs=1e-5)


def test_a_row_knows_only_what_was_at_or_before_it(model: ClassifierModel) -> None:
    states = shuffled(circle(150, 25.0, 100.0, 2.0, 4.0), 5.0)
    whole = Classifier(model).update(tracks_of(states))
    for stop in (1, 2, 17, 90):
        np.testing.assert_array_equal(Classifier(model).update(tracks_of(states[:stop])), whole[:stop])


def test_who_is_heard_of_before_it_is_seen_finds_room(model: ClassifierModel) -> None:
    heard = Classifier(model)
    heard.hear([Claim(number, 1, "adsb_large") for number in range(1, 201)])
    heard.hear_reports(201, 1, np.zeros(len(CLASSES)), ())
    assert len(heard) == 201


def test_batches_do_not_matter(model: ClassifierModel) -> None:
    states = shuffled(straight(100, 46.0), 20.0)
    whole, piecewise = Classifier(model).update(tracks_of(states)), Classifier(model)
    parts = [piecewise.update(tracks_of(states[k : k + 7])) for k in range(0, 100, 7)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_tracks_do_not_know_of_each_other(model: ClassifierModel) -> None:
    one, other = shuffled(straight(60, 46.0), 5.0), shuffled(circle(60, 10.0, 30.0, 1.0, 3.0), 5.0)
    alone = Classifier(model).update(tracks_of(one, 1))
    together = Classifier(model)
    mixed = []
    for k in range(60):
        mixed.append(together.update(tracks_of(one[k : k + 1], 1))[0])
        together.update(tracks_of(other[k : k + 1], 2))
    np.testing.assert_array_equal(np.array(mixed), alone)


def test_echoes_tell_a_drone_from_an_aircraft_at_the_same_speed(model: ClassifierModel) -> None:
    states = tracks_of(shuffled(straight(90, 48.0, 600.0), 20.0))
    quiet = np.full(90, 0.4, np.float32)
    drone = Classifier(model).update(states, np.full(90, -9.0, np.float32), quiet)[-1]
    aircraft = Classifier(model).update(states, np.full(90, 7.0, np.float32), np.full(90, 0.1, np.float32))[-1]
    assert CLASSES[int(drone.argmax())] == "one_way_drone"
    assert CLASSES[int(aircraft.argmax())] == "light_aircraft"


def test_what_no_training_saw_is_unknown(classifier: Classifier) -> None:
    told = classifier.update(tracks_of(straight(60, 6000.0, 60_000.0)))
    assert labels_of(told)[-1] == "unknown"
    assert any("like no" in reason.en for reason in classifier.reasons(7))


def test_a_state_without_a_new_plot_tells_nothing(model: ClassifierModel) -> None:
    states = tracks_of(shuffled(straight(60, 46.0), 5.0))
    coasting = replace(states, update_time_ns=np.full(60, states.time_ns[0]))
    told = Classifier(model).update(coasting)
    assert (told == told[0]).all()


def test_dropped_and_silent_tracks_are_forgotten(classifier: Classifier) -> None:
    states = straight(30, 46.0)
    classifier.update(tracks_of(states, 1))
    classifier.update(tracks_of(states, 2))
    last = tracks_of(states[-1:], 1)
    classifier.update(replace(last, status=np.full(1, TrackStatus.DROPPED, np.uint8)))
    assert len(classifier) == 1
    assert classifier.reasons(1) == ()
    late = states.copy()
    late[:, 0] += 700.0
    classifier.update(tracks_of(late, 3))
    assert len(classifier) == 1
    fresh = Classifier(ClassifierModel.from_bytes(shipped_model()))
    np.testing.assert_array_equal(
        classifier.update(tracks_of(states, 9)), fresh.update(tracks_of(states, 9))
    )  # in the place of one forgotten


def test_a_snapshot_goes_on_as_if_nothing_had_been(model: ClassifierModel) -> None:
    states = shuffled(circle(100, 25.0, 100.0, 2.0, 4.0), 5.0)
    first, second = Classifier(model), Classifier(model)
    for number in range(70):
        first.update(tracks_of(states[:50], number))
    first.hear([Claim(7, int(times_ns(states)[20]), "adsb_glider")])
    data = first.snapshot()
    second.restore(data)
    assert second.snapshot() == data
    np.testing.assert_array_equal(first.update(tracks_of(states[50:])), second.update(tracks_of(states[50:])))
    assert first.reasons(7) == second.reasons(7)
    with pytest.raises(ValueError, match="expected a snapshot"):
        second.restore(b"something else")


def test_a_claim_counts_fades_and_is_told(model: ClassifierModel) -> None:
    states = tracks_of(shuffled(straight(200, 50.0, 800.0), 5.0))
    helicopter = CLASSES.index("helicopter")
    silent = Classifier(model).update(states)
    heard = Classifier(model)
    before = heard.update(states.take(slice(0, 60)))
    heard.hear([Claim(7, int(states.time_ns[59]), "rotor_heard")])
    after = heard.update(states.take(slice(60, 200)))
    np.testing.assert_array_equal(before, silent[:60])
    gain = after[:, helicopter] - silent[60:, helicopter]
    assert gain[0] > 0.05
    assert gain[-1] < gain[0], "forgotten with time"
    at_once = Classifier(model)
    at_once.update(states.take(slice(0, 60)))
    at_once.hear([Claim(7, int(states.time_ns[59]), "rotor_heard")])
    at_once.update(states.take(slice(60, 61)))
    assert any("rotor heard" in reason.en for reason in at_once.reasons(7))


def test_a_cooperative_claim_in_another_place_hardly_counts(model: ClassifierModel) -> None:
    states = tracks_of(shuffled(straight(61, 50.0, 800.0), 5.0))
    airliner, told = CLASSES.index("airliner"), []
    for agrees in (True, False):
        classifier = Classifier(model)
        classifier.update(states.take(slice(0, 60)))
        classifier.hear([Claim(7, int(states.time_ns[59]), "adsb_large", agrees)])
        told.append(classifier.update(states.take(slice(60, 61)))[0, airliner])
        assert any("does not agree" in reason.en for reason in classifier.reasons(7)) != agrees
    assert told[0] > 2 * told[1]


def test_reasons_are_in_words_with_their_weight(model: ClassifierModel) -> None:
    classifier = Classifier(model)
    classifier.update(tracks_of(shuffled(straight(200, 46.0), 5.0)), np.full(200, -10.0, np.float32))
    reasons = classifier.reasons(7)
    assert any("straight at 46 m/s, at " in reason.en and "for 3 min" in reason.en for reason in reasons), reasons
    assert any("radar cross-section -10 dBsm" in reason.en for reason in reasons), reasons
    assert any("skrenda tiesiai 46 m/s, aukštis " in reason.lt and "jau 3 min" in reason.lt for reason in reasons), (
        reasons
    )
    assert classifier.reasons(99) == ()


def test_priors_move_what_is_doubtful_and_wrong_ones_are_refused(model: ClassifierModel) -> None:
    states = tracks_of(shuffled(straight(30, 46.0), 20.0))
    drone = CLASSES.index("one_way_drone")
    assert Classifier(model, NIGHT).update(states)[-1, drone] < Classifier(model).update(states)[-1, drone]
    with pytest.raises(ValueError, match="above 0 for every class, was none for one_way_drone"):
        Classifier(model, dict.fromkeys(CLASSES[1:], 1.0))
    with pytest.raises(ValueError, match="expected classes out of"):
        Classifier(model, {**NIGHT, "submarine": 1.0})


def test_every_claim_speaks_of_classes() -> None:
    assert set(EMITTER_CLAIMS.values()) <= {kind.name for kind in CLAIM_KINDS if kind.channel == "cooperative"}
    for kind in CLAIM_KINDS:
        assert set(kind.likelihood) - {"other"} <= set(CLASSES)
        assert all(0.0 < value < 1.0 for value in kind.likelihood.values())
    with pytest.raises(ValueError, match="expected one of the claims"):
        Classifier(ClassifierModel.from_bytes(shipped_model())).hear([Claim(1, 1, "whispered")])


def test_the_model_that_comes_along_is_small_whole_and_of_this_version() -> None:
    data = shipped_model()
    assert len(data) < LIMIT_BYTES
    assert ClassifierModel.from_bytes(data).to_bytes() == data
    with pytest.raises(ValueError, match="expected a snapshot that begins"):
        ClassifierModel.from_bytes(b"PK\x03\x04")
    with pytest.raises(ValueError, match="expected a whole snapshot"):
        ClassifierModel.from_bytes(data[:-100])
