"""The command line `ask-neuron`; `python -m bot` where the project is not installed."""

import os

SETTINGS = {  # read by libraries when they are imported
    "OMP_NUM_THREADS": "1",  # more threads slow the small networks down
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",  # the model is on the disk: never look for another
    "STREAMLIT_RUNNER_POST_SCRIPT_GC": "false",  # a full collection costs more than an answer
}


def main() -> None:
    """Carry a command out. What the environment says already stays."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    from bot.surfaces.cli.main import main as commands  # numpy is imported with it, and reads the above

    commands()


if __name__ == "__main__":
    main()
