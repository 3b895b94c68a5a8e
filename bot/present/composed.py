"""A reply to a whole post: one text that answers each of its questions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.answers.answer import Answer
from bot.diagnosis.answer import NetworkAnswer, has_network
from bot.diagnosis.reading import read_post
from bot.dialogue import Interpretation
from bot.dialogue.posts import is_list, questions_of
from bot.matching import thresholds
from bot.present import diagnosed, forum
from bot.present.charts.curves import Curves, curves
from bot.present.closest import Close
from bot.present.rendering_dialogue import close_to
from bot.present.three_forms import Canned, in_three_forms
from bot.service import Bot
from sims.engine.experiment import drain

NEAREST = 3
LONGEST_QUOTE = 160  # characters


@dataclass(frozen=True)
class Part:
    """A question of the post and the entry that answers it; `near` are what else it may mean, or comes nearest to it.
    `torn`: each of those may be the answer. `closest` are points that it may ask."""

    question: str
    slug: str | None
    title: str
    near: tuple[str, ...]
    notes: tuple[str, ...] = ()
    torn: bool = False
    closest: tuple[Close, ...] = ()


@dataclass(frozen=True)
class Composed:
    """The parts of a post and the reply to those that are answered; an empty text where none is. `network` says in a
    line what was found of a network in the post; it is empty where there is none."""

    parts: tuple[Part, ...]
    canned: Canned
    network: str = ""
    curves: Curves | None = None  # the loss in the post beside the one of our run


def compose_reply(post: str, bot: Bot, base: str = "") -> Composed:
    """Answer a pasted post. `base` is the public address that links and pictures lie below."""
    asked = _replies(post, bot)
    reading = read_post(post)
    if has_network(reading):
        return _with_network(post, drain(bot.diagnosing(reading)), asked, bot, base)
    answered = _answered(asked, bot)
    parts = tuple(_part(reply, bot) for reply in asked)
    if len(answered) == 1:
        [told] = answered
        return Composed(parts, forum.reply(told.answer, base, told.answer.points_named(told.points)))
    blocks = [block for told in answered for block in _section(told, base)]
    return Composed(parts, in_three_forms(blocks))


def _with_network(post: str, network: NetworkAnswer, asked: Sequence[Interpretation], bot: Bot, base: str) -> Composed:
    """The reply to a post that holds a network: what its runs show first, then the post's other questions. A post with
    one question asks about its network, and so do what the diagnosis sends on to and what is unclear without it."""
    others = [reply for reply in asked if reply.slug and reply.question != post and reply.slug != network.entry
              and reply.decision.sure]
    blocks = [diagnosed.reply(network, base).markdown.strip()]
    blocks += [block for told in _answered(others, bot) for block in _section(told, base)]
    return Composed(tuple(_part(reply, bot) for reply in others), in_three_forms(blocks), diagnosed.summary(network),
                    curves(network.reading.symptoms, network.run))


@dataclass
class _Told:
    """An answer with the questions that it is to, and the points that these ask, each once."""

    answer: Answer
    questions: list[str]
    points: tuple[str, ...] = ()


def _answered(asked: Sequence[Interpretation], bot: Bot) -> list[_Told]:
    """The answers to what was asked: one entry at the same settings is told once."""
    found: dict[str, _Told] = {}
    for reply in asked:
        if reply.slug:
            answer = bot.answer(reply.slug, reply.changes, reply.seed)
            told = found.setdefault(f"{reply.slug}: {forum.settings_text(answer)}", _Told(answer, []))
            told.questions.append(reply.question)
            told.points = tuple(dict.fromkeys((*told.points, *reply.points)))
    return list(found.values())


def _replies(post: str, bot: Bot) -> list[Interpretation]:
    """What the post asks: as a learner's bot reads it, and then every other sentence that is clear by itself.

    A mentor reads the reply before sending it, so here more is offered than a learner is told unasked.
    """
    first = bot.understand(post)
    questions = questions_of(post)
    others = list(first.further)
    found = {reply.slug for reply in (first, *others)}
    for question in questions:
        decision = bot.match(question)
        slug = decision.ranked[0].slug
        if slug in found:
            continue
        if decision.kind == "answer" and decision.ranked[0].confidence >= thresholds().clear:
            read = bot.read(question, slug)
            found_there = Interpretation(question, decision, slug, read.changes, read.seed, read.notes)
            others.append(replace(found_there, point=bot.point(question, bot.entries[slug])))
            found.add(slug)
        elif is_list(post):
            others.append(Interpretation(question, decision))
    if len(questions) > 1 and first.slug:
        first = replace(first, question=_own_question(first, questions, others, bot))
    replies = [first, *others] if first.slug or not others else others
    order = {question: number for number, question in enumerate(questions)}
    return sorted(replies, key=lambda reply: order.get(reply.question, -1))


def _own_question(first: Interpretation, questions: Sequence[str], others: Sequence[Interpretation], bot: Bot) -> str:
    """Of a post with several questions, the sentence that the first reply answers; else the post itself."""
    own = [question for question in questions if all(question != reply.question for reply in others)]
    nearest = (question for question in own if bot.dialogue.glance(question).ranked[0].slug == first.slug)
    return next(nearest, own[0] if own else first.question)


def _part(reply: Interpretation, bot: Bot) -> Part:
    decision = reply.decision
    near = tuple(match.slug for match in (decision.beside if reply.slug else decision.ranked[:NEAREST]))
    title = bot.entries[reply.slug].title if reply.slug else ""
    torn = reply.slug is None and decision.is_torn
    close: tuple[Close, ...] = ()
    if reply.closest:
        close = close_to(bot, bot.answer(reply.slug, reply.changes, reply.seed) if reply.slug else None, reply)
    return Part(reply.question, reply.slug, title, near, reply.notes, torn, close)


def _section(told: _Told, base: str) -> list[str]:
    quote = "\n>\n".join(f"> {forum.literal(_short(question))}" for question in told.questions)
    url = forum.addresses(base, told.answer)[0] if base else ""
    return [quote, *forum.brief(told.answer, url, told.answer.points_named(told.points))]


def _short(question: str) -> str:
    line = " ".join(question.split())
    return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1].rsplit(" ", 1)[0] + "…"
