"""The parts of a post that ask for another run: what else it says is about the learner's own network, or a theory.

A sentence is one of these, the first that fits:
- a wish ("what if", "suppose", "could you"), read from there if what precedes it is something else;
- a report ("my network has", "I trained", "accuracy is 96%", "the professor says"), which asks for nothing;
- a topic ("why", "what is", "is ... the same as"), read only behind "... it ... with": "why does it diverge
  with lr = 30";
- an instruction or a fragment ("use adam", "2 units, lr = .05"), read unless the post is long.
"""

import re

SHORT = 24  # words; of a longer post only wishes and instructions are read, no mere statements

_SUPPOSED = re.compile(
    r"\b(?:what (?:if|about|happens|will happen|changes|would)|how (?:about|would)|suppose|supposing|(?<!can )imagine|"
    r"assume|how (?:does|do|would|will) (?:\w+ ){1,4}(?:change|look)\b|"
    r"let (?:it|them|the)\b|^(?:and |but |or )?if\b|(?:even|also|still) (?:if|when)|when (?:you|one)\b|"
    r"i(?:'d| would| wonder| want)\b|if (?:i|there|it|the|this|all|you|we)\b)")
_REQUESTED = re.compile(
    r"\b(?:please|pls|plz|(?:can|could|would|will) (?:you|we|i|it)\b(?! say\b)|let'?s|let (?:me|us)|show me)\b")
_REPORT = re.compile(
    r"\b(?:my|our|his|her|their|mine|friend|colleague|teacher|professor|prof|andrew|paper|lecture|lectures|slide|slides|blog|"
    r"book|video|tutorial|course|heard|everybody|everyone|people|nowadays|(?:has|have|uses|needs) \d+)\b|"
    r"(?<!if )(?<!can )(?<!could )(?<!should )(?<!may )(?<!do )(?<!what )(?<!shall )\b(?:i|we)"
    r"(?:'ve|'m)?(?! (?:only |just )?(?:want|would|wish|like|could|can|mean|wonder|do|should)\b)"
    r"(?:(?<=ve)|(?<=m)|(?= [a-z]))|"
    r"\b(?:acc|accuracy|(?<!log )loss|(?<!squared )error|score|f1|auc|recall|precision)\b"
    r"(?: \w+)?\s*[=:]?\s*(?:is|was|of|at)?\s*[\d.]*\d%?|"
    r"\d%?\s*(?:acc\b|accuracy|accurate)|\b(?:week|course|lab|quiz|exercise|c)\s?\d|\bc\d_w\d|"
    r"\b(?:in|since|before|after|until|from|around) (?:19|20)\d\d\b(?! [a-z]+s\b)")
_TOPIC = re.compile(
    r"^(?:(?:so|but|and|ok|okay|hi|hello|hey|then|also|sorry|well|\d+[.)])[\s,]++)*+"
    r"(?:what(?:'s| is| are| was| does| do| did| makes)|how (?:come|many|much|do|does|did|is|are|can|should|to)|"
    r"when|where|who|which|is|are|was|were|am|isn't|aren't|does|do(?! (?:it|this|that|the same)\b)|did|doesn't|didn't|"
    r"don't(?= (?:i|you|we|they|the|these|those)\b)|should|shouldn't|has|have|must)\b|"
    r"\bwhy\b|\b(?:same|better|worse|other|rather|faster|slower) (?:as|than)\b|\bwhen (?:did|was|were)\b|"
    r"\bdifference between\b|\bin theory\b|\bequivalent\b|"
    r"(?<!i )\bmeans?\b(?! (?:squared|absolute|of|0|zero))|\bnormal\?|"
    r"^(?:regarding|about|re:)\s|\b(?:derivatives?|gradient of|slope of(?! \d))\b|\bwhere\?")
_RUN = re.compile(r"\b(?:it|this|that|the (?:\w+ )?(?:network|model|training|loss|line|curve|run|picture|result|"
                  r"boundary)|same)\b.*?\b(?=(?:with|without|at|for|using|when|if)\b)|,\s+(?=(?:with|without|using)\b)")
_COMPARED = re.compile(r"\bcompar(?:e|ing|ison)\b|\bdifference between \S+ and\b")
_IMPERATIVE = re.compile(
    r"^(?:(?:so|but|and|ok|okay|then|now|also|same|again|sorry|no|yes|thanks|just)[\s,]++(?:thing |one )?)*"
    r"(?:with|without|no|only|just|use|using|try|set|change|make|run|rerun|train|give|take|put|switch|start|add|do|repeat|go|"
    r"increase|reduce|decrease|raise|lower|fit|draw|show|replace|swap|remove|drop|turn|double|halve|stop|initiali[sz]e|keep|"
    r"divide|multiply|for)\b")


def requested(text: str) -> str:
    """What of the lower-case text asks for a run, sentence by sentence; empty where nothing does."""
    sentences = [s for s in re.split(r"(?:(?<=[.?!;])|(?<=\.\.\.))\s+|\n+", text) if s.strip()]
    brief = len(text.split()) <= SHORT
    return " ".join(part for sentence in sentences if (part := _asked(sentence, brief)))


def _asked(sentence: str, brief: bool) -> str:
    report, topic = _REPORT.search(sentence), _TOPIC.search(sentence)
    wish = _SUPPOSED.search(sentence) or (None if report else _REQUESTED.search(sentence))
    if _COMPARED.search(sentence) and not report:
        return sentence
    if wish:
        first = min((m.start() for m in (report, topic) if m), default=len(sentence))
        wanted = sentence if first >= wish.start() else sentence[wish.start():]
        return re.split(r"\bwhy\b", wanted)[0]
    if report:
        return ""
    if topic:
        run = _RUN.search(sentence)
        return sentence[run.end():] if run else ""
    return sentence if brief or _IMPERATIVE.search(sentence) or "instead" in sentence else ""
