"""The chat as a Streamlit app: `scripts/chat`, or `streamlit run streamlit_app.py`. All of it is in `bot.ui`."""

from bot.ui import main

main()
