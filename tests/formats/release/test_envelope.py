"""A seal holds for exactly the bytes it was put under, and says of everything else what is wrong."""

import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sargas.formats.release.envelope import DEFLATED, SIGNATURE_OCTETS, Release, seal, sealer, unseal, verify_key_of
from sargas.formats.release.octets import ReleaseError
from sargas.model.label import Classification, Label
from tests.formats.release.making import KEY, SEED, release, sealed

NATIONS = st.sampled_from(["LTU", "LVA", "EST", "POL", "FIN"])
TEXTS = st.text(min_size=1, max_size=20)
LABELS = st.builds(
    Label,
    policy=st.sampled_from(["SARGAS", "NATO"]),
    classification=st.sampled_from(Classification),
    releasable_to=st.lists(NATIONS, max_size=5).map(tuple),
    caveats=st.lists(TEXTS, max_size=3).map(tuple),
    originator=st.one_of(NATIONS, TEXTS),
)
RELEASES = st.builds(
    Release,
    origin=NATIONS,
    destination=NATIONS,
    traffic=st.sampled_from(["state", "log", "plots"]),
    token=st.from_regex(r"[A-Za-z0-9_-]{1,32}", fullmatch=True),
    epoch=st.integers(0, (1 << 63) - 1),
    sequence=st.integers(0, (1 << 63) - 1),
    created_ns=st.integers(0, (1 << 63) - 1),
    policy_hash=st.binary(min_size=8, max_size=8),
    label=LABELS,
    body=st.binary(max_size=2000),
)


@given(RELEASES)
def test_a_release_survives_its_seal(one: Release) -> None:
    data = seal(one, SEED)
    assert unseal(data, KEY) == one
    assert seal(one, SEED) == data, "the same release gives the same bytes on every retry"


@settings(max_examples=300)
@given(st.data())
def test_one_changed_bit_breaks_the_seal(data: st.DataObject) -> None:
    whole = bytearray(sealed(b"state of a bucket", token="b07"))
    bit = data.draw(st.integers(0, 8 * len(whole) - 1))
    whole[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ReleaseError):
        unseal(bytes(whole), KEY)


@given(st.binary(max_size=400))
def test_no_bytes_but_a_sealed_release_are_read(data: bytes) -> None:
    for attempt in (data, b"SR\x01" + data):
        with pytest.raises(ReleaseError):
            unseal(attempt, KEY)


def test_the_identity_of_a_message_names_all_that_makes_it_unique() -> None:
    assert release(b"", traffic="log", token="alert", epoch=5, sequence=9).message_id == "LVA-LTU-log-alert-5-9"
    assert release(b"", token="b03").subject == "release.LVA.state.b03"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"token": "b.0"}, "expected a token"),
        ({"token": ""}, "expected a token"),
        ({"origin": "lva"}, "expected origin"),
        ({"sequence": -1}, "expected sequence"),
        ({"policy_hash": b""}, "expected a policy hash"),
        ({"body": bytes(900_001)}, "use more buckets"),
        ({"label": Label()}, "policy and originator"),
    ],
)
def test_what_no_reader_would_take_is_not_sealed(change: dict[str, object], reason: str) -> None:
    with pytest.raises(ReleaseError, match=reason):
        seal(replace(release(b""), **change), SEED)  # type: ignore[arg-type]


def test_another_key_a_newer_version_and_a_cut_are_named() -> None:
    whole = sealed(b"x")
    with pytest.raises(ReleaseError, match="forged or changed"):
        unseal(whole, verify_key_of(bytes(32)))
    with pytest.raises(ReleaseError, match="expected version 1 of releases, was 2: update"):
        unseal(whole[:2] + b"\x02" + whole[3:], KEY)
    with pytest.raises(ReleaseError, match="cut short"):
        unseal(whole[:SIGNATURE_OCTETS], KEY)
    with pytest.raises(ReleaseError, match="64 hexadecimal digits"):
        unseal(whole, "zz")
    with pytest.raises(ReleaseError, match="something else feeds this source"):
        unseal(b"ARROW1", KEY)


def test_a_bomb_is_not_unpacked() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = packer.compress(bytes(50_000_000)) + packer.flush()
    head = bytearray(sealed(b"")[:-SIGNATURE_OCTETS])
    head[3] = DEFLATED
    signed = bytes(head) + bomb
    with pytest.raises(ReleaseError, match="at most 900000 octets"):
        unseal(signed + sealer(SEED)(signed), KEY)


def test_while_a_partner_changes_its_key_both_are_good() -> None:
    old, new = bytes(32), SEED
    for seed in (old, new):
        assert unseal(seal(release(b"x"), seed), verify_key_of(old), verify_key_of(new)) == release(b"x")


def test_a_seed_of_another_length_is_refused() -> None:
    with pytest.raises(ReleaseError, match="32 octets"):
        seal(release(b""), b"short")
