"""The card of an answer, which forums and messengers show beside a link: 1200 by 630 pixels.

On the left the question, the claim, and the number with the runs that it is true of; on the right the key picture.
Everything is large enough to be read at half the size.
"""

from bot.answers.answer import Answer
from bot.answers.claims import ClaimResult
from bot.content.formats import plain_text
from bot.present.charts import fonts, stills, svg
from bot.present.charts.diagram import diagram
from bot.present.charts.theme import THEMES, Name, Theme
from bot.present.charts.units import look_at
from bot.present.charts.views import draw_view
from bot.present.headline import Figure, figure, headline
from bot.present.headline import count as counted

WIDTH, HEIGHT = 1200, 630
LEFT, TOP, TEXT_ROOM = 56, 50, 508  # pixels: margins, and the width of the column of text
PICTURE = (594, 70, 576, 500)  # the box of the picture: x, y, width, height
NETWORK_SCALE = 1.25  # so that the picture's own text can be read at half the card's size
SMALL, TITLE_SIZES, CLAIM_SIZES, NUMBER_SIZES = 21, (46, 40, 34, 30), (27, 24), (60, 50, 42, 34, 28)
LEADING, TITLE_ROOM = 1.2, 112
DOT, DOTS_IN_A_ROW = 15, 16
NAME = "Ask a Neuron"


def card_png(answer: Answer, public_name: str = NAME, theme: Name = "light") -> bytes:
    """The card as a PNG of 1200 by 630 pixels; `public_name` stands on it as the place that it comes from."""
    return svg.png(card_svg(answer, public_name, theme))


def card_svg(answer: Answer, public_name: str = NAME, theme: Name = "light") -> str:
    """The card of an answer as an SVG document of 1200 by 630 pixels."""
    look, claim = THEMES[theme], answer.first_finding
    x, y, width, height = PICTURE
    panel = svg.tag("rect", x=x - 14, y=y - 22, width=width + 28, height=height + 44, rx=18, fill=look.surface)
    parts = [
        svg.tag("rect", width=WIDTH, height=10, fill=look.primary),
        svg.text(LEFT, TOP + 22, fonts.fitted(public_name, SMALL, TEXT_ROOM, 600), SMALL, look.link, 600),
        *_words(answer, claim, look),
        panel,
        _picture(answer, theme),
    ]
    return svg.document((WIDTH, HEIGHT), plain_text(answer.entry.title), headline(answer), *parts,
                        ground=look.background)


def _words(answer: Answer, claim: ClaimResult, look: Theme) -> list[str]:
    """Title and claim from the top, number and runs from the bottom."""
    runs = f"{claim.replicas_true} of {claim.replicas} runs"  # where the claim is one of yes or no
    count = Figure(claim.evidence if claim.is_identity else runs, "")
    dots, high = _runs(claim, look)
    number, tall = _number(figure(answer, claim) or count, look)
    top = HEIGHT - TOP - high - 22 - tall
    parts = [svg.group(LEFT, HEIGHT - TOP - high, dots), svg.group(LEFT, top, number)]
    y = TOP + 56.0
    title, size = _largest(plain_text(answer.entry.title), TITLE_SIZES, 600, TITLE_ROOM)
    for line in title:
        y += size * LEADING
        parts.append(svg.text(LEFT, y, line, size, look.text, 600))
    y += 20
    says = plain_text(claim.says)
    says = says if claim.stands else f"With these settings this does not hold: {says}"
    lines, size = _largest(says, CLAIM_SIZES, 400, top - y - 12)
    for line in lines:
        y += size * LEADING
        parts.append(svg.text(LEFT, y, line, size, look.muted))
    return parts


def _largest(text: str, sizes: tuple[int, ...], weight: int, room: float) -> tuple[list[str], int]:
    """The text in lines at the largest size at which they fit into `room` pixels of height; cut at the smallest."""
    for size in sizes:
        lines = fonts.wrapped(text, size, TEXT_ROOM, weight)
        if len(lines) * size * LEADING <= room:
            return lines, size
    return fonts.wrapped(text, sizes[-1], TEXT_ROOM, weight, max(1, int(room / (sizes[-1] * LEADING)))), sizes[-1]


def _number(measured: Figure, look: Theme) -> tuple[str, float]:
    """The number, as large as there is room, with what it is below, and how high that is."""
    size = next((s for s in NUMBER_SIZES if fonts.width(measured.value, s, 600) <= TEXT_ROOM), NUMBER_SIZES[-1])
    parts = [svg.text(0, size * 0.8, fonts.fitted(measured.value, size, TEXT_ROOM, 600), size, look.primary, 600)]
    y = size * 0.8 + 6
    for line in fonts.wrapped(measured.label, SMALL, TEXT_ROOM, most=3) if measured.label else ():
        y += SMALL * 1.2
        parts.append(svg.text(0, y, line, SMALL, look.muted))
    return "".join(parts), y + 8


def _runs(claim: ClaimResult, look: Theme) -> tuple[str, float]:
    """A dot for each run, filled where the claim is true, and the counts in words; an identity has no runs."""
    if claim.is_identity:
        return "", 0.0
    parts = []
    for run in range(claim.replicas):
        true = run < claim.replicas_true
        row, column = divmod(run, DOTS_IN_A_ROW)
        look_of = {"fill": look.series[2] if true else "none", "stroke": look.series[2] if true else look.series[1]}
        parts.append(svg.tag("circle", cx=DOT / 2 + column * (DOT + 4), cy=DOT / 2 + row * (DOT + 4), r=DOT / 2 - 1.5,
                             stroke_width=2, **look_of))
    rows = -(-claim.replicas // DOTS_IN_A_ROW)
    high = rows * (DOT + 4)
    x = min(claim.replicas, DOTS_IN_A_ROW) * (DOT + 4) + 10
    words = fonts.fitted(counted(claim), SMALL, TEXT_ROOM - x, 600)
    parts.append(svg.text(x, high / 2 + 5, words, SMALL, look.text, 600))
    for line in fonts.wrapped(claim.control.evidence, SMALL, TEXT_ROOM, most=2) if claim.control else ():
        high += round(SMALL * LEADING)
        parts.append(svg.text(0, high, line, SMALL, look.muted))
    return "".join(parts), float(high)


def _picture(answer: Answer, theme: Name) -> str:
    """The key picture, scaled into its box, in the middle of it."""
    x, y, width, height = PICTURE
    view = stills.leading_view(answer.run)
    scale = NETWORK_SCALE if view.kind == "network" else width / stills.NARROW  # the page has the chart in that width
    room = (width / scale, height / scale)
    if view.kind == "network":
        drawn, high = diagram(look_at(answer.run.shown), theme, room), room[1]
    else:
        drawn, high = stills.titled(draw_view(answer.run, view)[0], theme, room[0])
    scale *= min(1.0, room[1] / high)
    left, top = x + (width - room[0] * scale) / 2, y + (height - high * scale) / 2
    return svg.tag("g", drawn, transform=f"translate({left:.1f},{top:.1f}) scale({scale:.3f})")
