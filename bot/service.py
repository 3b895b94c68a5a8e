"""Bot: the one door that chat, command line, pages and notebook all use."""

from collections import OrderedDict
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, cached_property
from threading import Lock
from typing import Any

from bot import matching
from bot.answers.answer import Answer, compose
from bot.answers.claims import Control
from bot.answers.comparison import Comparison, compare
from bot.answers.controls import controls_of
from bot.answers.values import right_option
from bot.content.entries import KNOWLEDGE, Entry, read_knowledge
from bot.content.settings import make_params
from bot.dialogue import Dialogue, Reply, Situation
from bot.language.settings import Read, read_settings
from bot.matching.typeahead import Lookup, lookup_of
from bot.store import Store, from_environment
from sims.engine.experiment import Experiment, Params, Run, drain, perform, start
from sims.engine.randomness import REPLICAS
from sims.engine.registry import find
from sims.engine.training import Frame

CACHED_RUNS = 64
CACHED_CONTROLS = 1024  # answers whose controls' counts are remembered


class UnknownEntry(KeyError):
    """There is no entry of that name; the message offers what is near, and `near` holds the nearest three."""

    def __init__(self, message: str, near: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.near = tuple(near)

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass
class Bot:
    """Questions to decisions, entries and settings to answers. Runs are remembered by experiment, settings and seed."""

    entries: dict[str, Entry] = field(default_factory=read_knowledge)
    _runs: OrderedDict[tuple[Any, ...], Run[Any, Any]] = field(default_factory=OrderedDict)
    _own: dict[str, dict[str, Any]] = field(default_factory=dict)
    _controls: OrderedDict[tuple[Any, ...], tuple[Control | None, ...]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    @cached_property
    def matcher(self) -> matching.BestMatcher:
        """Made at first use with the small encoder; its `warm()` loads the large one in the background."""
        return matching.BestMatcher(tuple(self.entries.values()), self.outside, matching.cache_folder())

    @cached_property
    def outside(self) -> tuple[matching.Group, ...]:
        """The kinds of questions that are not ours."""
        return matching.read_outside(KNOWLEDGE / "outside.toml")

    @cached_property
    def store(self) -> Store:
        """What learners leave behind for the authors."""
        return from_environment()

    def keep_gap(self, reply: Reply) -> None:
        """Note a question that had no answer, for the authors; not what another line is the right reply to."""
        decision = reply.decision
        if reply.slug is None and decision.says is None:
            self.store.keep_unanswered(reply.question, [match.slug for match in decision.ranked[:3]])

    def belongs_in_forum(self, reply: Reply) -> bool:
        """Whether people may know what is not answered here: not what is a courtesy, or of another world."""
        decision = reply.decision
        near = decision.says is None or any(group.near for group in self.outside if group.name == decision.outside)
        return reply.slug is None and near

    @cached_property
    def dialogue(self) -> Dialogue:
        """Resolves follow-ups with the best encoder that is ready."""
        return Dialogue(self.entries, self.match, lambda question: self.matcher.glance(question))

    @cached_property
    def lookup(self) -> Lookup:
        """Finds entries while a question is being typed; made at first use."""
        return lookup_of(self.entries)

    def match(self, question: str, previous: Sequence[str] = ()) -> matching.Decision:
        """Which entry answers the question, with how much confidence, or none; by the best encoder that is ready."""
        return self.matcher.decide(question, previous)

    def understand(self, question: str, previous: Sequence[str] = (), at: Situation | None = None) -> Reply:
        """What a question asks for after the conversation's earlier ones, oldest first; nothing is run.

        `at` is where the conversation stands, for surfaces that know it, in place of `previous`.
        """
        return self.dialogue.reply(question, at) if at else self.dialogue.understand(question, previous)

    def understand_surely(self, question: str, previous: Sequence[str] = ()) -> Reply:
        """What a question asks for; where the small encoder is not sure of an answer, the large one is waited for."""
        reply = self.understand(question, previous)
        return reply if reply.slug or not self.matcher.wait() else self.understand(question, previous)

    def compare(self, reply: Reply) -> Comparison | None:
        """The two runs that the reply puts side by side: the compared values, or before and after a change."""
        if reply.slug is None or (reply.compare is None and reply.before is None):
            return None
        first, second = dict(reply.before or {}), dict(reply.changes)
        if reply.compare is not None:
            name, (a, b) = reply.compare
            first, second = {**reply.changes, name: a}, {**reply.changes, name: b}
        return compare(*(self.answer(reply.slug, changes, reply.seed) for changes in (first, second)))

    def read(self, question: str, slug: str) -> Read:
        """The settings of the entry's experiment that the question names."""
        entry = self.entry(slug)
        return read_settings(question, find(entry.experiment).params, entry.params)

    def entry(self, slug: str) -> Entry:
        """The entry of that name or former name; `UnknownEntry` offers the nearest names."""
        for entry in self.entries.values():
            if slug == entry.slug or slug in entry.formerly:
                return entry
        near = get_close_matches(slug, self.entries, 3, 0.3)
        hint = f"; did you mean {', '.join(near)}?" if near else "; 'ask-neuron entries' lists them"
        raise UnknownEntry(f"there is no entry {slug!r}{hint}", get_close_matches(slug, self.entries, 3, 0.0))

    def params(self, slug: str, changes: Mapping[str, Any] | None = None) -> Params:
        """The entry's settings with a learner's changes; `SettingError` on a bad one."""
        entry = self.entry(slug)
        return make_params(find(entry.experiment).params, entry.params, changes or {})

    def own(self, entry: Entry) -> dict[str, Any]:
        """All settings that an entry has by itself, by name; read once."""
        if entry.slug not in self._own:
            self._own[entry.slug] = make_params(find(entry.experiment).params, entry.params).model_dump()
        return self._own[entry.slug]

    def answer(self, slug: str, changes: Mapping[str, Any] | None = None, seed: int | None = None) -> Answer:
        """The answer of an entry at its settings with `changes`, and its seed or another."""
        return self.answer_at(self.entry(slug), self.params(slug, changes), seed)

    def answer_at(self, entry: Entry, params: Params, seed: int | None = None) -> Answer:
        """The answer of an entry at settings that are read and bounded already; `seed` None is the entry's own."""
        return drain(self._answering(entry, params, seed))

    def answering(self, slug: str, changes: Mapping[str, Any] | None = None,
                  seed: int | None = None) -> Generator[Frame, None, Answer]:
        """An answer frame by frame, for surfaces that show progress; cease to iterate to stop it."""
        return (yield from self._answering(self.entry(slug), self.params(slug, changes), seed))

    def _answering(self, entry: Entry, params: Params, seed: int | None) -> Generator[Frame, None, Answer]:
        run = yield from self.running(entry.experiment, params, entry.seed if seed is None else seed)
        return compose(entry, run, self.own(entry), self.controls(entry, run))

    def controls(self, entry: Entry, run: Run[Any, Any]) -> tuple[Control | None, ...]:
        """How often the controls of the entry's claims hold over the run's seeds, remembered or counted now."""
        key = (entry.slug, run.params.model_dump_json(), run.seed)
        with self._lock:
            if key in self._controls:
                self._controls.move_to_end(key)
                return self._controls[key]

        def elsewhere(params: Params, untrained: bool) -> Run[Any, Any]:
            if untrained:
                return perform(run.experiment, params, run.seed, len(run.seeds), untrained=True)
            return drain(self.running(entry.experiment, params, run.seed))

        found = controls_of(entry, run, elsewhere)
        with self._lock:
            self._controls[key] = found
            while len(self._controls) > CACHED_CONTROLS:
                self._controls.popitem(last=False)
        return found

    def running(self, name: str, params: Params, seed: int) -> Generator[Frame, None, Run[Any, Any]]:
        """A run, remembered or fresh."""
        key = (name, params.model_dump_json(), seed)
        with self._lock:
            if key in self._runs:
                self._runs.move_to_end(key)
                return self._runs[key]
        experiment: Experiment[Any, Any] = find(name)
        run = yield from start(experiment, params, seed, REPLICAS)
        with self._lock:
            self._runs[key] = run
            while len(self._runs) > CACHED_RUNS:
                self._runs.popitem(last=False)
        return run

    def outcome_of_prediction(self, slug: str, seed: int | None = None) -> int | None:
        """Which option of the entry's prediction comes true in its run."""
        entry = self.entry(slug)
        params = self.params(slug, entry.prediction.params)
        run = drain(self.running(entry.experiment, params, entry.seed if seed is None else seed))
        return right_option(entry.prediction.options, run)


@cache
def shared_bot() -> Bot:
    """The one of this process: chat and pages share its runs and its encoders."""
    return Bot()
