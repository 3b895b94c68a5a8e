"""Who wrote a text is none of our business: what may tell it is taken out before the text is kept."""

import re
from unicodedata import category

GONE = "…"
MOST_DIGITS = 6  # of a number in a row; more may be a student's, an account's or a telephone's
DIGITS_OF_A_CALL = 8  # from this many in groups on, it may be a telephone number
AGAIN = 10  # times; what is taken out may bring together what was apart

_NAME = r"[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:[-'’][^\W\d_]+)*\.?"  # a word that begins with a capital
_NAMES = rf"{_NAME}(?:[ ]{_NAME}){{0,2}}"
_NOBODY = (r"(?!(?i:i|we|you|it|all|everyone|everybody|folks|guys|there|again|team|mentors?|community|what|why|how|"
           r"when|where|which|who|is|are|does?|did|can|could|should|would|will|if|in|my|the|this|that|a|an|please|and|"
           r"but|for|so|not)\b)")
_GREETED = r"(?i:dear|hi|hello|hey|hallo)"
_TITLED = (r"(?i:mr|mrs|ms|mx|dr|prof|professor|sir|madam|asked by|posted by|written by|call me|user ?name is|"
           r"i am called)")
_CLOSED = r"(?i:thanks|thank you|thx|cheers|regards|wishes|greetings|sincerely|yours|bye|ciao)"
_THANKED = r"(?:[ ](?i:in advance|a lot|so much|again|for (?:your|the|any) help))?"
_TOPS = "com|org|edu|gov|info"  # at the end of an address; others, such as net, are names of variables more often

# What stands in the first group stays. Each takes time in proportion to the text: what repeats is bounded, or can
# match in one way alone.
_RULES = tuple(map(re.compile, (
    r"()(?i:\b[a-z][a-z0-9+.-]{1,15}://\S*)",  # of a page, with the user and the password that it may name
    r"()(?i:(?<![\w@])(?:www\.|mailto:)\S+)",
    rf"()(?i:(?<![\w@./-])(?:[a-z0-9-]{{1,40}}\.){{1,5}}(?:(?:{_TOPS})\b(?:[/?#:]\S*)?|[a-z]{{2,12}}/\S+))",
    r"()(?<![^\s@＠])(?:[^\s@＠]+[@＠]\S*|[@＠]\S+)",  # mail, and names of users
    r"()(?i:\S{1,40} ?[\[({<] ?at ?[\])}>] ?\S{1,40}(?: ?[\[({<] ?dot ?[\])}>] ?\S{1,40})?)",
    rf"()(?i:(?:\S{{1,30}} dot ){{0,2}}\S{{1,40}} at (?:\S{{1,30}} dot ){{1,3}}(?:{_TOPS}|net|de|uk)\b)",
    r"()(?i:(?<![\w/])/?u(?:ser)?/[\w.-]{2,40})",
    r"()\b\w{2,32}#\d{4}\b",
    r"()(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])",  # of a machine
    r"()(?<![\w.])\+?\d{2,4}(?:\.\d{2,4}){2,5}(?![\w.])",  # of a telephone, with dots
    r"()(?i:(?<!\w)[a-z]{1,3}\d{5,}\b)",  # of a student
    r"(?i:(\b(?:my )?name(?:'s|’s| is) ))[^\W\d_]{2,30}(?:[ ]" + _NAME + r"){0,2}",
    rf"((?<!\w){_GREETED}[ ,]{{1,2}}){_NOBODY}{_NAMES}",
    rf"((?:^|[.!?] ){_GREETED} ){_NOBODY}[^\W\d_]+(?=[,!])",
    rf"((?<!\w){_TITLED}[ .:]{{1,2}}){_NOBODY}{_NAMES}",
    rf"((?<!\w)(?i:i am|i'm|i’m|im) ){_NOBODY}{_NAMES}(?=[ ]?(?:[,.!?;:]|$|and\b|from\b))",
    rf"((?<!\w)(?i:this is|it is|it's|it’s|here is) ){_NAMES}(?=[ ](?:here|speaking|writing|from)\b)",
    rf"((?<!\w){_CLOSED}{_THANKED}[ ,.!:–-]{{1,3}}){_NOBODY}(?:{_NAMES}|[^\W\d_]+)(?=[ .!]*$)",
    rf"((?<!\w)(?i:best)[,.!:–-][ ]?){_NOBODY}(?:{_NAMES}|[^\W\d_]+)(?=[ .!]*$)",
    rf"((?:^|[ ])[-–—~]{{1,2}}[ ]?){_NAMES}(?=[ .!]*$)",
    rf"((?<=\d\.)\d{{{MOST_DIGITS}}})\d+",  # decimals that are cut still say something
    rf"()\d{{{MOST_DIGITS + 1},}}",
)))
_GROUPED = re.compile(r"(?<![\w.])\+?\(?\d[\d ()/-]{6,40}\d(?![\w.]?\d)")


def without_people(text: str) -> str:
    """The text on one line without what may tell a person: addresses of mail, pages and machines, names that people
    have on a platform (@one), names where a text says who is greeted, who writes or who signs, telephone numbers, and
    digits beyond MOST_DIGITS in a row. What is taken out leaves "…"; doing it twice changes nothing more.

    A name of which the text does not say that it is one stays: Adam is an optimizer, too.
    """
    line = _on_a_line(text)
    for _ in range(AGAIN):
        before = line
        line = _GROUPED.sub(_without_calls, line)
        for rule in _RULES:
            line = rule.sub(_first, line)
        line = _on_a_line(line)
        if line == before:
            break
    return line


def _first(found: re.Match[str]) -> str:
    return found[1] + GONE if not found[1][-1:].isdigit() else found[1]


def _without_calls(found: re.Match[str]) -> str:
    """A telephone number is long, and its digits stand in groups: 0 1 1 0 1 1 0 0 are data."""
    groups = re.findall(r"\d+", found[0])
    return GONE if sum(map(len, groups)) >= DIGITS_OF_A_CALL and max(map(len, groups)) > 1 else found[0]


def _on_a_line(text: str) -> str:
    shown = (c if c.isprintable() else "" if category(c) == "Cf" else " " for c in text)
    return " ".join("".join(shown).split())
