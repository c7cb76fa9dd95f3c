"""Invitations: what a nation gives a partner, and that nothing else is taken for one."""

import json
from pathlib import Path
from typing import Any

import pytest

from sargas.runtime.network.folder import read_network
from sargas.runtime.network.identity import NetworkError
from sargas.runtime.network.invitation import Invitation, read_invitation, seal_invitation
from sargas.runtime.network.keys import make_signing_seed, make_user_seed, verify_key_of
from sargas.runtime.network.making import add_partner, invite, make_network, remove_partner, sealed_invitation
from sargas.runtime.network.rotation import prepare_rotation, switch_rotation
from tests.runtime.network.nations import NOW_NS, give_invitation, make_nation

DAY_NS = 86_400 * 1_000_000_000


@pytest.fixture
def ltu(tmp_path: Path) -> Path:
    return make_nation(tmp_path, "LTU")


@pytest.fixture
def lva(tmp_path: Path) -> Path:
    return make_nation(tmp_path, "LVA")


def change(file: Path, **fields: Any) -> Path:
    document = json.loads(file.read_text())
    document["invitation"].update(fields)
    changed = file.with_name("changed.json")
    changed.write_text(json.dumps(document))
    return changed


def test_a_partner_is_added_with_all_that_it_told(ltu: Path, lva: Path) -> None:
    added = add_partner(ltu, give_invitation(lva, "LTU"), NOW_NS, link_bps=9600)
    assert not added.is_update
    network = read_network(ltu)
    [partner] = network.partners
    theirs = read_network(lva)
    assert (partner.nation, partner.node, partner.verify_key) == ("LVA", "lva", theirs.verify_key)
    assert partner.link_bps == 9600
    assert partner.is_slow
    assert partner.to_record().verify_key == theirs.verify_key
    assert network.partner("LVA") is partner
    with pytest.raises(NetworkError, match="expected a partner out of LVA, was POL"):
        network.partner("POL")


@pytest.mark.parametrize(
    "fields",
    [
        {"leaf_host": "10.0.0.9"},
        {"leaf_port": 7},
        {"node": "other"},
        {"guest": "LTU", "made_ns": NOW_NS + 1},
        {"area": [[20.0, 55.0], [21.0, 55.0], [21.0, 56.0]]},
        {"link_keys": [make_user_seed().public]},
        {"verify_keys": [verify_key_of(make_signing_seed())]},
    ],
)
def test_a_changed_file_is_refused(ltu: Path, lva: Path, fields: dict[str, Any]) -> None:
    with pytest.raises(NetworkError, match="the signature does not fit"):
        add_partner(ltu, change(give_invitation(lva, "LTU"), **fields), NOW_NS)
    assert read_network(ltu).partners == ()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"leaf_host": 'x" } include "/etc/passwd'}, "leaf_host"),
        ({"link_keys": ["SUAJ"]}, "link_keys.0"),
        ({"nation": "../.."}, "nation"),
        ({"node": "a b"}, "node"),
        ({"more": 1}, "more"),
        ({"verify_keys": []}, "verify_keys"),
        ({"leaf_port": 0}, "leaf_port"),
    ],
)
def test_what_could_break_the_server_s_configuration_is_no_invitation(
    ltu: Path, lva: Path, fields: dict[str, Any], named: str
) -> None:
    with pytest.raises(NetworkError, match=f"{named}: "):
        add_partner(ltu, change(give_invitation(lva, "LTU"), **fields), NOW_NS)


def test_any_single_changed_byte_is_refused(ltu: Path, lva: Path, tmp_path: Path) -> None:
    good = give_invitation(lva, "LTU").read_bytes()
    whole = json.loads(good)
    bad = tmp_path / "bad.json"
    refused = 0
    for place in range(0, len(good), 7):
        data = bytearray(good)
        data[place] ^= 0x01
        bad.write_bytes(data)
        try:
            if json.loads(data.decode()) == whole:  # white space
                continue
        except ValueError:
            pass
        with pytest.raises(NetworkError):
            read_invitation(bad, NOW_NS)
        refused += 1
    assert refused > 100


