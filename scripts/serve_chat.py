"""What `scripts/chat` becomes: `streamlit run streamlit_app.py`, on connections that are bounded.

    .venv/bin/python -m scripts.serve_chat [what `streamlit run` understands]

Streamlit makes its own uvicorn and has no setting for this, so uvicorn is told another class for HTTP before it starts.
`streamlit run` itself serves without these bounds: for this machine alone, or behind a proxy that has them.
"""

import sys

from uvicorn.config import HTTP_PROTOCOLS

from bot.surfaces.web.connections import protocol

Bounded = protocol()


def main() -> None:
    """Serve until the process is ended."""
    HTTP_PROTOCOLS["auto"] = "scripts.serve_chat:Bounded"
    from streamlit.web import cli  # it takes a while

    sys.exit(cli.main(["run", "streamlit_app.py", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
