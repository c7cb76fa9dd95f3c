"""What an airport's duty manager is told: when to close, how sure that is, and what would reopen early."""

from __future__ import annotations

from typing import NamedTuple

from sargas.model.columns import NS_PER_S
from sargas.model.drift_records import ClosureAdvice, ClosureRule
from sargas.model.local_time import LocalTime
from sargas.model.saying import figure
from sargas.model.warning_records import WarningText


class Told(NamedTuple):
    """What the words are made of; times are UTC ns."""

    state: str
    name: str
    from_ns: int
    until_ns: int | None
    entry_ns: tuple[int, int] | None
    exit_ns: tuple[int, int] | None
    probability: float
    balloons: int
    existence: float


def tell(told: Told, rule: ClosureRule, local: LocalTime, *, is_exercise: bool) -> tuple[WarningText, ...]:
    """Tell an advice in English and Lithuanian, times in local time."""
    return (
        _text("en", told, rule, local, "EXERCISE. " if is_exercise else ""),
        _text("lt", told, rule, local, "PRATYBOS. " if is_exercise else ""),
    )


def tell_removed(name: str, *, is_exercise: bool) -> tuple[WarningText, ...]:
    """Tell in English and Lithuanian that an airport is advised no more, for its zone was removed."""
    return tuple(
        WarningText(
            language="lt" if language == "lt" else "en",
            headline=(mark + _WORDS[language]["removed"].format(name=name))[:160],
            description=mark + _WORDS[language]["gone"],
            instruction=mark + _WORDS[language]["unwatched"],
        )
        for language, mark in (("en", "EXERCISE. " if is_exercise else ""), ("lt", "PRATYBOS. " if is_exercise else ""))
    )


def reasons_of(advice: ClosureAdvice) -> str:
    """Return the advice's English words as one line."""
    text = next(text for text in advice.texts if text.language == "en")
    return f"{text.headline}. {text.description} {text.instruction}"


_WORDS = {
    "en": {
        "expected": "{name}: closure expected from {start} local time",
        "close": "{name}: close from {start} local time",
        "closed": "{name}: keep closed",
        "reopen": "{name}: may reopen",
        "called_off": "{name}: expected closure called off",
        "until": ", until about {end} local time",
        "beyond": ", end not yet in sight",
        "chance": "Highest chance of a balloon in the protected volume within the hour: {chance}. ",
        "entry": "First entry {first} to {last} local time (5 to 95 %). ",
        "exit": "Last exit {first} to {last} local time (5 to 95 %). ",
        "plots": "{balloons} balloon track(s) behind it; {existence} that any of them is a balloon.",
        "none": "No balloon track is behind it any more.",
        "wait": "Not yet: the decision falls {lead} min before, at {due} local time.",
        "clear": "Clear runway and approach now: it takes {lead} min. A person decides.",
        "hold": "Reopens early when the chance stays below {open} for {hold} min, now and {ahead} min ahead, for "
        "example when the balloons are seen to pass aside, to rise above it or to be no balloons. A person decides.",
        "open": "The chance stayed below {open} for {hold} min, now and {ahead} min ahead. A person decides.",
        "off": "The chance no longer reaches {close}. Nothing needs to be done.",
        "removed": "{name}: advice ends",
        "gone": "The zone was deleted, or no longer closes for balloons.",
        "unwatched": "Balloons are not reckoned with here any more. A person decides.",
    },
    "lt": {
        "expected": "{name}: numatomas uždarymas nuo {start} vietos laiku",
        "close": "{name}: uždaryti nuo {start} vietos laiku",
        "closed": "{name}: laikyti uždarytą",
        "reopen": "{name}: galima atidaryti",
        "called_off": "{name}: numatytas uždarymas atšaukiamas",
        "until": ", iki maždaug {end} vietos laiku",
        "beyond": ", pabaigos dar nematyti",
        "chance": "Didžiausia tikimybė, kad per valandą saugomoje erdvėje bus balionas: {chance}. ",
        "entry": "Pirmas įskridimas {first}–{last} vietos laiku (5–95 %). ",
        "exit": "Paskutinis išskridimas {first}–{last} vietos laiku (5–95 %). ",
        "plots": "Balionais laikomi taikiniai: {balloons}; tikimybė, kad bent vienas jų yra balionas: {existence}.",
        "none": "Balionais laikomų taikinių nebeliko.",
        "wait": "Dar ne dabar: spręsti reikės likus {lead} min, {due} vietos laiku.",
        "clear": "Dabar atlaisvinti kilimo ir tūpimo taką ir artėjimo erdvę: tam reikia {lead} min. Sprendžia žmogus.",
        "hold": "Galima atidaryti anksčiau, jei tikimybė {hold} min išlieka mažesnė nei {open} dabar ir {ahead} min "
        "į priekį, pvz., kai matyti, kad balionai praskrieja pro šalį, pakyla virš erdvės ar yra ne balionai. "
        "Sprendžia žmogus.",
        "open": "Tikimybė {hold} min buvo mažesnė nei {open} dabar ir {ahead} min į priekį. Sprendžia žmogus.",
        "off": "Tikimybė nebesiekia {close}. Nieko daryti nereikia.",
        "removed": "{name}: patarimai nebeteikiami",
        "gone": "Zona panaikinta arba dėl balionų nebeuždaroma.",
        "unwatched": "Balionai čia nebevertinami. Sprendžia žmogus.",
    },
}
_DO = {"expected": "wait", "close": "clear", "closed": "hold", "reopen": "open", "called_off": "off"}


def _text(language: str, told: Told, rule: ClosureRule, local: LocalTime, mark: str) -> WarningText:
    words = _WORDS[language]
    headline = words[told.state].format(name=told.name, start=local.clock(told.from_ns))
    if told.state in ("expected", "close", "closed"):
        end = None if told.until_ns is None else local.clock(told.until_ns)
        headline += words["beyond"] if end is None else words["until"].format(end=end)
    body = words["chance"].format(chance=_percent(told.probability, language))
    for name, window in (("entry", told.entry_ns), ("exit", told.exit_ns)):
        if window is not None:
            first, last = (local.clock(time_ns) for time_ns in window)
            body += words[name].format(first=first, last=last)
    plots = words["plots"].format(balloons=told.balloons, existence=_percent(told.existence, language))
    body += plots if told.balloons else words["none"]
    due_ns = told.from_ns - round(rule.clearing_s * NS_PER_S)
    instruction = words[_DO[told.state]].format(
        lead=_minutes(rule.clearing_s),
        due=local.clock(due_ns),
        hold=_minutes(rule.hold_s),
        ahead=_minutes(rule.reopen_ahead_s),
        open=_percent(rule.open_probability, language),
        close=_percent(rule.close_probability, language),
    )
    return WarningText(
        language="lt" if language == "lt" else "en",
        headline=(mark + headline)[:160],
        description=mark + body,
        instruction=mark + instruction,
    )


def _percent(probability: float, language: str) -> str:
    share = 100.0 * probability
    told = figure(share, ".0f" if share >= 9.5 or share == 0.0 else ".1f")
    return f"{told.lt if language == 'lt' else told.en} %"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60.0:.0f}"
