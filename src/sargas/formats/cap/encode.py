"""Public warnings as OASIS Common Alerting Protocol 1.2 XML. Element names and code words: CAP v1.2, section 3.2.

What a level means in CAP: red is urgency Immediate or Expected by the time left, severity Extreme; yellow severity
Moderate. Certainty is Likely, never Observed: nobody has seen the warhead. An exercise is status Exercise.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

import numpy as np

from sargas.model.columns import NS_PER_S
from sargas.model.warning_records import PublicWarning, WarningText

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
IMMEDIATE_NS = 900 * NS_PER_S
"""CAP: Immediate asks for action at once, Expected within the next hour."""
LANGUAGE = {"lt": "lt-LT", "en": "en", "lv": "lv-LV", "pl": "pl-PL"}
EVENT = {
    "red": {
        "lt": "Oro pavojus",
        "en": "Air danger",
        "lv": "Gaisa telpas apdraudējums",
        "pl": "Zagrożenie z powietrza",
    },
    "yellow": {
        "lt": "Galimas oro pavojus",
        "en": "Air warning",
        "lv": "Iespējams gaisa telpas apdraudējums",
        "pl": "Możliwe zagrożenie z powietrza",
    },
}
"""The kind of event in the language of each block, as the headlines of ``figures/warning_texts.toml`` begin."""
MESSAGE = {"alert": "Alert", "update": "Update", "all_clear": "Cancel"}


def encode_cap(warning: PublicWarning, sender: str, earlier: Sequence[PublicWarning] = ()) -> bytes:
    """Write one message; ``earlier``: the messages of its warning that were sent, which it updates or cancels.

    ``sender`` is an identity under the control of who sends, for example an address of the agency. Raises ValueError
    for a sender with spaces, commas, < or &, which CAP forbids.
    """
    if any(sign in sender for sign in " ,<&") or not sender:
        raise ValueError(f"expected a sender without spaces, commas, < and &, was {sender!r}")
    root = ET.Element("alert", xmlns=NAMESPACE)
    _add(root, "identifier", identifier_of(warning))
    _add(root, "sender", sender)
    _add(root, "sent", _time(warning.decided_ns or warning.drafted_ns))
    _add(root, "status", "Exercise" if warning.is_exercise else "Actual" if warning.state == "approved" else "Draft")
    _add(root, "msgType", MESSAGE[warning.message] if earlier or warning.message == "alert" else "Alert")
    _add(root, "scope", "Public")
    if earlier:
        in_order = sorted(earlier, key=lambda one: one.number)
        told = (f"{sender},{identifier_of(one)},{_time(one.decided_ns or one.drafted_ns)}" for one in in_order)
        _add(root, "references", " ".join(told))
    for text in warning.texts:
        _add_info(root, warning, text)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="utf-8") + b"\n"


def identifier_of(warning: PublicWarning) -> str:
    """Name a message as CAP wants it: no spaces, commas, < and &."""
    return "".join("-" if sign in " ,<&/" else sign for sign in f"{warning.origin}-{warning.message_id}")


def _add_info(root: ET.Element, warning: PublicWarning, text: WarningText) -> None:
    info = ET.SubElement(root, "info")
    is_over = warning.message == "all_clear"
    _add(info, "language", LANGUAGE.get(text.language, text.language))
    _add(info, "category", "Security")
    _add(info, "event", EVENT[warning.level][text.language])
    _add(info, "responseType", "AllClear" if is_over else "Shelter" if warning.level == "red" else "Monitor")
    _add(info, "urgency", "Past" if is_over else _urgency(warning))
    _add(info, "severity", "Minor" if is_over else "Extreme" if warning.level == "red" else "Moderate")
    _add(info, "certainty", "Unlikely" if is_over else "Likely" if warning.level == "red" else "Possible")
    _add(info, "effective", _time(warning.decided_ns or warning.drafted_ns))
    if warning.eta_from_ns is not None and not is_over:
        _add(info, "onset", _time(warning.eta_from_ns))
    _add(info, "expires", _time(warning.expires_ns))
    _add(info, "headline", text.headline)
    _add(info, "description", text.description)
    _add(info, "instruction", text.instruction)
    _add_parameter(info, "sargas-level", warning.level)
    _add_parameter(info, "sargas-areas", warning.areas_are)
    for area in warning.areas:
        element = ET.SubElement(info, "area")
        _add(element, "areaDesc", area.name)
        ring = area.polygon if area.polygon[0] == area.polygon[-1] else (*area.polygon, area.polygon[0])
        _add(element, "polygon", " ".join(f"{latitude:.4f},{longitude:.4f}" for longitude, latitude in ring))
        _add_pair(element, "geocode", "sargas-area", area.area_id)


def _urgency(warning: PublicWarning) -> str:
    told_ns = warning.decided_ns or warning.drafted_ns
    left_ns = 0 if warning.eta_from_ns is None else warning.eta_from_ns - told_ns
    return "Immediate" if left_ns <= IMMEDIATE_NS else "Expected"


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _add_parameter(info: ET.Element, name: str, value: str) -> None:
    _add_pair(info, "parameter", name, value)


def _add_pair(parent: ET.Element, element: str, name: str, value: str) -> None:
    pair = ET.SubElement(parent, element)
    _add(pair, "valueName", name)
    _add(pair, "value", value)


def _time(time_ns: int) -> str:
    """Write a time as CAP wants it: UTC as -00:00 (section 3.3.2), never Z or +00:00; fractions are cut."""
    return f"{np.datetime64(time_ns // NS_PER_S, 's')}-00:00"
