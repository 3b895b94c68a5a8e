"""Markdown with TeX to HTML that needs no script: formulas become MathML. HTML in the text stays text, but for one
function that says so."""

import re
from functools import cache

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from mdit_py_plugins.dollarmath import dollarmath_plugin

# What HTML does not need: its <math> is a row by itself, inline, and of a known language.
OUTER = re.compile(r'<math xmlns="[^"]*"(?: display="inline"|( display="block"))><mrow>(.*)</mrow></math>', re.DOTALL)
NUMBERED = re.compile(r"&#x(?!0*(?:26|3C|3E|22);)([0-9A-F]+);")  # all but & < > "


def html(markdown: str) -> Markup:
    """A text of several paragraphs."""
    return Markup(_reader().render(markdown).strip())


def with_html(markdown: str) -> Markup:
    """A text of our own that has HTML in it, such as parts that fold."""
    return Markup(_reader(True).render(markdown).strip())


def inline(markdown: str) -> Markup:
    """A line, without a paragraph around it."""
    return Markup(_reader().renderInline(markdown))


def source(text: str) -> Markup:
    """A reference to the literature, its addresses as links."""
    return inline(re.sub(r"(?<![<(])\bhttps?://[^\s,;)]+[^\s,;).]", r"<\g<0>>", text))


def plain(markdown: str) -> str:
    """The words alone, on one line: formulas as TeX without dollars, links as their text."""
    words: list[str] = []
    for block in _reader().parse(markdown):
        words += [token.content if token.content else " " for token in block.children or ()
                  if token.type in ("text", "code_inline", "math_inline", "softbreak", "hardbreak")] or []
        words.append(" ")
    return re.sub(r"\s+", " ", "".join(words)).strip()


@cache
def _reader(with_html: bool = False) -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": with_html}).enable("table")
    dollarmath_plugin(reader, renderer=_formula, double_inline=True)
    reader.add_render_rule("math_inline",
                           lambda _, tokens, at, *__: _formula(tokens[at].content.strip(), {"display_mode": False}))
    reader.add_render_rule("table_open", lambda *_: '<div class="wide" tabindex="0"><table>')
    reader.add_render_rule("table_close", lambda *_: "</table></div>")
    return reader


def _formula(tex: str, options: dict[str, bool]) -> str:
    try:
        made = convert(tex, display="block" if options["display_mode"] else "inline")
        return OUTER.sub(r"<math\1>\2</math>", NUMBERED.sub(lambda found: chr(int(found[1], 16)), made))
    except Exception:  # it raises its own errors, and IndexError and the like on what it cannot read
        return f'<code class="tex">{escape(tex)}</code>'
