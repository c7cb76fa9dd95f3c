"""Decoder of one readsb source: which document is it, then its aircraft as plots."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sargas.formats.contract import Decoded, Reject
from sargas.formats.cooperative import REMEMBERED_OBJECTS, PositionMemory, Reports, plots_of
from sargas.formats.readsb.aircraft import address_key, read_aircraft, unix_s
from sargas.formats.readsb.trace import Details, aircraft_of_rows
from sargas.formats.rows import Malformed, RejectLog, parse_json, read_numbers, unpack
from sargas.model.plots import Plots, concatenate
from sargas.model.records import Sensor, Source

KNOWN_DOCUMENTS = "expected aircraft.json (now, aircraft), one aircraft a line (now, hex) or a trace (timestamp, trace)"


@dataclass(slots=True)
class ReadsbDecoder:
    """Decode aircraft.json, aircraft lines and traces of one source; remembers each address's last position.

    A held position (repeated, or older than 15 s) is counted as a duplicate and gives no second plot.
    """

    source: Source
    memory: PositionMemory = field(default_factory=PositionMemory)
    details: dict[str, Details] = field(default_factory=dict)
    """Trace details of each address, from its last row that had any; bounded like the position memory."""

    def decode(self, receive_time_ns: int, data: bytes) -> Decoded:
        """Decode one document, gzip or not, or several, one a line. Never raises on any bytes."""
        try:
            text = unpack(data)
            try:
                documents = [parse_json(text)]
            except Malformed:
                lines = [line for line in text.splitlines() if line.strip()]
                if len(lines) < 2:
                    raise
                documents = [parse_json(line) for line in lines]
        except Malformed as error:
            return Decoded(rejects=(Reject(error.offset, str(error)),))
        log = RejectLog()
        parts = [self._decode_document(receive_time_ns, document, log) for document in documents]
        plots = [part for part, _ in parts if part is not None]
        return Decoded(
            plots=concatenate(plots) if plots else None,
            records=sum(len(part) for part in plots),
            rejects=tuple(log.rejects),
            duplicates=sum(held for _, held in parts),
        )

    def snapshot(self) -> bytes:
        """Return the positions and trace details remembered."""
        return json.dumps({"memory": self.memory.to_lists(), "details": self.details}).encode()

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot."""
        state = json.loads(data)
        self.memory, self.details = PositionMemory.from_lists(state["memory"]), state["details"]

    def _decode_document(self, receive_time_ns: int, document: Any, log: RejectLog) -> tuple[Plots | None, int]:
        if isinstance(document, dict) and isinstance(document.get("trace"), list):
            read = self._read_trace(document, log)
        elif isinstance(document, dict) and isinstance(document.get("aircraft"), list):
            read = self._read_list(document, document["aircraft"], log)
        elif isinstance(document, dict) and "hex" in document:
            read = self._read_list(document, [document], log)
        else:
            log.add(0, KNOWN_DOCUMENTS)
            return None, 0
        if read is None:
            return None, 0
        reports, old = read
        plots, held = plots_of(reports, self.memory, self.source, receive_time_ns)
        return plots, old + held

    def _read_list(self, document: dict[str, Any], found: list[Any], log: RejectLog) -> tuple[Reports, int] | None:
        now_s = unix_s(document.get("now"))
        if now_s is None:
            log.add(0, "expected now in Unix seconds; document dropped")
            return None
        rows = [number for number, one in enumerate(found) if isinstance(one, dict)]
        for number, one in enumerate(found):
            if not isinstance(one, dict):
                log.add(number, "expected an aircraft object; aircraft dropped")
        return read_aircraft([found[row] for row in rows], rows, [now_s] * len(rows), log)

    def _read_trace(self, document: dict[str, Any], log: RejectLog) -> tuple[Reports, int] | None:
        start_s = unix_s(document.get("timestamp"))
        address = address_key(document.get("icao"))
        if start_s is None or not address:
            log.add(0, "expected icao and timestamp in Unix seconds; trace dropped")
            return None
        details = self.details.pop(address, {})
        aircraft, numbers, seconds = aircraft_of_rows(address, document["trace"], details, log)
        self.details[address] = details
        if len(self.details) > REMEMBERED_OBJECTS:
            del self.details[next(iter(self.details))]
        after_s = read_numbers(seconds, numbers, "seconds after the timestamp", 0, 1e7, log).tolist()
        timed = [i for i, value in enumerate(after_s) if value == value]
        return read_aircraft(
            [aircraft[i] for i in timed], [numbers[i] for i in timed], [start_s + after_s[i] for i in timed], log
        )


def open_decoder(source: Source, sensors: Sequence[Sensor]) -> ReadsbDecoder:
    """Make the decoder of one readsb source; its plots carry the source's ``sensor_id``, else its name."""
    return ReadsbDecoder(source)
