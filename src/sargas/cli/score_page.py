"""The page of ``sargas score --html``: one file, no network, that shows where a picture loses."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from sargas.cli.score_charts import draw_gospa, draw_object
from sargas.cli.score_map import LAYERS, apart, draw_inset, draw_map, ramp

if TYPE_CHECKING:
    from sargas.exercise.scoring.frames import Frame
    from sargas.exercise.scoring.losses import ObjectLoss

WORST = 20
COLUMNS = (
    ("objects", "continuity.objects", 0), ("GOSPA m", "gospa_per_target", 1), ("OSPA m", "ospa.mean_m", 1),
    ("location m", "loc_rmse", 1), ("altitude m", "altitude_rmse", 1), ("velocity m/s", "velocity_rmse", 1),
    ("missed", "missed", 4), ("ambiguity", "ambiguity", 3), ("switches /min", "id_switches", 3),
    ("life share", "continuity.track_life_share", 3), ("gaps /min", "continuity.gaps_per_object_minute", 3),
    ("first median s", "latency.median_s", 1), ("first p90 s", "latency.p90_s", 1), ("never", "latency.never", 0),
    ("NEES (3)", "consistency.position_nees.mean", 2), ("in 95 %", "consistency.inside_95_ellipse_share", 3),
)  # fmt: skip
"""Heading, path in the report, digits."""


def render_page(title: str, frames: Sequence[Frame], report: dict[str, Any], warm_up_s: float) -> str:
    """Render the whole page from frames and their plain report."""
    from sargas.exercise.scoring.losses import loss_over_time, losses_by_object

    losses = losses_by_object(frames)
    whole = {**report, "latency": report["latency"]["all"]}
    rows = {"all": whole, **report["by_kind"]}
    return _PAGE.format(
        title=escape(title),
        style=_STYLE,
        script=_SCRIPT,
        cards="".join(_card(*card) for card in _cards(report)),
        toggles="".join(_toggle(*layer) for layer in LAYERS),
        ramp=", ".join(ramp(i / 8) for i in range(9)),
        last=f"{frames[-1].age_s:.0f}",
        map=draw_map(frames, losses),
        insets="".join(draw_inset(loss) for loss in apart(losses)),
        gospa=draw_gospa(loss_over_time(frames), warm_up_s),
        warm_up=f"{warm_up_s:g}",
        kinds=_kinds(rows),
        worst=_worst(losses[:WORST], sum(loss.cost_m2 for loss in losses) or 1.0, frames),
        n=min(WORST, len(losses)),
    )


def _cards(report: dict[str, Any]) -> list[tuple[str, str, str]]:
    waits, trial, siap = report["latency"]["all"], report["field_trial"], report["siap"]
    return [
        ("GOSPA per object", _number(report["gospa_per_target"], 1), "m"),
        ("location error", _number(report["loc_rmse"], 1), "m rms"),
        ("missed", _number(report["missed"], 4), "per object"),
        ("false", _number(report["false"], 4), "per object"),
        ("ID switches", _number(report["id_switches"], 3), "per object-minute"),
        ("longest segment", _number(siap["longest_segment_share"], 3), "of a life"),
        ("first track", f"{_number(waits['median_s'], 0)} / {_number(waits['p90_s'], 0)}", "s median / p90"),
        ("tracks of nothing, ever", _number(trial["false_tracks_per_hour"], 0), "an hour"),
    ]


def _card(name: str, value: str, unit: str) -> str:
    return f'<div class="card"><b>{value}</b> <span>{unit}</span><div>{name}</div></div>'


def _toggle(name: str, label: str, is_on: bool) -> str:
    checked = " checked" if is_on else ""
    return f'<label><input type="checkbox" data-layer="{name}"{checked}><i class="key {name}"></i>{label}</label>'


def _kinds(rows: dict[str, dict[str, Any]]) -> str:
    shown = [column for column in COLUMNS if any(_at(row, column[1]) is not None for row in rows.values())]
    head = "".join(f"<th>{escape(heading)}</th>" for heading, _, _ in shown)
    body = "".join(
        f"<tr><th>{escape(kind)}</th>"
        + "".join(f"<td>{_number(_at(row, path), digits)}</td>" for _, path, digits in shown)
        + "</tr>"
        for kind, row in rows.items()
    )
    return f"<table><thead><tr><th>kind</th>{head}</tr></thead><tbody>{body}</tbody></table>"


def _worst(losses: Sequence[ObjectLoss], total_m2: float, frames: Sequence[Frame]) -> str:
    top_m = max((error for loss in losses for error in loss.errors_m if error > 0), default=1.0)
    rows = []
    for loss in losses:
        known = [error for error in loss.errors_m if error == error]
        rms = (sum(error**2 for error in known) / len(known)) ** 0.5 if known else None
        x, y = loss.places_m[-1]
        cells = (
            f"<td>{escape(loss.kind)}</td>", f"<td>{loss.cost_m2 / total_m2:.1%}</td>", f"<td>{_number(rms, 0)}</td>",
            f"<td>{loss.missed} of {len(loss.ages_s)}</td>", f"<td>{len(loss.switches)}</td>",
            f"<td>{x / 1000:.0f} E {y / 1000:.0f} N</td>",
            f'<td class="spark">{draw_object(loss, frames[0].age_s, frames[-1].age_s, top_m)}</td>',
        )  # fmt: skip
        rows.append(f"<tr><th>{escape(str(loss.name))}</th>{''.join(cells)}</tr>")
    head = "".join(
        f"<th>{h}</th>"
        for h in ("object", "kind", "cost", "rms m", "missed", "switches", "last at, km", f"error, 0 to {top_m:.0f} m")
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _at(row: dict[str, Any], path: str) -> Any:
    value: Any = row
    for name in path.split("."):
        value = None if value is None else value.get(name)
    return value


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


_STYLE = """
body{font:14px/1.45 system-ui,sans-serif;margin:24px auto;max-width:1180px;padding:0 16px;color:#1c2430;background:#fff}
h1{font-size:20px;margin:0 0 12px}h2{font-size:16px;margin:28px 0 6px}p{margin:2px 0 10px;color:#566}
.cards{display:grid;grid-template-columns:repeat(4,1fr);gap:10px}
.card{border:1px solid #d5dbe3;border-radius:6px;padding:8px 12px}
.card b{font-size:20px;font-variant-numeric:tabular-nums}.card span,.card div{color:#566;font-size:12px}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;width:100%}
th,td{padding:4px 6px;border-bottom:1px solid #e4e8ee;text-align:right;font-size:13px}
thead th{vertical-align:bottom;color:#566;font-weight:600;font-size:12px}
tbody th,thead th:first-child{text-align:left}
td.spark{text-align:left;padding:1px 6px;width:270px}
.maps{display:flex;gap:14px}.maps figure{margin:0 0 8px}figcaption{font-size:12px;color:#566}
#map,.inset{border:1px solid #d5dbe3;background:#fbfcfd}
#map{cursor:grab;touch-action:none}
#layers path,#grid path{fill:none;vector-effect:non-scaling-stroke;stroke-linecap:round}
#grid path{stroke:#e3e8ee;stroke-width:1}#grid text{fill:#8a96a5}
#layer-truth path{stroke:#9aa5b1;stroke-width:3}#layer-tracks path{stroke:#0072b2;stroke-width:1.2}
#layer-missed path{stroke-width:6}
#layer-false path{stroke:#d5002b;stroke-width:7;stroke-linecap:square}
#layer-switches path{stroke:#00a36c;stroke-width:7;opacity:.9}
.toggles{display:flex;flex-wrap:wrap;gap:16px;align-items:center;margin:6px 0}
.key{display:inline-block;width:14px;height:4px;margin:0 6px 3px 4px;background:#9aa5b1}
.key.tracks{background:#0072b2}.key.false,.key.switches,.key.missed{height:10px;width:10px;margin-bottom:0}
.key.false{background:#d5002b}.key.switches{background:#00a36c;border-radius:5px}
.key.missed{background:linear-gradient(90deg,#0d0887,#cc4778,#ecbe1e);border-radius:5px}
.ramp{display:inline-block;width:140px;height:10px;margin:0 6px}
.chart text{font-size:12px;fill:#566}.level{stroke:#d5dbe3;fill:none}
rect.location,.sw.location{fill:#56b4e9;background:#56b4e9}rect.missed,.sw.missed{fill:#e69f00;background:#e69f00}
rect.false,.sw.false{fill:#d5002b;background:#d5002b}
.sw{display:inline-block;width:12px;height:12px;margin:0 5px -1px 14px}
.error{fill:none;stroke:#0072b2;stroke-width:1.6;stroke-linecap:round}.switch{fill:none;stroke:#00a36c;stroke-width:2}
"""

_SCRIPT = """
const map=document.getElementById('map'),home=map.getAttribute('viewBox');
const box=()=>map.getAttribute('viewBox').split(' ').map(Number);
const grid=document.getElementById('grid'),size=Number(grid.getAttribute('font-size')),side=box()[2];
const show=b=>{map.setAttribute('viewBox',b.join(' '));grid.setAttribute('font-size',size*b[2]/side)};
map.addEventListener('wheel',e=>{e.preventDefault();const[x,y,w,h]=box(),r=map.getBoundingClientRect();
const f=e.deltaY>0?1.25:0.8,u=(e.clientX-r.left)/r.width,v=(e.clientY-r.top)/r.height;
show([x+w*u*(1-f),y+h*v*(1-f),w*f,h*f])},{passive:false});
let from=null;map.addEventListener('pointerdown',e=>{from=[e.clientX,e.clientY,...box()];
map.setPointerCapture(e.pointerId)});
map.addEventListener('pointermove',e=>{if(!from)return;const r=map.getBoundingClientRect(),[px,py,x,y,w,h]=from;
show([x-(e.clientX-px)*w/r.width,y-(e.clientY-py)*h/r.height,w,h])});
map.addEventListener('pointerup',()=>from=null);map.addEventListener('dblclick',()=>show(home.split(' ').map(Number)));
document.querySelectorAll('[data-layer]').forEach(i=>i.addEventListener('change',()=>
document.getElementById('layer-'+i.dataset.layer).style.display=i.checked?'':'none'));
"""

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>{style}</style></head><body>
<h1>{title}</h1>
<div class="cards">{cards}</div>
<h2>Where</h2>
<p>Wheel zooms, dragging moves, a double click shows all. Points say what they are when pointed at.</p>
<div class="toggles">{toggles}
<span>0 s<i class="ramp" style="background:linear-gradient(90deg,{ramp})"></i>{last} s</span></div>
<div class="maps">{map}<div>{insets}</div></div>
<h2>When: GOSPA per object over time</h2>
<p>Height: GOSPA in metres, divided in proportion to the squares of its causes:
<i class="sw location"></i>location<i class="sw missed"></i>missed<i class="sw false"></i>false.
Pale: before {warm_up} s, not counted.</p>
{gospa}
<h2>What: by kind</h2>
<p>False tracks are of no kind: only the first row's GOSPA and OSPA hold them.</p>
{kinds}
<h2>Who: the {n} objects that cost most</h2>
<p>Cost: share of all objects' location and missed GOSPA² from 8 s on. Line: location error; orange: no track; green
ring: another number.</p>
{worst}
<script>{script}</script></body></html>
"""
