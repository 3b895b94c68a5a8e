"""The dialogue: each question is resolved against where the conversation stands after the ones before it.

Nothing is run here. A conversation is replayed from its questions alone, so that page, link and program come to the
same reply.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.content.entries import Entry
from bot.dialogue import followups, moves, phrases, points, remarks
from bot.dialogue.followups import CONTINUES
from bot.dialogue.posts import is_list, questions_of, stands_alone
from bot.dialogue.replies import DialogueState, Interpretation
from bot.dialogue.settings import Named, effective, first_named, named, names_settings_only, unnamed
from bot.language.requests import Stance
from bot.language.utterance import Utterance, read
from bot.matching import Decision, Match, thresholds

LONGEST_CONVERSATION = 40  # earlier questions that are replayed
FRAGMENT = 25  # words; what is longer is worth a second look behind the question that it leans on
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
    model: followups.Model | None = None  # None: the one that is shipped
    point: points.Finding = points.nothing  # the point of an entry that a question asks
    near: points.Nearing = points.nothing_near  # the points that it may ask

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
        utterance = read(question)
        asked = questions_of(utterance.text)
        if len(asked) > 1:
            return self._post(utterance, asked, at, unresolved)
        return self._one(utterance, at, unresolved)

    def _one(self, utterance: Utterance, at: DialogueState | None, unresolved: Sequence[str]) -> Interpretation:
        """The reply to a single question, with the point that it asks."""
        if at is None:
            found = self._first(utterance, unresolved)
        else:
            found = self.by_rule(utterance, at) or self._weighed(utterance, at, at.question)
        is_move = at is not None and (_kind(utterance) is not None or _only_moves(found, at))
        return found if is_move else self._pointed(found, utterance.text)

    def _pointed(self, reply: Interpretation, question: str) -> Interpretation:
        if reply.slug is None:
            return reply
        return points.with_point(reply, question, self.entries[reply.slug], self.point, self.near)

    def _post(self, utterance: Utterance, asked: Sequence[str], at: DialogueState | None,
              unresolved: Sequence[str]) -> Interpretation:
        """The reply to a post of several questions: the first in full, with those that are surely about other entries.

        Most posts circle around one thing in several sentences: a question of theirs counts only where it speaks for
        itself and its entry is beyond doubt.
        """
        whole = self._one(utterance, at, unresolved)
        listed = is_list(utterance.text)
        sure: dict[str, Interpretation] = {}
        for one in asked:
            guess = self.glance(one)
            likely = guess.kind == "answer" and guess.ranked[0].slug != whole.slug
            if listed or (likely and stands_alone(one)):
                reply = self._pointed(self._alone(read(one), self.match(one, ()), None), one)
                if reply.slug and reply.decision.ranked[0].confidence >= thresholds().another:
                    sure.setdefault(reply.slug, reply)
        if len(sure) > 1 and (listed or whole.slug is None):
            first, *others = sure.values()
            after = first.after and replace(first.after, before=at)
            return replace(first, question=utterance.typed, further=tuple(others), after=after)
        if whole.slug is None:
            return whole
        return replace(whole, further=tuple(reply for slug, reply in sure.items() if slug != whole.slug))

    def _first(self, utterance: Utterance, unresolved: Sequence[str]) -> Interpretation:
        """The reply to a question that no answer stands before."""
        text = utterance.text
        if unresolved:
            reply = self._weighed(utterance, None, unresolved[-1])
        else:
            reply = self._alone(utterance, self.match(text, ()), None)
        kind = _kind(utterance)
        if reply.slug is None and kind == "language":
            declined = replace(reply.decision, kind="decline", outside=None, says=moves.IN_ENGLISH)
            return Interpretation(utterance.typed, declined)
        continues = CONTINUES.search(text) or (reply.slug is None and CHANGES.search(text))
        is_its_very_question = reply.slug is not None and reply.decision.ranked[0].confidence >= 1  # see settled_on
        settings_only = continues and not is_its_very_question and names_settings_only(utterance)
        if text and ((reply.slug is None and kind) or settings_only):
            says = LEANS_ON_NOTHING.format(_short(text))
            return Interpretation(utterance.typed, replace(reply.decision, kind="decline", outside=None, says=says))
        return reply

    def by_rule(self, utterance: Utterance, at: DialogueState) -> Interpretation | None:
        """The reply to a follow-up that says nothing but settings, or one of the moves; None where it says more."""
        entry = self.entries[at.slug]
        asked = named(utterance, entry, at.changes, "follow")
        if asked.tells and (asked.only or (utterance.asking("follow") and names_settings_only(utterance))):
            return self._set(utterance, at, asked)
        kind = _kind(utterance)
        if kind and (reply := moves.follow(kind, utterance.typed, entry, at)):
            return reply
        bare = unnamed(utterance, entry, at)
        if bare.tells:
            return self._set(utterance, at, bare)
        return None

    def _weighed(self, utterance: Utterance, at: DialogueState | None, context: str) -> Interpretation:
        """The reply to a follow-up that may go on with the entry, lean on it, or change the subject."""
        entry = self.entries[at.slug] if at else None
        asked = named(utterance, entry, at.changes, "follow") if at and entry else None
        alone = self.match(utterance.text, ())
        if alone.kind == "decline" and alone.outside in COURTESIES:
            return self._unanswered(utterance, alone, at)
        model = self.model or followups.fitted()
        weighed = followups.weigh(self.evidence(utterance, at, context, alone, asked), model)
        slug, confidence = weighed.ranked[0]
        if slug is None:
            unclear = replace(alone, kind="suggest", sure=False) if alone.kind == "answer" else alone
            return self._unanswered(utterance, replace(_said(unclear), ranked=_ranked(weighed, alone)), at)
        if at and asked and slug == at.slug:
            return self._stays(utterance, at, asked)
        if alone.kind == "answer" and alone.ranked[0].slug == slug:
            return self._alone(utterance, alone, at)
        other = replace(alone, kind="answer" if confidence >= model.threshold else "suggest",
                        ranked=_ranked(weighed, alone), outside=None, says=None,
                        sure=confidence >= thresholds().sure)
        return self._alone(utterance, other, at)

    def evidence(self, utterance: Utterance, at: DialogueState | None, context: str, alone: Decision,
                 asked: Named | None) -> followups.Evidence:
        """What is weighed for a follow-up that stands behind the question `context`."""
        context = context[:LONGEST_CONTEXT]
        behind = f"{context} {utterance.text}"
        # of a fragment the small encoder makes hardly less than the large one, at no cost
        joined = self.glance(behind) if utterance.length <= FRAGMENT else self.match(behind, ())
        following = self.entries[at.slug].next if at else ()
        return followups.evidence(utterance, bool(asked and asked.anything), alone, joined, context,
                                  at.slug if at else None, following)

    def _alone(self, utterance: Utterance, decision: Decision, at: DialogueState | None) -> Interpretation:
        """The reply to a question with a subject."""
        if decision.kind != "answer":
            return self._unanswered(utterance, _said(decision), at)
        slug = decision.ranked[0].slug
        kept = at if at and at.slug == slug else DialogueState(slug, utterance.typed, decision, before=at)
        entry = self.entries[slug]
        asked = named(utterance, entry, kept.changes, "follow") if kept is at else first_named(utterance, entry)
        return self._set(utterance, kept, asked, is_new=kept is not at)

    def _unanswered(self, utterance: Utterance, decision: Decision, at: DialogueState | None) -> Interpretation:
        """The reply where no entry is the answer."""
        if at and decision.kind == "decline" and decision.outside is None and names_settings_only(utterance):
            return self._stays(utterance, at, Named(named(utterance, self.entries[at.slug], at.changes).read, True))
        return Interpretation(utterance.typed, decision, after=self._likely(utterance, decision, at))

    def _stays(self, utterance: Utterance, at: DialogueState, asked: Named) -> Interpretation:
        """The reply to a follow-up that is about the same answer."""
        if asked.tells:
            return self._set(utterance, at, asked)
        entry = self.entries[at.slug]
        offered = remarks.offers(utterance, entry, at.changes, frozenset())
        lines = remarks.undone(utterance, entry, changed=False) if _orders(utterance) else ()
        if not lines:
            plain = remarks.NOTHING_FOUND.format(remarks.settable(entry))
            lines = (plain if _orders(utterance) and not offered else remarks.SAME_ANSWER,)
        return moves.stay(utterance.typed, at, notes=lines, offers=offered)

    def _set(self, utterance: Utterance, at: DialogueState, asked: Named, is_new: bool = False) -> Interpretation:
        """The entry at the settings in force and those that are asked for."""
        said, entry = asked.read, self.entries[at.slug]
        changes = {**at.changes, **said.changes}
        seed = at.seed if said.seed is None else said.seed
        to = at
        if is_new or changes != at.changes or seed != at.seed or asked.setting:
            to = replace(at, changes=changes, seed=seed, setting=asked.setting or at.setting,
                         before=at.before if is_new else at)
        done = frozenset(said.changes) | ({said.compare[0]} if said.compare else set())
        notes = said.notes
        if said.changes and not is_new and not said.compare and seed == at.seed and not notes:
            same = effective(entry, changes) == effective(entry, at.changes)
            notes += (remarks.already(entry, said.changes),) if same else ()
        if _orders(utterance, "order" if is_new else "follow"):
            notes += remarks.undone(utterance, entry, changed=True)
        return moves.go(utterance.typed, to, at, entry, notes=notes, compare=said.compare,
                        offers=remarks.offers(utterance, entry, changes, done))

    def _likely(self, utterance: Utterance, decision: Decision, at: DialogueState | None) -> DialogueState | None:
        """What a further question would follow on, where this one is unclear."""
        first = decision.ranked[0]
        if decision.kind != "suggest" or first.confidence < thresholds().likely:
            return at
        return DialogueState(first.slug, utterance.typed, replace(decision, kind="answer"), before=at)


def _orders(utterance: Utterance, stance: Stance = "order") -> bool:
    """Whether an utterance asks for a run."""
    return bool(utterance.asking(stance))


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


def _kind(utterance: Utterance) -> str | None:
    return phrases.kind_of(utterance.text) or phrases.kind_of(utterance.plain)


def _short(text: str) -> str:
    line = " ".join(text.split())
    line = line[:1].upper() + line[1:]
    return line if len(line) <= 60 else line[:59].rstrip() + "…"
