"""The chat and the light pages in one process: `scripts/chat`, or `streamlit run streamlit_app.py`, which bounds no
connections.

The server imports this file for `app`; Streamlit runs it to draw the chat. All of it is in bot/surfaces/.
"""

import sys

import streamlit as st

from bot.content.environment import BadEnvironment
from bot.service import shared_bot
from bot.surfaces.chat import main, served
from bot.surfaces.web.app import beside_chat, warm
from bot.surfaces.web.settings import or_exit

if __name__ == "__main__":
    main()
else:
    warm(shared_bot())
    served.warm()
    settings = or_exit(public_url=f"http://localhost:{st.get_option('server.port')}")
    try:
        app = st.App(__file__, **beside_chat(shared_bot(), settings, served.shell()))
    except BadEnvironment as error:
        sys.exit(str(error))
