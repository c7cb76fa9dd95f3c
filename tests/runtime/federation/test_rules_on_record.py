"""By which rules a node released, and what was agreed with whom, is in its audit from the start on."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from pathlib import Path

from sargas.runtime.audit.entry import AuditEntry
from sargas.runtime.audit.files import segments
from sargas.runtime.config import ConsoleSettings, NodeSettings, Settings
from sargas.runtime.network.settings import NetworkSettings
from sargas.runtime.node import Node
from tests.runtime.network.nations import join_nations
from tests.runtime.store_cases import make_configuration

AGREED = '{"nation": "LVA", "kinds": ["track"], "clearance": "restricted"}'


async def join_and_close(settings: Settings) -> Node:
    """Let a node read what it is to release by, as its start does."""
    node = Node(settings)
    node._join_network(make_configuration(1, 1), ())
    node._close()
    return node


def entries(data_dir: Path) -> dict[str, AuditEntry]:
    lines = [line for path in segments(data_dir / "audit") for line in path.read_bytes().split(b"\n")[:-1]]
    return {entry.action: entry for entry in map(AuditEntry.of_line, lines)}


def test_a_node_that_shares_writes_down_what_it_starts_to_release_by(tmp_path: Path) -> None:
    folder = join_nations(tmp_path, ("LTU", "LVA"))["LTU"]
    folder.partners[0].agreement_file.write_text(AGREED)
    settings = Settings(
        node=NodeSettings(name="ltu", nation="LTU", data_dir=tmp_path / "data"),
        network=NetworkSettings(dir=tmp_path / "LTU"),
        console=ConsoleSettings(port=0),
    )
    node = asyncio.run(join_and_close(settings))
    found = entries(tmp_path / "data")
    assert node.federation is not None
    policy, (agreement,) = node.federation.rules
    assert agreement.kinds == ("track",)
    assert found["release:rules"].inputs_sha256 == policy.digest.hex()
    assert found["release:agreement"].object == "LVA"
    assert found["release:agreement"].inputs_sha256 == sha256(agreement.model_dump_json().encode()).hexdigest()
