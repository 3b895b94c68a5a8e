"""Bot: the one door that chat, command line, pages and notebook all use."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from threading import Lock
from typing import Any

from bot import matching, sharing
from bot.answers.answer import Answer, compose
from bot.answers.claims import Control
from bot.answers.comparison import Comparison, compare
from bot.answers.controls import Counted, controls_of, key_of
from bot.answers.prepared import prepared_here
from bot.answers.runs import Runs
from bot.answers.values import right_option
from bot.content.entries import KNOWLEDGE, Entry, read_sound
from bot.content.errors import OurError
from bot.content.once import once
from bot.content.points import Point
from bot.content.recent import RecentOf
from bot.content.settings import make_params
from bot.diagnosis.answer import NetworkAnswer, answering, answering_settings
from bot.diagnosis.pointing import entries_pointed_to
from bot.diagnosis.spec import Reading
from bot.dialogue import Dialogue, DialogueState, Interpretation
from bot.dialogue.points import may_ask_one
from bot.language import utterance
from bot.language.settings import Read, read_settings
from bot.matching.encoders import EncoderUnavailable
from bot.matching.typeahead import Lookup, lookup_of
from bot.store import Question, Store, from_environment
from sims.engine.experiment import Params, Run, drain, perform
from sims.engine.general.settings import NetworkParams
from sims.engine.registry import find, names
from sims.engine.training import Frame

CACHED_DECISIONS = 256  # of questions; a conversation that is replayed matches none of its questions again
LONGEST_SLUG = 80  # characters of a name that is looked up
MOST_EARLIER, EARLIER_LENGTH = 40, 20_000  # earlier questions that are read, and their characters in all
OWN = "your_network"  # the experiment that a learner's own network is shown by
ONE_AT_A_TIME = Lock()  # makes the shared bot


class UnknownEntry(OurError, KeyError):
    """There is no entry of that name; the message offers what is near, and `near` holds the nearest three."""

    kind = "not found"
    title = "There is no such explanation"


@dataclass
class Bot:
    """Questions to decisions, entries and settings to answers. Runs are remembered by experiment, settings and seed."""

    entries: dict[str, Entry] = field(default_factory=read_sound)
    runs: Runs = field(default_factory=lambda: Runs(shelf=sharing.from_environment(), prepared=prepared_here()))
    _own: dict[str, dict[str, Any]] = field(default_factory=dict)
    _decided: RecentOf[matching.Decision] = field(default_factory=lambda: RecentOf(CACHED_DECISIONS))
    _pointed: RecentOf[matching.PointsAsked] = field(default_factory=lambda: RecentOf(CACHED_DECISIONS))

    @once
    def counted(self) -> Counted:
        """How often the controls of answers hold."""
        return Counted(self.runs.shelf, self.runs.prepared)

    @once
    def matcher(self) -> matching.BestMatcher:
        """Made at first use, from fitted files; its `warm()` fits anew in the background where the entries changed."""
        return matching.BestMatcher(tuple(self.entries.values()), self.outside, matching.cache_folder(),
                                    pointing=entries_pointed_to, points=tuple(self.entries.values()))

    @once
    def outside(self) -> tuple[matching.Group, ...]:
        """The kinds of questions that are not ours."""
        return matching.read_outside(KNOWLEDGE / "outside.toml")

    @once
    def store(self) -> Store:
        """What learners leave behind for the authors."""
        return from_environment()

    def keep_question(self, reply: Interpretation, session: str = "") -> str:
        """Note a question and what was made of it, for the authors. Its id in the store; "" where nothing is kept."""
        decision = reply.decision
        first = decision.ranked[0].confidence if decision.ranked else 0.0
        asked = Question(reply.question, "answer" if reply.slug else decision.kind, reply.slug, reply.point, first,
                         reply.slug is not None and decision.sure, [match.slug for match in decision.ranked[:3]],
                         elsewhere=decision.says is not None)
        return self.store.keep_question(asked, session)

    def belongs_in_forum(self, reply: Interpretation) -> bool:
        """Whether people may know what is not answered here: not what is a courtesy, or of another world."""
        decision = reply.decision
        near = decision.says is None or any(group.near for group in self.outside if group.name == decision.outside)
        return reply.slug is None and near

    @once
    def dialogue(self) -> Dialogue:
        """Resolves follow-ups."""
        return Dialogue(self.entries, self.match, lambda question: self.matcher.glance(question), self.points_asked)

    @once
    def lookup(self) -> Lookup:
        """Finds entries while a question is being typed; made at first use."""
        return lookup_of(self.entries, self.matcher.small)

    def warm(self) -> None:
        """Make and import now what is made and imported at first use; the large encoder's matcher follows in a thread.

        For a server, before it starts threads and answers: two threads that import at the same time can fail.
        """
        for name in names():
            find(name)
        with suppress(EncoderUnavailable):  # whoever asks a question is told
            self.matcher.warm()
            _ = self.lookup, self.dialogue
            self.store.warm()

    @property
    def is_ready(self) -> bool:
        """Whether questions are matched as well as they ever will be: nothing is being fitted."""
        return "matcher" in self.__dict__ and self.matcher.is_settled

    def match(self, question: str, previous: Sequence[str] = ()) -> matching.Decision:
        """Which entry answers the question, with how much confidence, or none; remembered for a while."""
        key, decided = (question, *previous), self._decided.by(self.matcher.current)
        known = decided.find(key)
        return known if known is not None else decided.keep(key, self.matcher.decide(question, previous))

    def point(self, question: str, entry: Entry) -> str | None:
        """The id of the point that a question to an entry asks; None where none is sure."""
        return next(iter(self.points_asked(question, entry).sure), None)

    def near_points(self, question: str, entry: Entry) -> tuple[str, ...]:
        """The ids of the points that a question to an entry may ask, the likeliest first, sure or not."""
        return tuple(one.id for one in self.points_asked(question, entry).closest)

    def points_asked(self, question: str, entry: Entry,
                     ranked: Sequence[matching.Match] = ()) -> matching.PointsAsked:
        """The ids of the points that are surely asked, and the closest, of entries that are `ranked` behind this one,
        too; remembered like decisions."""
        key, pointed = (question, entry.slug, *ranked), self._pointed.by(self.matcher.current)
        known = pointed.find(key)
        return known if known is not None else pointed.keep(key, self.matcher.points_asked(question, entry, ranked))

    def asked_point(self, question: str, entry: Entry) -> Point | None:
        """The entry's point that a question surely asks, where the entry is one of several that it may mean."""
        return entry.point(self.point(question, entry)) if may_ask_one(question, entry) else None

    def understand(self, question: str, previous: Sequence[str] = (),
                   at: DialogueState | None = None, closest: bool = True) -> Interpretation:
        """What a question asks for after the conversation's earlier ones, oldest first; nothing is run.

        `at` is where the conversation stands, for surfaces that know it, in place of `previous`. Who shows no points
        beside those that are surely asked needs none that come `closest`: that is a third of the work.
        """
        dialogue = replace(self.dialogue, shows_closest=closest)
        return dialogue.reply(question, at) if at else dialogue.understand(question, _latest(previous))

    def compare(self, reply: Interpretation) -> Comparison | None:
        """The two runs that the reply puts side by side: the compared values, or before and after a change."""
        sides = _sides(reply)
        if reply.slug is None or not sides or self.params(reply.slug, sides[0]) == self.params(reply.slug, sides[1]):
            return None
        first, second = (self.answer(reply.slug, changes, reply.seed) for changes in sides)
        return compare(first, second)

    def read(self, question: str, slug: str) -> Read:
        """The settings of the entry's experiment that the question asks to be run."""
        entry = self.entry(slug)
        return read_settings(utterance.read(question), entry.kind, entry.params, "order")

    def entry(self, slug: str) -> Entry:
        """The entry of that name or former name; `UnknownEntry` offers the nearest names."""
        for entry in self.entries.values():
            if slug == entry.slug or slug in entry.formerly:
                return entry
        slug = slug[:LONGEST_SLUG]
        near = get_close_matches(slug, self.entries, 3, 0.3)
        hint = f"; did you mean {', '.join(near)}?" if near else "; 'ask-neuron entries' lists them"
        raise UnknownEntry(f"there is no entry {slug!r}{hint}", get_close_matches(slug, self.entries, 3, 0.0))

    def params(self, slug: str, changes: Mapping[str, Any] | None = None) -> Params:
        """The entry's settings with a learner's changes; `SettingError` on a bad one."""
        entry = self.entry(slug)
        return make_params(entry.kind, entry.params, changes or {})

    def own(self, entry: Entry) -> dict[str, Any]:
        """All settings that an entry has by itself, by name; read once."""
        if entry.slug not in self._own:
            self._own[entry.slug] = make_params(entry.kind, entry.params).model_dump()
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
        key = key_of(entry, run.params, run.seed)
        known = self.counted.fetch(key)
        if known is not None:
            return known

        def elsewhere(params: Params, untrained: bool) -> Run[Any, Any]:
            if untrained:
                return perform(run.experiment, params, run.seed, len(run.seeds), untrained=True)
            return drain(self.running(entry.experiment, params, run.seed))

        return self.counted.keep(key, controls_of(entry, run, elsewhere))

    def running(self, name: str, params: Params, seed: int) -> Generator[Frame, None, Run[Any, Any]]:
        """A run, remembered, fresh, or shared with whoever is training it now."""
        return self.runs.running(name, params, seed)

    def diagnosing(self, network: Reading | NetworkParams, seed: int = 0) -> Generator[Frame, None, NetworkAnswer]:
        """The answer about a learner's own network, frame by frame: one that was read from a post, or chosen by its
        settings. Its runs are remembered like all others."""
        def running(params: NetworkParams, seed: int) -> Generator[Frame, None, Run[Any, Any]]:
            return self.running(OWN, params, seed)

        if isinstance(network, Reading):
            return (yield from answering(network, seed, running))
        return (yield from answering_settings(network, seed, running))

    def fetch(self, entry: Entry, params: Params, seed: int | None = None) -> None:
        """Take over what an answer needs where another process has made it; for a thread."""
        seed = entry.seed if seed is None else seed
        self.runs.fetch(entry.experiment, params, seed)
        self.counted.fetch(key_of(entry, params, seed))

    def remembers(self, entry: Entry, params: Params, seed: int | None = None) -> bool:
        """Whether nothing need be trained for an answer."""
        seed = entry.seed if seed is None else seed
        counted = self.counted.find(key_of(entry, params, seed))
        return counted is not None and self.runs.ready(entry.experiment, params, seed) is not None

    def remembers_all(self, reply: Interpretation) -> bool:
        """Whether nothing need be trained for a reply: neither its run, nor what it is compared with, nor the rest."""
        own = [(reply.slug, changes, reply.seed) for changes in (reply.changes, *_sides(reply))]
        wanted = [*own, *((one.slug, one.changes, one.seed) for one in reply.further)]
        return all(self.remembers(self.entry(slug), self.params(slug, changes), seed)
                   for slug, changes, seed in wanted if slug is not None)

    def outcome_of_prediction(self, slug: str, seed: int | None = None) -> int | None:
        """Which option of the entry's prediction comes true in its run."""
        entry = self.entry(slug)
        params = self.params(slug, entry.prediction.params)
        run = drain(self.running(entry.experiment, params, entry.seed if seed is None else seed))
        return right_option(entry.prediction.options, run)


def _sides(reply: Interpretation) -> list[dict[str, Any]]:
    """The settings of the two runs that a reply puts side by side; none where it compares nothing."""
    if reply.compare is not None:
        name, (a, b) = reply.compare
        return [{**reply.changes, name: a}, {**reply.changes, name: b}]
    return [] if reply.before is None else [dict(reply.before), dict(reply.changes)]


def _latest(previous: Sequence[str]) -> list[str]:
    """The latest earlier questions, as many as are read, oldest first."""
    kept: list[str] = []
    room = EARLIER_LENGTH
    for text in reversed(previous[-MOST_EARLIER:]):
        room -= len(text)
        if room < 0:
            break
        kept.append(text)
    return kept[::-1]


@cache
def _shared() -> Bot:
    return Bot()


def shared_bot() -> Bot:
    """The one of this process: chat and pages share its runs and its encoders."""
    with ONE_AT_A_TIME:
        return _shared()
