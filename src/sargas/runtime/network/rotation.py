"""Change keys without a gap: the next keys are made and told first, and taken into use once the partners know them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sargas.runtime.network.folder import partner_folders, read_identity
from sargas.runtime.network.identity import NetworkError
from sargas.runtime.network.keys import make_signing_seed, make_user_seed, write_signing_seed, write_user_seed
from sargas.runtime.network.making import next_of, renew_leaf


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a step of a rotation did: the certificate is always new; whose link keys changed or will."""

    partners: tuple[str, ...]
    is_switched: bool


def prepare_rotation(path: Path, now_ns: int) -> Rotation:
    """Renew our certificate at once and make the next keys beside those in use; until the switch both are valid.

    Doing it again renews the certificate alone: next keys that are there, and perhaps told already, stay.
    """
    renew_leaf(path, read_identity(path), now_ns)
    if not next_of(path / "signing.key").exists():
        write_signing_seed(next_of(path / "signing.key"), make_signing_seed())
    folders = partner_folders(path)
    for folder in folders:
        if not next_of(folder / "link.nk").exists():
            write_user_seed(next_of(folder / "link.nk"), make_user_seed())
    return Rotation(tuple(folder.name for folder in folders), is_switched=False)


def switch_rotation(path: Path) -> Rotation:
    """Take the next keys into use; the old ones are gone. Raises NetworkError when none were made."""
    keys = [path / "signing.key", *(folder / "link.nk" for folder in partner_folders(path))]
    if not next_of(keys[0]).exists():
        raise NetworkError(f"{path}: expected next keys to switch to, was none: sargas network rotate makes them")
    for key in keys:
        if next_of(key).exists():
            next_of(key).replace(key)
    return Rotation(tuple(folder.name for folder in partner_folders(path)), is_switched=True)
