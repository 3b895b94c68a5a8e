"""The page of a learner's own network as text: what was read, what is unusual, both runs, and every setting to change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from bot.content.entries import Entry
from bot.diagnosis.answer import OURS, READ, NetworkAnswer, changed, score_line, sound, was_read
from bot.diagnosis.describe import rows_alone, sentence
from bot.diagnosis.explained import explained_by
from bot.present.charts import stills
from bot.present.charts.curves import HEIGHT, WIDTH, curves
from bot.present.code_export.changed import Line, codes
from bot.present.diagnosed import reply, share_query
from bot.present.recordings import parts_of
from bot.surfaces.web import assets, tables
from bot.surfaces.web.links import Links
from bot.surfaces.web.pages import SITE, render_template
from bot.surfaces.web.tables import Control
from sims.engine.experiment import Run
from sims.engine.general.settings import LAYERS, NetworkParams

TITLE = "Try your own network"
FIRST = ("data", "hidden1", "activation1", "output", "loss", "optimizer", "learning_rate", "epochs", "start")
FIELDS = {  # of a specification, for settings that are called otherwise there
    **{f"{name}{n}": "layers" for n in range(1, LAYERS + 1) for name in ("hidden", "activation")},
    "output": "output_activation", "points": "examples", "order": "shuffle", "summed": "gradient_not_averaged",
    "start_spread": "start", "start_low": "start", "start_high": "start", "dropout": "layers", "batch_norm": "layers",
}


@dataclass(frozen=True)
class Wanted:
    """What the page is asked for: a pasted text, or settings, and a seed. `shared`: whether a link holds own rows."""

    text: str = ""
    params: NetworkParams = field(default_factory=NetworkParams)
    seed: int = 0
    shared: bool = False


@dataclass(frozen=True)
class Chip:
    """A setting as a control, and the line of the text that says it."""

    control: Control
    line: int | None


@dataclass(frozen=True)
class Shown:
    """One of the runs: its title, its picture on both grounds, and what the player needs."""

    title: str
    score: str
    light: str
    dark: str
    says: str
    code: tuple[Line, ...]
    sent: Mapping[str, Any]


def empty_page(links: Links) -> str:
    """The page before anything was asked of it."""
    return _page(links, Wanted(), chips=_chips(NetworkParams(), {}), rest=_rest(NetworkParams(), 0, {}))


def result_page(answer: NetworkAnswer, wanted: Wanted, entries: Mapping[str, Entry], links: Links) -> str:
    """The page with the answer about a network."""
    params = answer.shown.params if answer.shown is not None else wanted.params
    lines = answer.reading.spec.lines if wanted.text else {}
    pasted = curves(answer.reading.symptoms, answer.run) if wanted.text else None
    runs, query = _runs(answer), share_query(params, wanted.seed, wanted.shared)
    first = next(iter(answer.diagnoses), None)
    metrics = type(answer.run.metrics) if answer.run is not None else None
    claims = [(claim, parts_of(claim.holds, metrics) if metrics else [])
              for claim in (answer.claims(first) if first and answer.proof else ())]
    return _page(
        links, replace(wanted, params=params), answer=answer, first=first, runs=runs, claims=claims,
        curves=pasted and {"light": uri(pasted.light), "dark": uri(pasted.dark), "says": pasted.says, "width": WIDTH,
                           "height": HEIGHT},
        found=was_read(answer.reading), as_read=sentence(answer.reading.spec), score=score_line(answer),
        sound=sound(answer), by_reading=READ, ours=OURS if rows_alone(answer.reading.spec) else "",
        chips=_chips(params, lines), rest=_rest(params, wanted.seed, lines),
        explained=[entries[slug] for slug in explained_by(answer, entries)],
        link=links.absolute(f"try?{query}") if query else "", canned=reply(answer, links.public_url).markdown,
        data={"player": links.to(assets.path_of("bundle.js")), "style": links.to(assets.path_of("player.css")),
              "recording": links.to("try/recording"), "runs": [run.sent for run in runs],
              "scores": [run.score for run in runs]})


def _page(links: Links, wanted: Wanted, **values: Any) -> str:
    usual: dict[str, Any] = {"answer": None, "data": None, "runs": [], "link": "", "curves": None,
                             "begin": share_query(NetworkParams())}
    return render_template("try.html", **{
        **usual, **values, "links": links, "wanted": wanted, "title": TITLE, "canonical": "",
        "description": "Paste the code of a small network, its log or its numbers: it is read, trained 32 times, and "
                       "what is unusual about it is shown.", "site": SITE})


def _runs(answer: NetworkAnswer) -> list[Shown]:
    if answer.run is None:
        return []
    runs = [("As read", answer.run)]
    if answer.proof is not None and answer.proof.rule.mend:
        runs.append((f"With {changed(answer.proof)}", answer.proof.mended))
    written = codes([run for _, run in runs])
    return [_shown(run, title, code) for (title, run), code in zip(runs, written, strict=True)]


def _shown(run: Run[Any, Any], title: str, code: tuple[Line, ...]) -> Shown:
    params = run.params.model_dump(mode="json", exclude_defaults=True)
    own = params.pop("own", "")
    still = stills.network_still(run, title)
    solved = int((run.metrics.solved == 1).sum())
    light, dark = uri(still.svg["light"]), uri(still.svg["dark"])
    return Shown(title, f"solved in {solved} of {len(run.seeds)} runs", light, dark,
                 f"{title}: the network with seed {run.seed} after training", code,
                 {"params": params, "own": own, "seed": run.seed})


def uri(drawing: str) -> str:
    """A drawing as an address that holds it: own rows are in no other. No spaces: they would end it in a `srcset`."""
    return f"data:image/svg+xml,{quote(drawing, safe='=:/,;.()-+')}"


def _controls(params: NetworkParams) -> list[Control]:
    return [control for control in tables.controls(params, NetworkParams()) if control.name != "own"]


def _in_front(params: NetworkParams, lines: Mapping[str, int]) -> set[str]:
    """The settings that stand in front: those that make the network, those that differ, and those that were read."""
    changed = {control.name for control in _controls(params) if control.changed}
    layers = {f"{name}{n}" for n in range(1, LAYERS + 1) if getattr(params, f"hidden{n}")
              for name in ("hidden", "activation")}
    read = {name for name in NetworkParams.model_fields if FIELDS.get(name, name) in lines and name not in FIELDS}
    absent = {f"activation{n}" for n in range(1, LAYERS + 1) if not getattr(params, f"hidden{n}")}
    return ({*FIRST} | changed | layers | read) - absent


def _chips(params: NetworkParams, lines: Mapping[str, int]) -> list[Chip]:
    front = _in_front(params, lines)
    return [Chip(one, lines.get(FIELDS.get(one.name, one.name))) for one in _controls(params) if one.name in front]


def _rest(params: NetworkParams, seed: int, lines: Mapping[str, int]) -> list[Control]:
    front = _in_front(params, lines)
    return [*(one for one in _controls(params) if one.name not in front), tables.seed_control(seed, 0)]
