"""What a session remembers: the turns of its conversation, and the predictions made in it.

A turn keeps the text and the drawings of an answer and lets go of the run: a run's arrays are a hundred times larger.
"""

import itertools
import pickle
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from threading import Lock
from typing import Any

import streamlit as st

from bot.answers.answer import Answer
from bot.answers.claims import ClaimResult
from bot.answers.points import ToldPoint
from bot.answers.steps import ToldStep
from bot.answers.worked import WorkedExample
from bot.content.environment import public_url
from bot.diagnosis.spec import Reading
from bot.dialogue import DialogueState, Interpretation, Level, Offer
from bot.matching import Pointed
from bot.present import forum
from bot.present.charts.curves import Curves
from bot.present.charts.pictures import Picture
from bot.present.charts.stills import NetworkStill, network_still
from bot.present.charts.views import draw_view, shown_views
from bot.present.closest import Close
from bot.present.downloads import offered
from bot.present.recordings import parts_of, recording
from bot.present.rendering import at_level
from bot.present.short import Short
from bot.surfaces.chat.comparing import Compared

SKIPPED = -1  # in place of the guess's number


@dataclass
class Drawings:
    """The pictures of an answer and the still of its network, drawn when they are first looked at; then the answer,
    with its run, is let go."""

    answer: Answer | None
    packed: bytes = b""  # as Python objects they would take many times the room
    lock: Lock = field(default_factory=Lock)  # several learners may look at once

    def all(self) -> tuple[tuple[Picture, ...], dict[int, tuple[Picture, ...]], NetworkStill]:
        """The pictures, theme-free: those that stand at no paragraph, those that do, by its number; and the network."""
        with self.lock:
            if self.answer is not None:
                run, entry = self.answer.run, self.answer.entry
                at = {step.paragraph: step.chart for step in self.answer.steps if step.chart is not None}
                rest = [view for view in shown_views(run, entry.show) if view not in at.values()]
                placed = {number: tuple(draw_view(run, view)) for number, view in at.items()}
                others = tuple(picture for view in rest for picture in draw_view(run, view))
                drawn = others, placed, network_still(run, entry.title)
                self.packed, self.answer = zlib.compress(pickle.dumps(drawn), 1), None
        return pickle.loads(zlib.decompress(self.packed))  # our own bytes


@dataclass(frozen=True)
class Card:
    """An answer as it is drawn."""

    direct: str  # the first paragraph of the text, and what follows it
    rest: str
    passages: tuple[tuple[str, ToldStep | None], ...]  # the same text in pieces, with what the picture shows at each
    simpler: str
    deeper: str
    evidence: str
    claims: tuple[ClaimResult, ...]
    worked: tuple[WorkedExample, ...]  # the same calculation for several examples of the data
    points: tuple[ToldPoint, ...]  # all of the entry's, with what this run lets us say
    changed: dict[str, Any]
    settings: dict[str, Any]
    seed: int
    replicas: int
    verdict: str
    shown_step: int  # at the end; where the run diverged, the last step recorded before
    seconds: float
    about: tuple[list[str], ...]  # for each claim, the parts of the player that it speaks of
    recording: bytes  # what the player shows; empty once the answer is an old one
    drawings: Drawings
    reply: str  # for a forum, in Markdown
    files: tuple[str, ...]  # what can be taken away

    @property
    def text(self) -> str:
        """The answer's prose."""
        return f"{self.direct}\n\n{self.rest}"

    def point(self, name: str | None) -> ToldPoint | None:
        """The point of that id; None where there is none, or where this run does not show it."""
        return next((point for point in self.points if point.id == name and point.says is not None), None)

    def points_named(self, names: Sequence[str]) -> tuple[ToldPoint, ...]:
        """The points of those ids, in their order, which this run shows."""
        found = (self.point(name) for name in names)
        return tuple(point for point in found if point is not None)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures that stand at no paragraph, theme-free."""
        return self.drawings.all()[0]

    def pictures_at(self, step: ToldStep) -> tuple[Picture, ...]:
        """The pictures that stand at the paragraph of a step."""
        return self.drawings.all()[1].get(step.paragraph, ()) if step.chart is not None else ()

    @property
    def network(self) -> NetworkStill:
        """The network, for where no player is."""
        return self.drawings.all()[2]


@dataclass
class Lab:
    """An answer under study: its entry, a learner's changes to its settings, and a seed (None: the entry's own)."""

    slug: str
    changes: dict[str, Any] = field(default_factory=dict)
    seed: int | None = None
    version: int = 0  # of the controls: a new one gives them fresh values
    ask_first: bool = False  # whether its prediction comes before the run
    card: Card | None = None
    drawn: tuple[Any, ...] = ()  # what `card` was drawn for
    outcome: tuple[int | None, int | None] | None = None  # (seed, which option of the prediction came true)
    warning: str = ""  # plain text
    level: Level = "text"  # what of the prose stands first
    points: tuple[str, ...] = ()  # the ids of those that the question asks, which are said before all else
    closest: tuple[Pointed, ...] = ()  # those that it may ask, of other entries, too,
    close: tuple[Any, tuple[Close, ...]] = (None, ())  # for what card they were told, and what they say
    code: tuple[Any, str] = (None, "")  # for what it was written, and the code of the run as Markdown
    offers: tuple[Offer, ...] = ()  # settings that the question spoke of, each a click away
    compared: Compared | None = None
    example: int = 0  # which of the worked examples is shown, beyond the last of them from the first again
    checked: tuple[Any, int, bool, str] | None = None  # for what and which example; whether right, what is said
    tally: dict[str, int] | None = None  # option -> how many guessed so, this learner included

    @property
    def said(self) -> tuple[str, ...]:
        """The ids of the points that are said: those that the run on the card shows."""
        return tuple(told.id for told in self.card.points_named(self.points)) if self.card else self.points

    @property
    def wanted(self) -> tuple[Any, ...]:
        """What the card should have been drawn for."""
        return tuple(sorted(self.changes.items())), self.seed

    def set_to(self, changes: dict[str, Any], seed: int | None) -> None:
        """Other settings than the controls show; they are drawn anew."""
        self.changes, self.seed, self.version, self.warning = dict(changes), seed, self.version + 1, ""


@dataclass(frozen=True)
class NetworkRun:
    """A run of a learner's own network as it is drawn; `still` is for where no player is."""

    title: str
    recording: bytes
    still: NetworkStill
    caption: str
    code: str = ""  # in numpy, with the lines marked that the other run has otherwise


