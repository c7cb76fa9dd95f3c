"""``sargas decode``: a recording to one JSON object a record, or to the columns of plots or tracks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from sargas.cli.out_file import refuse_unwritable


def decode(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="pcap, or raw octets")],
    out: Annotated[Path, typer.Option(help="Where to write: *.jsonl (every item) or *.parquet (plots, or tracks)")],
    format: Annotated[str, typer.Option(help="Format of the recording; its folder under sargas/formats")] = "asterix",
    edition: Annotated[
        list[str] | None, typer.Option(help="ASTERIX edition, for example 048=1.32 or 048/RE=1.13; repeatable")
    ] = None,
    framing: Annotated[str, typer.Option(help="Framing of ASTERIX datagrams: none or final")] = "none",
    received: Annotated[
        str | None, typer.Option(help="When raw octets were received, ISO 8601 UTC; default: time of the file")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object")] = False,
) -> None:
    """Decode a recording of sensor data.

    *.jsonl: one object a record: category, edition, sac, sic, time_of_day_s, receive_time_ns and its items by number
    and name in physical units. *.parquet: plots; when the recording has only system tracks (category 062), tracks.
    """
    import json as json_module

    from sargas.cli.decoding import decode_file

    if framing not in ("none", "final"):
        raise typer.BadParameter(f"expected none or final, was {framing!r}", param_hint="--framing")
    refuse_unwritable("--out", out)
    kind: Literal["none", "final"] = "final" if framing == "final" else "none"
    summary = decode_file(file, out, format, _editions(edition or []), kind, _received_ns(received))
    typer.echo(json_module.dumps(summary) if json else _in_words(summary))


def _editions(pairs: list[str]) -> dict[str, str]:
    editions: dict[str, str] = {}
    for pair in pairs:
        category, sign, number = pair.partition("=")
        if not (sign and category and number):
            raise typer.BadParameter(
                f"expected CATEGORY=EDITION such as 048=1.32, was {pair!r}", param_hint="--edition"
            )
        editions[category] = number
    return editions


def _received_ns(text: str | None) -> int | None:
    from datetime import UTC, datetime

    if text is None:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"expected a time such as 2016-05-05T07:35:00, was {text!r}", param_hint="--received"
        ) from None
    return round(when.replace(tzinfo=when.tzinfo or UTC).timestamp() * 1e6) * 1000


def _in_words(summary: dict[str, Any]) -> str:
    lines = [
        f"{summary['out']}: {summary['written']} {summary['content']} from {summary['datagrams']} datagrams "
        f"({summary['records']} records, {summary['duplicates']} duplicates, {summary['rejected']} refused, "
        f"{summary['trailing_bytes']} trailing octets)"
    ]
    if summary["left_out"]:
        lines.append(f"left out: {summary['left_out']}")
    lines += [f"refused {count} x: {reason}" for reason, count in summary["reject_reasons"].items()]
    lines += [f"skipped {count} packets: {reason}" for reason, count in summary["skipped_packets"].items()]
    lines += [f"clock of {sensor}: {offset:+.3f} s late" for sensor, offset in summary["clock_offsets_s"].items()]
    return "\n".join(lines)
