"""Words into settings: "with only 2 neurons and relu" becomes {hidden: 2, activation: "relu"}.

The names that learners use for a setting stand beside it, in the experiment's `Params`. A number counts where it stands
next to such a name ("2 neurons", "lr = 0.5", "twice as many units"), a choice where it is named ("with relu", "relu
instead of sigmoid"), a wish without a number makes a step ("train longer"); all only in those parts of a text that ask
for a run (requests.py), so that "why is relu better than sigmoid?" and a learner's own story change nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic.fields import FieldInfo

from bot.language import wishes
from bot.language.bounded import step, within
from bot.language.found import Found, by_setting, compares, values_in
from bot.language.grammar import Spoken, grammar
from bot.language.numerals import FIGURE, value
from bot.language.requests import Stance
from bot.language.utterance import Utterance
from bot.language.vocabulary import names_of
from sims.engine.experiment import Params
from sims.engine.randomness import LARGEST_SEED

_NUMBER = re.compile(FIGURE)
_PART = re.compile(r"[,;.?!](?!\d)|\n|\b(?:and|but|then)\b")
_OUTPUT = re.compile(r"\b(?:outputs?|last|final) (?:layers?|neurons?|units?|nodes?)\b|\b(?:at|in|for) the output\b")
_SEED = re.compile(r"\bseed\s?(?:[=:#]|number|no\.?|is|to|of)?\s?(\d{1,18})\b")


@dataclass(frozen=True)
class Read:
    """What a question says of an experiment's settings.

    `changes` by setting; `notes` tells where a value was out of bounds and which was used, and what was made of a wish
    without a number; `compare` names one setting with the two values that are to be put side by side; `seed` where one
    is named; `words` are those that a value was read from.
    """

    changes: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    compare: tuple[str, tuple[Any, Any]] | None = None
    seed: int | None = None
    words: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def anything(self) -> bool:
        """Whether any setting or seed is named."""
        return bool(self.changes or self.compare or self.seed is not None)


def read_settings(utterance: Utterance, kind: type[Params], current: Mapping[str, Any] | None = None,
                  stance: Stance = "follow") -> Read:
    """Read the settings that an utterance names. `current` are those that "twice as many" is measured by; `stance` says
    how plainly a run must be asked for (requests.py)."""
    text = utterance.asking(stance)
    if not text:
        return Read()
    fields = kind.model_fields
    now = {name: f.default for name, f in fields.items()} | dict(current or {})
    found, text = values_in(text, kind, now)
    so_far = _settled(found, fields, text)
    if stance != "all":
        so_far = _with_wishes(so_far, text, grammar(kind), now, {one.setting for one in found})
    seed = _SEED.search(text)
    return replace(so_far, seed=min(int(seed[1]), LARGEST_SEED) if seed else None)


def mentioned(utterance: Utterance, kind: type[Params], current: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """Every value of a setting that a text speaks of, asked for or not, with the words that it was read from.
    Units of the output layer are no hidden units."""
    text = utterance.asking("all")
    found, _ = values_in(text, kind, current)
    found = [one for one in found if "hidden units" not in names_of(one.setting, kind.model_fields[one.setting])
             or not _at_the_output(text, one.span)]
    words = {(one.setting, one.value): one.words for one in found}
    for name, values in by_setting(found).items():
        for one in values:
            yield name, one, words[name, one]


def _at_the_output(text: str, span: tuple[int, int]) -> bool:
    """Whether the part of a sentence around a number speaks of the last layer, and of no hidden one."""
    first = max((end.end() for end in _PART.finditer(text, 0, span[0])), default=0)
    last = _PART.search(text, span[1])
    part = text[first : last.start() if last else len(text)]
    return bool(_OUTPUT.search(part)) and "hidden" not in part


def _settled(found: Sequence[Found], fields: Mapping[str, FieldInfo], text: str) -> Read:
    """One value for each setting, or two that are compared, all within their bounds."""
    changes: dict[str, Any] = {}
    notes: list[str] = []
    compare = None
    words = {one.setting: one.words for one in found if one.words}
    for name, values in by_setting(found).items():
        bounded = [within(one, fields[name]) for one in values]
        compared = compares(text) and len({one for one, _ in bounded}) > 1
        if compared and len(values) == 2 and compare is None:
            compare = (name, (bounded[0][0], bounded[1][0]))
        elif not compared:
            changes[name] = bounded[-1][0]
        notes += [note for _, note in bounded if note]
    return Read(changes, tuple(notes), compare, None, words)


def _with_wishes(so_far: Read, text: str, settings: Sequence[Spoken], now: Mapping[str, Any], named: set[str]) -> Read:
    """What "longer" and "fewer neurons" make of the settings that got no value, and what that was."""
    changes, notes = dict(so_far.changes), list(so_far.notes)
    fields = {spoken.name: spoken.setting for spoken in settings}
    wanted: list[tuple[str, re.Match[str], bool]] = list(wishes.implied(text, fields))
    for spoken in settings if wishes.wants(text) else ():
        if not spoken.is_chosen and spoken.is_spoken_of(text):
            matches = (match for pattern in spoken.more_or_less if (match := pattern.search(text)))
            wanted += [(spoken.name, match, bool(match["up"])) for match in matches]
    taken: list[tuple[int, int]] = []
    done = set(named)
    names = {name for name, _, _ in wanted} - done
    number = _lone_number(text, named) if len(names) == 1 else None
    for name, match, up in sorted(wanted, key=lambda one: len(one[1][0]), reverse=True):  # the longer has the words
        free = not any(a < match.end() and match.start() < b for a, b in taken)
        taken.append(match.span())
        if name in done or not free:
            continue
        done.add(name)
        if number is not None:  # "denser features, 0.5"
            made, note = within(number, fields[name])
        else:
            made, note = step(now[name], fields[name], up, wishes.degree(match[0]))
        notes += [note] if note else []
        if made != now[name]:
            changes[name] = made
    return replace(so_far, changes=changes, notes=tuple(notes))


def _lone_number(text: str, named: set[str]) -> float | None:
    """The only number of a text in which no setting has got a value."""
    numbers = _NUMBER.findall(text)
    return value(numbers[0]) if len(numbers) == 1 and not named else None
