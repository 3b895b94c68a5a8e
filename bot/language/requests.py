"""The parts of a post that ask for another run: what else it says is about the learner's own network, or a theory.

A sentence is one of these, the first that fits:
- a wish ("what if", "suppose", "could you"), read from there if what precedes it is something else;
- a report ("my network has", "I trained", "accuracy is 96%", "the professor says"), which asks for nothing;
- a topic ("why", "what is", "is ... the same as"), read only behind "... it ... with": "why does it diverge
  with lr = 30";
- an instruction or a fragment ("use adam", "2 units, lr = .05"), read unless the post is long.

So much of a follow-up. Numbers in a question that opens a conversation are usually its story: there only instructions
("show me", "use 2 units"), conditionals ("what if I use 2") and "... with 2 units" ask for anything.
"""

import re
from typing import Literal

# "order": what asks for a run beyond doubt; "follow": what does so where an answer stands already; "all": any mention
Stance = Literal["order", "follow", "all"]

SHORT = 24  # words; of a longer post only wishes and instructions are read, no mere statements
LONG = 60  # words; a longer post tells a story, in which only an instruction to us asks for a run

_SUPPOSED = re.compile(
    r"\b(?:what (?:if|about|happens|will happen|changes|would)|how (?:about|would)|suppose|supposing|(?<!can )imagine|"
    r"assume|how (?:does|do|would|will) (?:\w+ ){1,4}(?:change|look)\b|"
    r"let (?:it|them|the)\b|^(?:and |but |or )?if\b|(?:even|also|still) (?:if|when)|when (?:you|one)\b|"
    r"i(?:'d| would| wonder| want)\b|if (?:i|there|it|the|this|all|you|we)\b)")
_REQUESTED = re.compile(
    r"\b(?:please|pls|plz|(?:can|could|would|will) (?:you|we|i|it)\b(?! say\b)|let'?s|let (?:me|us)|show me)\b")
_REPORT = re.compile(
    r"\b(?:my|our|his|her|their|mine|friend|colleague|teacher|professor|prof|andrew|paper|lecture|lectures|slide|slides|blog|"
    r"book|video|tutorial|course|heard|everybody|everyone|people|nowadays|"
    r"(?:has|(?<!let's )(?<!lets )(?<!let us )(?<!let it )have|uses|needs) \d+)\b|"
    r"(?<!if )(?<!can )(?<!could )(?<!should )(?<!may )(?<!do )(?<!what )(?<!shall )\b(?:i|we)"
    r"(?:'ve|'m)?(?! (?:only |just )?(?:want|would|wish|like|could|can|mean|meant|wonder|do|should)\b)"
    r"(?:(?<=ve)|(?<=m)|(?= [a-z]))|"
    r"\b(?:acc|accuracy|(?<!log )loss|(?<!squared )error|score|f1|auc|recall|precision)\b"
    r"(?: \w+)?\s*[=:]?\s*(?:is|was|of|at)?\s*[\d.]*\d%?|"
    r"\d%?\s*(?:acc\b|accuracy|accurate)|\b(?:week|course|lab|quiz|exercise|c)\s?\d|"
    r"\b(?:in|from) (?:the|this|that|his|her) (?:lab|lecture|video|course|paper|book|slides?|notebook)\b|\bc\d_w\d|"
    r"\b(?:in|since|before|after|until|from|around) (?:19|20)\d\d\b(?! [a-z]+s\b)")
_TOPIC = re.compile(
    r"^(?:(?:so|but|and|ok|okay|hi|hello|hey|then|also|sorry|well|\d+[.)])[\s,]++)*+"
    r"(?:what(?:'s| is| are| was| does| do| did| makes)|(?:in |for |at )?"
    r"how (?:come|many|much|do|does|did|is|are|can|should|to)|when|where|who|which|is|are|was|were|am|"
    r"isn't|aren't|does|do(?! (?:it|this|that|the same|not)\b)|did|doesn't|"
    r"didn't|"
    r"don't(?= (?:i|you|we|they|the|these|those)\b)|should|shouldn't|has|have|must)\b|"
    r"\bwhy\b|\b(?:same|better|worse|other|rather|faster|slower) (?:as|than)\b|\bwhen (?:did|was|were)\b|"
    r"\bdifference between\b|\bin theory\b|\bequivalent\b|"
    r"(?<!i )\bmeans?\b(?! (?:squared|absolute|of|0|zero))|\bnormal\?|, which\b|"
    r"^(?:regarding|about|re:)\s|\b(?:derivatives?|gradient of|slope of(?! \d))\b|\bwhere\?")
_RUN = re.compile(r"\b(?:it|this|that|the (?:\w+ )?(?:network|model|training|loss|line|curve|run|picture|result|"
                  r"boundary)|same)\b[^\n]{0,200}?\b(?=(?:with|without|at|for|using|when|if)\b)|"
                  r",\s+(?=(?:with|without|using)\b)")
