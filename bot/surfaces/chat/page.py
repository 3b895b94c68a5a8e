"""The page: its title, its few lines of style, and the guard that keeps tracebacks off a learner's screen."""

import logging
import traceback

import streamlit as st

from bot.content.entries import EntryError
from bot.present.charts.theme import DARK, LIGHT
from bot.surfaces.chat import conversation, greeting, state
from bot.surfaces.chat.engine import engine

LOG = logging.getLogger(__name__)

# Wider than Streamlit's centred page, because an answer stands beside its pictures; text keeps a readable measure.
# On a phone an answer's two columns become one: the direct answer, the picture, the rest of the words, the controls.
# A toolbar that goes away while its transition runs is kept for ever, with its chart, by the library that Streamlit
# watches transitions with.
ANSWER = '[class*="st-key-whole-"]{} > * > [data-testid="stHorizontalBlock"]'
STYLE = """
<style>
[data-testid="stMainBlockContainer"], [data-testid="stBottomBlockContainer"] { max-width: 76rem; }
[data-testid="stMainBlockContainer"] { padding-top: 3rem; }
[data-testid="stMarkdownContainer"] p, [data-testid="stMarkdownContainer"] li { overflow-wrap: anywhere; }
[data-testid="stMarkdownContainer"] .katex-display { overflow-x: auto; overflow-y: hidden; }
[data-testid="stMain"] { scroll-padding: 4.5rem 0 9rem; }
[data-testid="stChatMessage"] h2 { padding-top: 0; }
[class*="st-key-turn-"] { scroll-margin-top: 4.5rem; }
[data-testid="stBottomBlockContainer"] { padding-bottom: 1.2rem; }
[data-testid="stText"] { overflow-wrap: anywhere; white-space: pre-wrap; }
[data-testid="stElementToolbar"] { transition: none !important; }
[data-testid="stMarkdown"][tabindex] { border-radius: 4px; cursor: pointer; }
[data-testid="stMarkdown"][tabindex]:focus-visible { outline: 3px solid; outline-offset: 4px; }
[data-testid="stMarkdown"][data-lit] { background: LIT; box-shadow: 0 0 0 4px LIT; }
[data-testid="stMarkdown"][data-shown] { position: relative; }
[data-testid="stMarkdown"][data-shown]::before { content: ""; position: absolute; inset: 0 auto 0 -0.7rem;
  border-left: 3px solid; opacity: 0.6; }
GUIDED > :last-child { align-self: stretch; }
GUIDED > :last-child > * { position: sticky; top: 4rem; height: auto; }
[class*="st-key-living-"] { --nrn-margin: 15rem; }
OFFERED button { justify-content: flex-start; min-height: 0; padding: 0.5rem 0 0; text-align: left; }
OFFERED button p { font-weight: 600; text-decoration: underline 1px; text-underline-offset: 0.2em; }
[class*="st-key-closest-"] [data-testid="stMarkdown"] p { font-size: 0.875rem; line-height: 1.45; }
@media (max-width: 640px) {
  ANSWER > *, ANSWER > * > * { display: contents; }
  ANSWER > :first-child > * > * { order: 3; width: 100%; }
  ANSWER > :last-child > * > * { order: 4; width: 100%; }
  ANSWER > :first-child > * > :first-child { order: 1; }
  ANSWER > :last-child > * > :first-child { order: 2; }
  GUIDED > :last-child > * > :first-child { position: sticky; top: 3.9rem; z-index: 5; }
  [class*="st-key-short-"] > :first-child { flex: 0 0 5rem; min-width: 0; width: 5rem; }
  [class*="st-key-short-"] img { width: 5rem !important; }
  [data-testid="stMainBlockContainer"] { padding-left: 0.8rem; padding-right: 0.8rem; }
  [data-testid="stChatMessage"] { padding-left: 0; padding-right: 0; }
  [data-testid="stChatMessage"]:has([aria-label="Chat message from user"]) { padding: 0.7rem; }
  [data-testid^="stChatMessageAvatar"] { display: none; }
}
</style>
""".replace("GUIDED", ANSWER.format(':has([class*="st-key-step-"])')).replace("ANSWER", ANSWER.format("")).replace(
    "OFFERED", ':is([class*="st-key-closest-"], [class*="st-key-short-"])').replace(
    "LIT", f"color-mix(in srgb, light-dark({LIGHT.series[5]}, {DARK.series[5]}) 15%, transparent)")


def main() -> None:
    """Draw the page; Streamlit calls this again after everything that a learner does."""
    st.set_page_config("Ask a Neuron", "🧠", layout="centered", menu_items={"About": greeting.SAYS})
    st.html(STYLE)
    try:
        conversation.converse(engine())
    except EntryError:
        LOG.exception("the knowledge base cannot be read")
        st.error("The answers cannot be read: one of the files in knowledge/ is broken. `ask-neuron check` names it.")
    except Exception as error:
        where = "".join(traceback.format_tb(error.__traceback__))  # not the message: a learner's words may stand in it
        LOG.error("the page could not be drawn: %s\n%s", type(error).__name__, where)
        st.error("Something went wrong on our side, and it has been noted. Your conversation is still here.")
        with st.container(horizontal=True):
            st.button("Try again")
            st.button("Start a new conversation", on_click=state.forget)


if __name__ == "__main__":  # Streamlit runs this file where nobody else does: `ask-neuron serve`
    main()