@dataclass(frozen=True)
class NetworkCard:
    """The answer about a learner's own network: prose, the network as read and mended, and where to go on."""

    text: str
    runs: tuple[NetworkRun, ...]
    link: str  # to its settings; empty where it trains on rows of the learner's own
    entries: tuple[str, ...]
    reply: str  # for a forum, in Markdown
    curves: Curves | None = None  # the loss in the message beside ours


@dataclass
class Turn:
    """A question (plain text, as typed) and what was said to it."""

    question: str
    number: int = field(default_factory=itertools.count().__next__)
    slug: str | None = None  # where a learner chose the entry; else the question is matched
    points: tuple[str, ...] = ()  # ... and some of its points
    says: str = ""
    choices: tuple[str, ...] = ()  # entries offered instead of an answer
    torn: bool = False  # whether each of them may be the answer: then they are answered in short
    shorts: tuple[tuple[Short, bytes], ...] = ()  # each in a sentence, and its picture
    closest: tuple[Pointed, ...] = ()  # the points that the question may ask then,
    close: tuple[Close, ...] = ()  # and what they say
    beside: tuple[str, ...] = ()  # entries that the question may mean as well as the one that is shown
    others: tuple[str, ...] = ()  # entries offered where the answer is not what was meant
    lab: Lab | None = None
    is_open: bool = True  # not decided yet
    is_new: bool = True  # asked now, not found again after a reload
    kept: str = ""  # the id of the question in the store
    changes: Mapping[str, Any] = field(default_factory=dict)  # settings of a chosen entry
    seed: int | None = None
    situation: DialogueState | None = None  # where the conversation stands after it
    reply: Interpretation | None = None  # where there is something to compare
    file: str = ""  # the name of the file that the question came with
    further: tuple[Interpretation, ...] = ()  # the post's other questions,
    headlines: tuple[str, ...] = ()  # and their answers in a line each
    for_forum: bool = False
    reading: Reading | None = None  # what the message says of a network, read once
    network: NetworkCard | None = None  # where it holds one


@dataclass
class Conversation:
    """All of it."""

    turns: list[Turn] = field(default_factory=list)
    later: list[Turn] = field(default_factory=list)  # those that the learner went back from
    address: dict[str, str] = field(default_factory=dict)  # the query that was written last
    guesses: dict[str, int] = field(default_factory=dict)  # entry -> option, or SKIPPED
    predicts: bool = True  # whether predictions are asked for at all
    link_read: bool = False
    is_new: bool = True  # whether the browser may still hold an earlier one
    session: str = field(default_factory=lambda: token_hex(8), compare=False)  # joins what is kept


def conversation() -> Conversation:
    """This session's conversation."""
    if "conversation" not in st.session_state:
        st.session_state.conversation = Conversation()
    return st.session_state.conversation


def forget() -> None:
    """Begin anew."""
    st.session_state.conversation = Conversation(link_read=True, is_new=False)
    st.query_params.clear()


def ask(question: str, slug: str | None = None, changes: Mapping[str, Any] | None = None,
        seed: int | None = None, file: str = "") -> None:
    """Add a question to the conversation; the next drawing answers it."""
    chat = conversation()
    chat.later, chat.is_new = [], False
    chat.turns.append(Turn(question, slug=slug, changes=dict(changes or {}), seed=seed,
                           file=file))


def earlier_questions(turns: Sequence[Turn]) -> list[str]:
    """What was asked so far in words, oldest first."""
    return [turn.question for turn in turns if turn.question and not turn.network]


def card_of(answer: Answer) -> Card:
    """Draw an answer."""
    run = answer.run
    return Card(
        direct=answer.paragraphs[0],
        rest=answer.paragraphs[1],
        passages=answer.passages,
        simpler=answer.simpler,
        deeper=answer.deeper,
        evidence=at_level(answer, "evidence"),
        claims=answer.claims,
        worked=answer.worked_examples(),
        points=answer.points,
        changed=answer.changed,
        settings=run.params.model_dump(),
        seed=run.seed,
        replicas=len(run.seeds),
        verdict=run.verdict,
        shown_step=run.shown_step,
        seconds=run.seconds,
        about=tuple(parts_of(claim.holds, type(run.metrics)) for claim in answer.claims),
        recording=recording(run),
        drawings=Drawings(answer),
        reply=forum.reply(answer, public_url()).markdown,
        files=offered(run),
    )
