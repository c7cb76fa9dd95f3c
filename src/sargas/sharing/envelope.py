"""The sealed release, as the upper layers name it; the octets are those of ``formats.release``."""

from sargas.formats.release.envelope import Release, Traffic, seal, unseal, verify_key_of
from sargas.formats.release.octets import ReleaseError

__all__ = ["Release", "ReleaseError", "Traffic", "seal", "unseal", "verify_key_of"]
