"""The dialogue: each question is resolved against where the conversation stands after the ones before it.

Nothing is run here. A conversation is replayed from its questions alone, so that page, link and program come to the
same reply.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.content.entries import Entry
from bot.dialogue import moves, phrases
from bot.dialogue.posts import is_list, questions_of, stands_alone
from bot.dialogue.replies import Reply, Situation
from bot.dialogue.settings import Named, named, names_settings_only, unnamed
from bot.language.vocabulary import plain
from bot.matching import Decision, clean, leans, thresholds
from sims.engine.registry import find

LONGEST_CONVERSATION = 40  # earlier questions that are replayed
LEANS_ON_NOTHING = "“{}” leans on an earlier question, and there is none here. Ask about something first."
NOTHING_NEAR = ("I find nothing in that which small neural networks have to do with. Ask me how they learn, in your "
                "own words; these are some of the questions that I can answer.")
NO_SUCH_SETTING = "This experiment has no such setting; it has {}."


# how a fragment begins that goes on with what was said
CONTINUES = re.compile(r"^\W*(?:and|also|but|even|same|now|ok(?:ay)?|then|so)\b", re.IGNORECASE)

JUDGES = re.compile(r"\b(?:better|best|worse|difference|prefer|recommend)\b", re.IGNORECASE)
CHANGES = re.compile(r"^\W*(?:with|without|try|use|make|only|just|what (?:if|about)|how about)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Dialogue:
    """Resolves questions. `match` ranks the entries for a question after the one that it may lean on, and `glance`
    does so with less care and at no cost."""

    entries: Mapping[str, Entry]
    match: Callable[[str, Sequence[str]], Decision]
    glance: Callable[[str], Decision]

    def understand(self, question: str, previous: Sequence[str] = ()) -> Reply:
        """The reply to a question after the earlier ones, oldest first."""
        at: Situation | None = None
        unresolved: list[str] = []
        for earlier in previous[-LONGEST_CONVERSATION:]:
            reply = self.reply(earlier, at, unresolved)
            unresolved = [earlier] if reply.decision.kind == "suggest" else []
            at = reply.after or at
        return self.reply(question, at, unresolved)

    def reply(self, question: str, at: Situation | None = None, unresolved: Sequence[str] = ()) -> Reply:
        """The reply to a question where the conversation stands `at`, or after one that is `unresolved`."""
        text = clean(question)
        asked = questions_of(text)
        if len(asked) > 1:
            return self._post(question, text, asked, at)
        if at is None:
            return self._first(question, text, unresolved)
        return self._follow(question, text, at) or self._fresh(question, text, at)

    def _post(self, question: str, text: str, asked: Sequence[str], at: Situation | None) -> Reply:
        """The reply to a post of several questions: the first in full, with those that are surely about other entries.

        Most posts circle around one thing in several sentences: a question of theirs counts only where it speaks for
        itself and its entry is beyond doubt.
        """
        whole = (at and self._follow(question, text, at)) or self._fresh(question, text, at)
        listed = is_list(text)
        sure: dict[str, Reply] = {}
        for one in asked:
            guess = self.glance(one)
            likely = guess.kind == "answer" and guess.ranked[0].slug != whole.slug
            if listed or (likely and stands_alone(one)):
                reply = self._fresh(one, one, None)
                if reply.slug and reply.decision.ranked[0].confidence >= thresholds().another:
                    sure.setdefault(reply.slug, reply)
        if len(sure) > 1 and (listed or whole.slug is None):
            first, *others = sure.values()
            after = first.after and replace(first.after, before=at)
            return replace(first, question=question, further=tuple(others), after=after)
        if whole.slug is None:
            return whole
        return replace(whole, further=tuple(reply for slug, reply in sure.items() if slug != whole.slug))

    def _first(self, question: str, text: str, unresolved: Sequence[str]) -> Reply:
        reply = self._fresh(question, text, None, unresolved)
        continues = CONTINUES.search(text) or (reply.slug is None and CHANGES.search(text))
        if text and ((reply.slug is None and _kind(text)) or (continues and names_settings_only(text))):
            says = LEANS_ON_NOTHING.format(_short(text))
            return Reply(question, replace(reply.decision, kind="decline", outside=None, says=says))
        return reply

    def _follow(self, question: str, text: str, at: Situation) -> Reply | None:
        """The reply to a follow-up that keeps the entry; None where it has a subject of its own."""
        entry = self.entries[at.slug]
        asked = named(text, entry, at.changes, follows=True)
        if asked.anything and asked.only:
            return self._set(question, at, asked)
        kind = _kind(text)
        if kind and (reply := moves.follow(kind, question, entry, at)):
            return reply
        bare = unnamed(text, entry, at)
        if bare.anything:
            return self._set(question, at, bare)
        continues = CONTINUES.search(text) and not JUDGES.search(text)
        if asked.anything and leans(text) and (continues or not self._is_about_another(text, at)):
            return self._set(question, at, asked)
        return None

    def _fresh(self, question: str, text: str, at: Situation | None, unresolved: Sequence[str] = ()) -> Reply:
        """The reply to a question with a subject."""
        anchors = [at.question] if at else list(unresolved)
        decision = self.match(question, ())
        if decision.kind != "answer" and decision.outside is None and leans(text) and anchors:
            decision = _surer(decision, self.match(question, anchors))
        if decision.kind != "answer":
            if at and decision.kind == "decline" and decision.outside is None and names_settings_only(text):
                titles = [f.title or n for n, f in find(self.entries[at.slug].experiment).params.model_fields.items()]
                return moves.stay(question, at, notes=(NO_SUCH_SETTING.format(", ".join(titles)),))
            return Reply(question, _said(decision), after=self._likely(question, decision, at))
        slug = decision.ranked[0].slug
        kept = at if at and at.slug == slug else Situation(slug, question, decision, before=at)
        asked = named(text, self.entries[slug], kept.changes)
        return self._set(question, kept, asked, is_new=kept is not at)

    def _set(self, question: str, at: Situation, asked: Named, is_new: bool = False) -> Reply:
        """The entry at the settings in force and those that are asked for."""
        read = asked.read
        changes = {**at.changes, **read.changes}
        seed = at.seed if read.seed is None else read.seed
        to = at
        if is_new or changes != at.changes or seed != at.seed or asked.setting:
            to = replace(at, changes=changes, seed=seed, setting=asked.setting or at.setting,
                         before=at.before if is_new else at)
        return moves.go(question, to, at, notes=read.notes, compare=read.compare)

    def _likely(self, question: str, decision: Decision, at: Situation | None) -> Situation | None:
        """What a further question would follow on, where this one is unclear."""
        first = decision.ranked[0]
        if decision.kind != "suggest" or first.confidence < thresholds().likely:
            return at
        return Situation(first.slug, question, replace(decision, kind="answer"), before=at)

    def _is_about_another(self, text: str, at: Situation) -> bool:
        decision = self.match(text, ())
        first = decision.ranked[0]
        return decision.kind == "answer" and first.slug != at.slug and first.confidence >= thresholds().another


def _said(decision: Decision) -> Decision:
    """The decision with a line of its own where no entry is anywhere near."""
    far = decision.kind == "decline" and decision.says is None and decision.ranked[0].confidence < thresholds().far
    return replace(decision, says=NOTHING_NEAR) if far else decision


def _surer(alone: Decision, behind: Decision) -> Decision:
    """The decision on a fragment behind the question it leans on; an answer where it says the same alone."""
    first, second = alone.ranked[0], behind.ranked[0]
    agree = first.slug == second.slug and min(first.confidence, second.confidence) >= thresholds().agreed
    return replace(behind, kind="answer") if agree else behind


def _kind(text: str) -> str | None:
    return phrases.kind_of(text) or phrases.kind_of(plain(text))


def _short(text: str) -> str:
    line = " ".join(text.split())
    line = line[:1].upper() + line[1:]
    return line if len(line) <= 60 else line[:59].rstrip() + "…"
