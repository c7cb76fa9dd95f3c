"""Sealed releases between nations (spec/release.md): tracks, shared plots and notices of a partner, signed."""

from sargas.formats.release.decode import ReleaseDecoder, open_decoder
from sargas.formats.release.envelope import Release, seal, unseal
from sargas.formats.release.octets import ReleaseError

__all__ = ["Release", "ReleaseDecoder", "ReleaseError", "open_decoder", "seal", "unseal"]
