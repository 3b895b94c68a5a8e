"""The dialogue: each question is resolved against where the conversation stands after the ones before it.

Nothing is run here. A conversation is replayed from its questions alone, so that page, link and program come to the
same reply.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.content.entries import Entry
from bot.dialogue import followups, moves, remarks
from bot.dialogue.followups import CONTINUES
from bot.dialogue.heard import Heard, hear
from bot.dialogue.points import Finding, nothing, with_closest, with_points
from bot.dialogue.posts import stands_alone
from bot.dialogue.replies import DialogueState, Interpretation
from bot.dialogue.replying import Way, carry_out
from bot.matching import Decision, Match, thresholds

LONGEST_CONVERSATION = 40  # earlier questions that are replayed
FRAGMENT = 25  # words; what is longer is worth a second look behind the question that it leans on
A_MOVE = 12  # words; a longer question that names settings may ask more than for them
LONGEST_CONTEXT = 600  # characters of the question that a follow-up leans on
COURTESIES = frozenset(("thanks", "greetings", "about-the-bot", "abuse"))  # groups in knowledge/outside.toml
LEANS_ON_NOTHING = "“{}” leans on an earlier question, and there is none here. Ask about something first."
NOTHING_NEAR = ("I find nothing in that which small neural networks have to do with. Ask me how they learn, in your "
                "own words; these are some of the questions that I can answer.")
CHANGES = re.compile(r"^\W*(?:with|without|try|use|make|only|just|what (?:if|about)|how about)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Dialogue:
    """Resolves questions. `match` ranks the entries for a question after the one that it may lean on, and `glance`
    does so with less care and at no cost."""

    entries: Mapping[str, Entry]
    match: Callable[[str, Sequence[str]], Decision]
    glance: Callable[[str], Decision]
    points: Finding = nothing  # of an entry, those that a question asks
    model: followups.Model | None = None  # None: the one that is shipped
    shows_closest: bool = True  # whether replies have the points that come closest, sure or not

    def understand(self, question: str, previous: Sequence[str] = ()) -> Interpretation:
        """The reply to a question after the earlier ones, oldest first."""
        at: DialogueState | None = None
        unresolved: list[str] = []
        for earlier in previous[-LONGEST_CONVERSATION:]:
            reply = self.reply(earlier, at, unresolved)
            unresolved = [earlier] if reply.slug is None and reply.decision.outside is None else []
            at = reply.after or at
        return self.reply(question, at, unresolved)

    def reply(self, question: str, at: DialogueState | None = None, unresolved: Sequence[str] = ()) -> Interpretation:
        """The reply to a question where the conversation stands `at`, or after one that is `unresolved`."""
        heard = hear(question, at, self.entries[at.slug] if at else None)
        whole = self._reply(heard, self._way(heard, at, unresolved), at)
        return self._with_further(heard, whole, at) if len(heard.questions) > 1 else whole

    def by_rule(self, question: str, at: DialogueState) -> Interpretation | None:
        """The reply to a follow-up that says nothing but settings, or one of the moves; None where it says more."""
        entry = self.entries[at.slug]
        heard = hear(question, at, entry)
        way = _ruled(heard, at)
        return carry_out(way, heard, at, entry) if way else None

    def evidence(self, heard: Heard, at: DialogueState | None, context: str, alone: Decision) -> followups.Evidence:
        """What is weighed for a follow-up that stands behind the question `context`."""
        context = context[:LONGEST_CONTEXT]
        behind = f"{context} {heard.text}"
        # of a fragment the small encoder makes hardly less than the large one, at no cost
        joined = self.glance(behind) if heard.utterance.length <= FRAGMENT else self.match(behind, ())
        following = self.entries[at.slug].next if at else ()
        return followups.evidence(heard, alone, joined, context, at.slug if at else None, following)

    def _reply(self, heard: Heard, way: Way, at: DialogueState | None) -> Interpretation:
        """The reply in that way, with the point that is asked, unless no more than other settings or a move are."""
        slug = way.slug or (at.slug if at and way.act != "nothing" else None)
        entry = self.entries[slug] if slug else None
        reply = carry_out(way, heard, at, entry)
        is_move = at is not None and (heard.kind is not None or (_only_moves(reply, at) and not _tells(heard)))
        if entry is None:
            return with_closest(reply, heard.text, self.entries, self.points) if self.shows_closest else reply
        if is_move:
            return reply
        return with_points(reply, heard.text, entry, self.points, self.shows_closest)

    def _with_further(self, heard: Heard, whole: Interpretation, at: DialogueState | None) -> Interpretation:
        """The reply to a post of several questions: the first in full, with those that are surely about other entries.

        Most posts circle around one thing in several sentences: a question of theirs counts only where it speaks for
        itself and its entry is beyond doubt.
        """
        sure: dict[str, Interpretation] = {}
        for one in heard.questions:
            guess = self.glance(one)
            likely = guess.kind == "answer" and guess.ranked[0].slug != whole.slug
            if heard.is_list or (likely and stands_alone(one)):
                reply = self._reply(hear(one), _way_of(self.match(one, ())), None)
                if reply.slug and reply.decision.ranked[0].confidence >= thresholds().another:
                    sure.setdefault(reply.slug, reply)
        if len(sure) > 1 and (heard.is_list or whole.slug is None):
            first, *others = sure.values()
            if first.slug and not first.points and not heard.is_list:  # a title is short, and its story tells more
                first = with_points(first, heard.text, self.entries[first.slug], self.points, self.shows_closest)
            after = first.after and replace(first.after, before=at)
            return replace(first, question=heard.typed, further=tuple(others), after=after)
        if whole.slug is None:
            return whole
        return replace(whole, further=tuple(reply for slug, reply in sure.items() if slug != whole.slug))

    def _way(self, heard: Heard, at: DialogueState | None, unresolved: Sequence[str]) -> Way:
        """How all that was typed is replied to, taken as one question."""
        if at and (ruled := _ruled(heard, at)):
            return ruled
        alone = self.match(heard.text, ())
        if at is None:
            way = self._weighed(heard, None, unresolved[-1], alone) if unresolved else _way_of(alone)
            return _leaning_on_nothing(heard, way) or way
        way = self._weighed(heard, at, at.question, alone)
        refused = way.decision if way.act == "nothing" else None
        is_plain = refused is not None and refused.kind == "decline" and refused.outside is None
        return Way("stays") if heard.only_settings and is_plain else way

    def _weighed(self, heard: Heard, at: DialogueState | None, context: str, alone: Decision) -> Way:
        """How a follow-up is replied to that may go on with the entry, lean on it, or change the subject."""
        if alone.kind == "decline" and alone.outside in COURTESIES:
            return Way("nothing", alone)
        model = self.model or followups.fitted()
        weighed = followups.weigh(self.evidence(heard, at, context, alone), model)
        slug, confidence = weighed.ranked[0]
        if slug is None:
            unclear = replace(alone, kind="suggest", sure=False) if alone.kind == "answer" else alone
            return Way("nothing", replace(_said(unclear), ranked=_ranked(weighed, alone)))
        if at and slug == at.slug:
            return Way("stays")
        if alone.kind == "answer" and alone.ranked[0].slug == slug:
            return Way("answer", alone)
        return _way_of(replace(alone, kind="answer" if confidence >= model.threshold else "suggest",
                               ranked=_ranked(weighed, alone), outside=None, says=None,
                               sure=confidence >= thresholds().sure))


def _way_of(decision: Decision) -> Way:
    """How a question with a subject is replied to."""
    return Way("answer", decision) if decision.kind == "answer" else Way("nothing", _said(decision))


def _ruled(heard: Heard, at: DialogueState) -> Way | None:
    """How a follow-up is replied to that says nothing but settings, or one of the moves."""
    here, bare = heard.here, heard.bare
    if here and here.asked.tells and (here.asked.only or (heard.wishes and heard.only_settings)):
        return Way("settings")
    if heard.kind and moves.makes_sense(heard.kind, heard.typed, at):
        return Way("move")
    return Way("value") if bare and bare.asked.tells else None


def _leaning_on_nothing(heard: Heard, way: Way) -> Way | None:
    """How to reply to what leans on an earlier question where there is none."""
    decision = way.decision
    assert decision is not None
    if way.slug is None and heard.kind == "language":
        return Way("nothing", replace(decision, kind="decline", outside=None, says=moves.IN_ENGLISH))
    continues = CONTINUES.search(heard.text) or (way.slug is None and CHANGES.search(heard.text))
    is_its_very_question = way.slug is not None and decision.ranked[0].confidence >= 1  # see settled_on
    settings_only = continues and not is_its_very_question and heard.only_settings
    if heard.text and ((way.slug is None and heard.kind) or settings_only):
        says = LEANS_ON_NOTHING.format(_short(heard.text))
        return Way("nothing", replace(decision, kind="decline", outside=None, says=says))
    return None


def _ranked(weighed: followups.Weighed, alone: Decision) -> tuple[Match, ...]:
    """All entries: those that were weighed by their probability, behind them the others as they stood."""
    first = [Match(slug, p) for slug, p in weighed.ranked if slug is not None]
    known = {match.slug for match in first}
    least = first[-1].confidence
    return (*first, *(Match(m.slug, min(m.confidence, least)) for m in alone.ranked if m.slug not in known))


def _said(decision: Decision) -> Decision:
    """The decision with a line of its own where no entry is anywhere near."""
    far = decision.kind == "decline" and decision.says is None and decision.ranked[0].confidence < thresholds().far
    return replace(decision, says=NOTHING_NEAR) if far else decision


def _only_moves(reply: Interpretation, at: DialogueState) -> bool:
    """Whether a follow-up asks for its answer at other settings, and for nothing else."""
    told = any(note != remarks.SAME_ANSWER for note in reply.notes)
    return reply.slug == at.slug and bool(reply.changes != at.changes or told or reply.compare or reply.offers)



def _tells(heard: Heard) -> bool:
    """Whether a question says so much that the settings in it are but a part of what it asks."""
    return len(heard.text.split()) > A_MOVE and "?" in heard.text


def _short(text: str) -> str:
    line = " ".join(text.split())
    line = line[:1].upper() + line[1:]
    return line if len(line) <= 60 else line[:59].rstrip() + "…"
