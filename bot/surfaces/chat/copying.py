"""A button in an answer that copies it as a reply for a forum."""

from bot.surfaces.chat.components import component
from bot.surfaces.chat.state import Card, Turn

HOME = '<button type="button">Copy for the forum</button> <span role="status"></span>'
STYLE = """
:host, div { font-family: var(--st-font); font-size: .9rem; color: var(--st-text-color) }
button { font: inherit; color: inherit; cursor: pointer; padding: .4rem .8rem; border-radius: var(--st-button-radius);
  border: 1px solid var(--st-border-color); background: var(--st-secondary-background-color) }
button:hover { border-color: var(--st-primary-color) }
button:focus-visible { outline: 3px solid var(--st-link-color); outline-offset: 2px }
"""


def button(turn: Turn, card: Card) -> None:
    """One click, and the reply is on the clipboard."""
    draw(turn, card.reply)


def draw(turn: Turn, reply: str) -> None:
    """The button for a reply in Markdown."""
    made = component("copying", html=HOME, css=STYLE, js="copying.js")
    made(key=f"copying-{turn.number}", data={"text": reply})
