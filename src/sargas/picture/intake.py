"""From an envelope's bytes to messages: each source has its own decoder, opened from the configuration."""

from __future__ import annotations

from sargas.formats.asterix.decoder import AsterixDecoder
from sargas.formats.contract import Decoded, Decoder
from sargas.formats.registry import open_decoder
from sargas.formats.release.decode import ReleaseDecoder
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.parts import pack, unpack
from sargas.model.plots import Plots
from sargas.model.records import Configuration, Source, SourceLabel

MARK = b"SARGAS-INTAKE-2\n"
OFF_NS = 30 * NS_PER_S
"""Stamps that are off by more are no delay: the tracker takes none so far ahead, nor any that are ten seconds late."""


class Intake:
    """Hold one decoder per configured source; bytes of any other source are refused by name."""

    def __init__(self, configuration: Configuration) -> None:
        self._decoders: dict[str, Decoder] = {
            source.name: _open(source, configuration) for source in configuration.sources
        }
        self.widest = {source.name: source.label for source in configuration.sources}
        """By source: the label that the node was configured with, which no later one may be wider than."""
        self.waiting: dict[str, SourceLabel] = {}
        """By source: a label that is to be in force from a later moment on."""
        _share_memory([d for d in self._decoders.values() if isinstance(d, AsterixDecoder)])

    def decode(self, source: str, receive_time_ns: int, data: bytes) -> Decoded:
        """Decode one datagram received at ``receive_time_ns`` (UTC ns); an unknown source is quarantined for that."""
        decoder = self._decoders.get(source)
        if decoder is None:
            return Decoded(quarantine=f"source {source!r} is not in the configuration: add a [[source]] table for it")
        return decoder.decode(receive_time_ns, data)

    def snapshot(self) -> bytes:
        """Return what all decoders remember; equal memories give equal bytes."""
        header = {
            "sources": list(self._decoders),
            "widest": {name: label.model_dump(mode="json") for name, label in self.widest.items()},
            "waiting": {name: word.model_dump(mode="json") for name, word in sorted(self.waiting.items())},
        }
        return pack(MARK, header, [one.snapshot() for one in self._decoders.values()])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot of the same configuration. Raises ValueError for bytes that are none."""
        header, parts = unpack(MARK, data, len(self._decoders))
        if header["sources"] != list(self._decoders):
            raise ValueError(f"expected a snapshot of {list(self._decoders)}, was of {header['sources']}")
        self.widest = {name: Label.model_validate(told) for name, told in header["widest"].items()}
        self.waiting = {name: SourceLabel.model_validate(told) for name, told in header["waiting"].items()}
        for decoder, part in zip(self._decoders.values(), parts, strict=True):
            decoder.restore(part.tobytes())

    def go_on_from(self, before: Intake, time_ns: int) -> tuple[()]:
        """Take over which labels are the widest and which ones wait; what decoders remember begins anew."""
        self.widest, self.waiting = dict(before.widest), dict(before.waiting)
        return ()

    def stamps_off(self, source: str, plots: Plots | None) -> tuple[str, ...]:
        """Say when all plots of a datagram are stamped so that nothing takes them; no word: some are not, or the
        decoder itself follows the clocks of its senders.
        """
        is_followed = isinstance(self._decoders.get(source), AsterixDecoder | ReleaseDecoder)
        if is_followed or plots is None or not len(plots):
            return ()
        age_ns = plots.receive_time_ns - plots.time_ns
        for side, is_off in (("behind", age_ns > OFF_NS), ("ahead of", age_ns < -OFF_NS)):
            if is_off.all():
                limit = f"stamps within {OFF_NS // NS_PER_S} s of their receipt"
                return (f"expected {limit}, were {side} it: mend the clock of the source, or set clock_correction_s",)
        return ()

    def clock_offset_s(self, source: str) -> float | None:
        """Return receive time minus corrected stamp (s) as the decoder estimates it; none: it does not, or not yet."""
        return getattr(self._decoders.get(source), "clock_offset_s", None)


def _open(source: Source, configuration: Configuration) -> Decoder:
    """Open a source's decoder; what partners release is read against their keys."""
    if source.format == "release":
        return ReleaseDecoder.of_configuration(source, configuration)
    return open_decoder(source, configuration.sensors)


def _share_memory(decoders: list[AsterixDecoder]) -> None:
    """Let all ASTERIX sources remember together: a radar on two multicast groups comes in by two feeds."""
    for decoder in decoders[1:]:
        decoder.share_memory(decoders[0])