_COMPARED = re.compile(r"\bcompar(?:e|ing|ison)\b|\bdifference between \S+ and\b")
_IMPERATIVE = re.compile(
    r"^(?:(?:so|but|and|ok|okay|then|now|also|same|again|sorry|no|yes|thanks|just)[\s,]++(?:thing |one )?)*"
    r"(?:with|without|no|only|just(?= (?:with|without|one|two|three|an?|the|\d))|for|(?P<verb>use|using|try|set|change|"
    r"make|run|rerun|train|give|take|put|switch|start|add|do|repeat|go|increase|reduce|decrease|raise|lower|fit|draw|"
    r"show|replace|swap|remove|drop|turn|double|halve|stop|initiali[sz]e|keep|divide|multiply))\b")


_VERBS = (r"(?:show|run|rerun|re-run|repeat|redo|train|retrain|try|use|set|change|make|give|take|put|switch|start|"
          r"do(?= (?:it|this|that|the same)\b)|"
          r"increase|reduce|decrease|raise|lower|fit|draw|plot|replace|swap|remove|drop|double|halve|initiali[sz]e|compare)")
_TO_US = re.compile(
    rf"\b(?:(?:can|could|would|will) you (?:please |also |just |maybe )?{_VERBS}|"
    rf"(?:please|pls|plz) {_VERBS}|(?P<us>let'?s {_VERBS})|"
    r"show me|(?:can|could|may) (?:i|we) (?:please |also |just )?(?:see|try|run|have a look|look)|"
    r"i(?:'d| would) (?:like|love) to (?:see|try|run)|i want to (?:see|try|run)|let me (?:see|try|run))\b")
_CONDITIONAL = re.compile(
    r"\b(?:what if|(?:what|how) about|"
    r"what (?:happens|will happen|would happen|changes|would change) (?:if|when|with|without|for|at)|"
    r"suppose|supposing|(?<!can )imagine|assume|(?:even|also|still) (?:if|when)|"
    r"if (?:i|we|you|one|there) (?:only |just |then )?(?:use|used|take|took|had|were|was|set|train|trained|make|made|"
    r"remove|removed|add|added|put|drop|dropped|double|doubled))\b")
_WITH = re.compile(r"\b(?:with|without|using)\b(?! (?:the |a |an )?(?:respect|it|this|that|each|every|other)\b)")
_CLAUSE = re.compile(r",\s+(?:with|without|using)\b")
_WEIGHED = re.compile(r"\b(?:vs\.?|versus|or|same|differ|differs|difference|equivalent|better|worse|between|than)\b")
_ENDS = re.compile(r"(?<=[.?!;])\s+|\n+")
_WHY = re.compile(r"\bwhy\b")


def requested(text: str, stance: Stance = "follow") -> str:
    """What of the lower-case text asks for a run, sentence by sentence; empty where nothing does."""
    if stance == "all":
        return text
    sentences = [sentence for sentence in _ENDS.split(text) if sentence.strip()]
    words = len(text.split())
    if stance == "order":
        return " ".join(part for sentence in sentences if (part := _ordered(sentence, words)))
    return " ".join(part for sentence in sentences if (part := _asked(sentence, words <= SHORT)))


def reports(text: str) -> bool:
    """Whether a lower-case text tells what somebody has done or said."""
    return bool(_REPORT.search(text))


def _ordered(sentence: str, words: int) -> str:
    """The part of a sentence that asks for a run beyond doubt, in a post of so many words."""
    report, topic = _REPORT.search(sentence), _TOPIC.search(sentence)
    order = _TO_US.search(sentence)
    if order and (words <= SHORT or not order["us"]):  # "let's start with 2 units" may go on with a story
        return sentence[order.start():]
    if words > LONG or len(sentence.split()) > SHORT:
        return ""
    if (imperative := _IMPERATIVE.search(sentence)) and not topic and (words <= SHORT or imperative["verb"]):
        return sentence
    if wish := _CONDITIONAL.search(sentence):
        first = min((match.start() for match in (report, topic) if match), default=len(sentence))
        return _WHY.split(sentence if first >= wish.start() else sentence[wish.start():])[0]
    if report or words > SHORT or _WEIGHED.search(sentence):
        return ""
    part = (_CLAUSE if topic else _WITH).search(sentence)
    return sentence[part.start():] if part else ""


def _asked(sentence: str, brief: bool) -> str:
    report, topic = _REPORT.search(sentence), _TOPIC.search(sentence)
    wish = _SUPPOSED.search(sentence) or (None if report else _REQUESTED.search(sentence))
    if _COMPARED.search(sentence) and not report:
        return sentence
    if wish:
        first = min((match.start() for match in (report, topic) if match), default=len(sentence))
        return _WHY.split(sentence if first >= wish.start() else sentence[wish.start():])[0]
    if report:
        return ""
    if topic:
        run = _RUN.search(sentence)
        return sentence[run.end():] if run else ""
    return sentence if brief or _IMPERATIVE.search(sentence) or "instead" in sentence else ""
