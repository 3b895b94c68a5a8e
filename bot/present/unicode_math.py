"""LaTeX in prose as Unicode text, for places without a formula renderer: `$e^{-z}$` becomes e⁻ᶻ.

Meant for the short formulas of the knowledge base. pylatexenc knows the commands; superscripts, subscripts and
fractions are set here, so that what belongs together stays together: 1/(1 + e⁻ᶻ).
"""

import re
from functools import cache

from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
from pylatexenc.latexwalker import LatexMacroNode

from bot.content.formats import plain_text

FORMULA = re.compile(r"(?<!\\)\$\$?(.+?)(?<!\\)\$\$?", re.DOTALL)
NAMES = ("ln", "log", "exp", "max", "min", "tanh", "sin", "cos")
FUNCTIONS = re.compile(rf"(?<=[\w)\]}}])(?=\\(?:{'|'.join(NAMES)})\b)")
SCRIPT = re.compile(r"([\^_])(?:\{([^{}]*)\}|\s*([^\s{}^_]))")
# what must not be taken for markup on the way: braces that are meant, scripts that stay as they are, a fraction's ends
LEFT, RIGHT, RAISED, LOWERED, OPEN, CLOSE = "\ue000\ue001\ue002\ue003\ue004\ue005"
FRACTION = re.compile(rf"([\w)]\s*)?{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}(?=(\s*[\w(∑√∇∂])?)")

SUPERSCRIPTS = dict(zip(
    "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ⊤∘′ ,.",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡᵀ°′ ,.", strict=True))
SUBSCRIPTS = dict(zip(
    "0123456789+−=()aehijklmnoprstuvxβγρφχ ,.", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ ,.", strict=True))


def formula(latex: str) -> str:
    r"""One formula, without its dollar signs: "\frac{a}{b + 1}" gives "a/(b + 1)"."""
    for written, meant in ((r"\{", r"\lbrace "), (r"\}", r"\rbrace "), (r"\top", "⊤"), (r"\tfrac", r"\frac"),
                           (r"\dfrac", r"\frac"), ("{,}", ","), ("''", "″"), ("'", "′")):
        latex = latex.replace(written, meant)
    text = _converter().latex_to_text(FUNCTIONS.sub(" ", latex))
    text = re.sub(r"(?<! ) +(?=[\^_])", "", text.replace("-", "−").replace("*", "·"))
    for pattern, put in ((SCRIPT, _script), (FRACTION, _fenced)):
        while (shorter := pattern.sub(put, text)) != text:  # from the innermost outwards
            text = shorter
    for sign, meant in (("{", ""), ("}", ""), (LEFT, "{"), (RIGHT, "}"), (RAISED, "^"), (LOWERED, "_")):
        text = text.replace(sign, meant)
    return _spaced(text)


def as_plain(text: str) -> str:
    """A text without the marks of Markdown, its formulas as Unicode text."""
    return plain_text(FORMULA.sub(lambda found: formula(found[1]), text))


def _spaced(text: str) -> str:
    """A formula with a space around what relates, none around what joins: "a ≈ b", "3.4·10³⁸"."""
    text = re.sub(r"(?<!\s)\s*([=<>≤≥≈→←∈↦⊂≫≪≠⊙])\s*", r" \1 ", text)
    text = re.sub(r"(?<=\S)\s*([+−])\s+", r" \1 ", text)
    text = re.sub(rf"\b({'|'.join(NAMES)})\s+\(", r"\1(", text)
    text = re.sub(r"(?<=[(\[⌈‖|])\s+(?=\w)|(?<!\s)\s+(?=[)\]⌉,‖])|(?<=∂)\s+|(?<!\s)\s*(?=[·/])|(?<=[·/])\s+", "", text)
    return re.sub(r"\s+", " ", text).strip()


def _script(found: re.Match[str]) -> str:
    signs, mark = (SUPERSCRIPTS, RAISED) if found[1] == "^" else (SUBSCRIPTS, LOWERED)
    inner = (found[2] if found[2] is not None else found[3]).strip()
    bracket = re.match(r"\[[^\]]*\]", inner)  # the number of a layer: a^[l]
    kept, rest = (bracket[0], inner[bracket.end():]) if bracket else ("", inner)
    if all(sign in signs for sign in rest):
        return (mark + kept if kept else "") + "".join(signs[sign] for sign in rest)
    return mark + (inner if re.fullmatch(r"\w+|.", inner) else f"({inner})")


def _fenced(found: re.Match[str]) -> str:
    before, inner, after = found[1] or "", found[2], found[3]
    return f"{before}({inner})" if before or after else inner


@cache
def _converter() -> LatexNodes2Text:
    known = get_default_latex_context_db()
    signs = {"lbrace": LEFT, "rbrace": RIGHT, "lVert": "‖", "rVert": "‖", "mid": " | ", "lceil": "⌈", "rceil": "⌉",
             "quad": " ", "ldots": "…", "dots": "…", "cdots": "…"}
    signs |= {"|": "‖", "ne": "≠", "neq": "≠"} | {name: f"{name} " for name in NAMES}
    own = [MacroTextSpec(name, sign) for name, sign in signs.items()]
    own += [MacroTextSpec("frac", _fraction), MacroTextSpec("sqrt", _root)]
    known.add_context_category("ours", macros=own, prepend=True)
    return LatexNodes2Text(known, math_mode="text", keep_braced_groups=True, keep_braced_groups_minlen=1,
                           strict_latex_spaces=False)


def _arguments(node: LatexMacroNode, converter: LatexNodes2Text) -> list[str]:
    given = [argument for argument in node.nodeargd.argnlist if argument is not None]
    return [converter.nodelist_to_text(getattr(argument, "nodelist", [argument])).strip() for argument in given]


def _fraction(node: LatexMacroNode, l2tobj: LatexNodes2Text) -> str:
    above, below = _arguments(node, l2tobj)
    return f"{OPEN}{_grouped(above)}/{_grouped(below)}{CLOSE}"


def _root(node: LatexMacroNode, l2tobj: LatexNodes2Text) -> str:
    return f"√{_grouped(_arguments(node, l2tobj)[-1])}"


def _grouped(part: str) -> str:
    bare = re.sub(r"\{[^{}]*\}|(?<=∂)\s", "", part)  # what is raised or lowered keeps together by itself
    return part if re.fullmatch(r"[^\s+−\-/·()=]+", bare) else f"({part})"
