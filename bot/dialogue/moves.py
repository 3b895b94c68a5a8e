"""Follow-ups without a subject: "why?", "simpler please", "break it", "again", "go back", "what about unit 2?"."""

import re
from dataclasses import replace
from typing import Any

from bot.content.entries import Entry
from bot.content.settings import choices
from bot.dialogue.replies import DialogueState, Interpretation, Level
from bot.dialogue.settings import effective
from bot.language.bounded import within
from bot.language.numerals import figures
from sims.engine.experiment import Params
from sims.engine.randomness import LARGEST_SEED

LEVELS: dict[str, Level] = {"simpler": "simpler", "deeper": "deeper", "evidence": "evidence", "code": "code"}
ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "fifth": 5, "sixth": 6,
            "seventh": 7, "eighth": 8}
_WORD, _NUMBER, _LAST = re.compile(r"\w+"), re.compile(r"\d+"), re.compile(r"\b(?:last|final)\b")
_ASKS = re.compile(r"^\W*(?:and |but |so )?(?:is|are|does|do|did|can|could|has|have|when)\b", re.IGNORECASE)
ANOTHER_ONE = re.compile(r"\b(?:another|next|one more)(?: one)?\W*$", re.IGNORECASE)
NOTHING_TO_UNDO = "Nothing has been changed yet that could be undone."
IN_ENGLISH = ("Answers are in English only. Your browser can translate this page: look for “Translate” in its menu, or "
              "in the menu of a right click.")
NOTHING_BREAKS_IT = "No settings are written down that break this answer; try the bounds of its settings."


def makes_sense(kind: str, question: str, at: DialogueState) -> bool:
    """Whether a follow-up of that kind (a name in phrases.toml) asks for something here."""
    if kind != "opposite":
        return True
    changed = at.setting is not None and at.before is not None and at.setting in at.changes
    return changed and not _ASKS.search(question)  # "does the opposite happen, too?" is a question


def follow(kind: str, question: str, entry: Entry, at: DialogueState) -> Interpretation:
    """The reply to a follow-up of that kind, which makes sense here."""
    if kind == "language":
        return stay(question, at, notes=(IN_ENGLISH,))
    if kind in LEVELS:
        return stay(question, at, level=LEVELS[kind])
    if kind == "again" and _is_broken(entry, at) and ANOTHER_ONE.search(question):
        return _broken(question, entry, at)
    if kind == "again":
        seed = entry.seed if at.seed is None else at.seed
        return go(question, replace(at, seed=(seed + 1) % (LARGEST_SEED + 1), before=at), at, entry)
    if kind == "back":
        return go(question, at.before, at, entry) if at.before else stay(question, at, notes=(NOTHING_TO_UNDO,))
    if kind == "reset":
        return go(question, replace(at, changes={}, seed=None, before=at), at, entry)
    if kind == "break":
        return _broken(question, entry, at)
    if kind == "opposite":
        return _opposite(question, entry, at)
    return stay(question, at, notes=_unit(question, entry, at))


def stay(question: str, at: DialogueState, **more: Any) -> Interpretation:
    """The same answer at the same settings, shown otherwise."""
    return Interpretation(question, at.decision, at.slug, at.changes, at.seed, after=at, **more)


def go(question: str, to: DialogueState, at: DialogueState, entry: Entry, **more: Any) -> Interpretation:
    """The answer at other settings, or another one. The run before stands beside it where it is another run of the
    entry, which is that of `at`."""
    differs = to.slug == at.slug and effective(entry, to.changes) != effective(entry, at.changes)
    settled = replace(to, decision=replace(to.decision, sure=True))  # whoever goes on with an answer meant it
    return Interpretation(question, to.decision, to.slug, to.changes, to.seed, before=at.changes if differs else None,
                          after=settled, **more)


def _is_broken(entry: Entry, at: DialogueState) -> bool:
    return any(example.params == at.changes for example in entry.counter_examples)


def _broken(question: str, entry: Entry, at: DialogueState) -> Interpretation:
    """The first settings that break a claim, or the next where those are in force."""
    examples = list({repr(example.params): example for example in entry.counter_examples}.values())
    if not examples:
        return stay(question, at, notes=(NOTHING_BREAKS_IT,))
    in_force = next((i for i, example in enumerate(examples) if example.params == at.changes), -1)
    example = examples[(in_force + 1) % len(examples)]
    to = replace(at, changes=dict(example.params), setting=next(iter(example.params)), before=at)
    return go(question, to, at, entry, notes=(example.says,))


def _opposite(question: str, entry: Entry, at: DialogueState) -> Interpretation:
    """The last change the other way round: a tenth for ten times, the other of two choices."""
    assert at.setting is not None
    assert at.before is not None
    kind = entry.kind
    earlier = at.before.changes if at.before.slug == at.slug else {}
    was = effective(entry, earlier)[at.setting]
    value = _mirrored(at.setting, was, at.changes[at.setting], kind)
    return go(question, replace(at, changes={**at.changes, at.setting: value}, before=at), at, entry)


def _mirrored(name: str, was: Any, now: Any, kind: type[Params]) -> Any:
    field = kind.model_fields[name]
    options = (False, True) if field.annotation is bool else choices(field)
    if options:
        others = [option for option in options if option != now]
        return others[0] if len(others) == 1 or was == now else was
    mirrored = was * was / now if was and now else 2 * was - now
    return within(float(f"{mirrored:.12g}"), field)[0]


def _unit(question: str, entry: Entry, at: DialogueState) -> tuple[str, ...]:
    """Where to look for the unit that is asked for."""
    text = question.lower()
    hidden = effective(entry, at.changes).get("hidden")
    word = next((word for word in _WORD.findall(text) if word in ORDINALS), None)
    number = _NUMBER.search(figures(text))
    if word is None and number is None and not _LAST.search(text):
        return ("Each hidden unit has its own picture; they are numbered from 1.",)
    asked = ORDINALS[word] if word else int(number[0]) if number else hidden or 1
    if isinstance(hidden, int) and not 1 <= asked <= hidden:
        return (f"There is no hidden unit {asked} here: the network has {hidden}, numbered from 1.",)
    return (f"Look at hidden unit {asked} in the picture of the network.",)