def test_an_invitation_for_another_nation_is_refused(ltu: Path, lva: Path) -> None:
    with pytest.raises(NetworkError, match="expected an invitation for LTU, was one for POL"):
        add_partner(ltu, give_invitation(lva, "POL"), NOW_NS)


def test_each_partner_is_dialled_with_a_key_of_its_own(lva: Path) -> None:
    keys = {invite(lva, guest, NOW_NS).link_keys for guest in ("LTU", "POL", "EST")}
    assert len(keys) == 3
    assert invite(lva, "LTU", NOW_NS + 5).link_keys in keys


def test_the_keys_of_another_partner_are_refused(ltu: Path, lva: Path, tmp_path: Path) -> None:
    add_partner(ltu, give_invitation(lva, "LTU"), NOW_NS)
    pol = make_nation(tmp_path, "POL")
    stolen = invite(lva, "LTU", NOW_NS)
    for fields in ({"link_keys": stolen.link_keys}, {"authority": stolen.authority}):
        forged = invite(pol, "LTU", NOW_NS).model_copy(update=fields)
        file = tmp_path / "forged.json"
        file.write_bytes(sealed_invitation(pol, forged))
        with pytest.raises(NetworkError, match="of its own"):
            add_partner(ltu, file, NOW_NS)


def test_only_the_file_with_the_fingerprint_told_is_taken(ltu: Path, lva: Path) -> None:
    file = give_invitation(lva, "LTU")
    fingerprint = read_invitation(file, NOW_NS).fingerprint
    with pytest.raises(NetworkError, match="expected the fingerprint AAAA"):
        add_partner(ltu, file, NOW_NS, fingerprint="AAAA-" * 5 + "AAAA")
    assert read_network(ltu).partners == ()
    assert add_partner(ltu, file, NOW_NS, fingerprint=fingerprint.lower()).invitation.nation == "LVA"


def test_a_known_partner_s_new_file_must_be_signed_by_a_key_it_named(ltu: Path, lva: Path, tmp_path: Path) -> None:
    add_partner(ltu, give_invitation(lva, "LTU"), NOW_NS)
    somebody = make_nation(tmp_path / "somebody", "LVA")
    forged = give_invitation(somebody, "LTU", NOW_NS + 1)
    with pytest.raises(NetworkError, match="expected the signature of a key that LVA named before"):
        add_partner(ltu, forged, NOW_NS + 1)
    assert read_network(ltu).partner("LVA").verify_key == read_network(lva).verify_key
    assert add_partner(ltu, forged, NOW_NS + 1, is_replaced=True).is_update


def test_an_older_file_does_not_undo_a_newer_one(ltu: Path, lva: Path) -> None:
    old = give_invitation(lva, "LTU", NOW_NS).read_bytes()
    add_partner(ltu, give_invitation(lva, "LTU", NOW_NS + DAY_NS), NOW_NS + DAY_NS)
    file = ltu.parent / "old.json"
    file.write_bytes(old)
    with pytest.raises(NetworkError, match="newer"):
        add_partner(ltu, file, NOW_NS + DAY_NS)


