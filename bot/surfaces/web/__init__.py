"""Light pages, files, feeds and the JSON API: everything that answers over HTTP without Streamlit."""