def test_an_authority_that_is_not_valid_now_is_refused(ltu: Path, lva: Path) -> None:
    file = give_invitation(lva, "LTU")
    for now_ns in (NOW_NS - 3 * DAY_NS, NOW_NS + 3651 * DAY_NS):
        with pytest.raises(NetworkError, match="valid now"):
            add_partner(ltu, file, now_ns)
    assert not add_partner(ltu, file, NOW_NS - DAY_NS // 2).is_update  # a clock that is half a day behind


def test_a_certificate_of_a_node_is_no_authority(lva: Path, ltu: Path) -> None:
    leaf = (lva / "leaf.pem").read_text()
    wrong = invite(lva, "LTU", NOW_NS).model_copy(update={"authority": leaf})
    file = lva.parent / "wrong.json"
    file.write_bytes(sealed_invitation(lva, wrong))
    with pytest.raises(NetworkError, match="expected the certificate of an authority"):
        add_partner(ltu, file, NOW_NS)


def test_a_changed_file_in_the_folder_is_seen_at_the_start(ltu: Path, lva: Path) -> None:
    add_partner(ltu, give_invitation(lva, "LTU"), NOW_NS)
    kept = ltu / "partners" / "LVA" / "invitation.json"
    kept.write_text(kept.read_text().replace('"node": "lva"', '"node": "evil"'))
    with pytest.raises(NetworkError, match="the signature does not fit"):
        read_network(ltu)


def test_a_rotation_leaves_no_moment_without_a_valid_key(ltu: Path, lva: Path) -> None:
    add_partner(lva, give_invitation(ltu, "LVA"), NOW_NS)
    add_partner(ltu, give_invitation(lva, "LTU"), NOW_NS)
    old = read_network(ltu)
    leaf = (ltu / "leaf.pem").read_bytes()
    prepare_rotation(ltu, NOW_NS + DAY_NS)
    assert (ltu / "leaf.pem").read_bytes() != leaf
    assert read_network(ltu).verify_key == old.verify_key  # nobody knows the next one yet
    add_partner(lva, give_invitation(ltu, "LVA", NOW_NS + DAY_NS), NOW_NS + DAY_NS)
    told = read_network(lva).partner("LTU")
    assert told.verify_keys[0] == old.verify_key
    assert told.invitation.link_keys[0] == old.partner("LVA").link.public
    prepare_rotation(ltu, NOW_NS + 2 * DAY_NS)  # once more changes no key that was told
    switch_rotation(ltu)
    new = read_network(ltu)
    assert new.verify_key == told.verify_keys[1]
    assert new.partner("LVA").link.public == told.invitation.link_keys[1]
    add_partner(lva, give_invitation(ltu, "LVA", NOW_NS + 3 * DAY_NS), NOW_NS + 3 * DAY_NS)
    assert read_network(lva).partner("LTU").verify_keys == (new.verify_key,)
    with pytest.raises(NetworkError, match="expected next keys to switch to"):
        switch_rotation(ltu)


def test_a_removed_partner_is_gone_and_may_come_back_with_new_link_keys(ltu: Path, lva: Path) -> None:
    file = give_invitation(lva, "LTU")
    add_partner(ltu, file, NOW_NS)
    before = read_network(ltu).partner("LVA").link.public
    remove_partner(ltu, "LVA")
    assert read_network(ltu).partners == ()
    add_partner(ltu, file, NOW_NS)
    assert read_network(ltu).partner("LVA").link.public != before


def test_secrets_are_their_owner_s_alone_and_never_shown(ltu: Path, lva: Path) -> None:
    add_partner(ltu, give_invitation(lva, "LTU"), NOW_NS)
    secrets = [file for file in ltu.rglob("*") if file.suffix in (".key", ".nk")]
    assert len(secrets) == 3 + 3 + 3  # authority, leaf, signing; three users; three for the partner
    assert {file.stat().st_mode & 0o777 for file in secrets} == {0o600}
    assert ltu.stat().st_mode & 0o777 == 0o700
    shown, text = repr(read_network(ltu)), give_invitation(ltu, "LVA").read_text()
    for file in secrets:
        assert file.read_text().strip() not in shown
        assert file.read_text().strip() not in text


def test_a_folder_with_files_is_left_alone(ltu: Path) -> None:
    before = (ltu / "signing.key").read_bytes()
    with pytest.raises(NetworkError, match="expected an empty or new folder"):
        make_network(ltu, read_network(ltu).own)
    assert (ltu / "signing.key").read_bytes() == before


def test_an_invitation_is_small_and_the_same_bytes_give_the_same_fingerprint(lva: Path) -> None:
    invitation = invite(lva, "LTU", NOW_NS)
    data = sealed_invitation(lva, invitation)
    assert len(data) < 4096
    assert Invitation.model_validate(json.loads(data)["invitation"]).fingerprint == invitation.fingerprint
    other = invitation.model_copy(update={"leaf_port": invitation.leaf_port % 65535 + 1})
    assert other.fingerprint != invitation.fingerprint
    assert seal_invitation(invitation, make_signing_seed()) != data
