"""`python -m bot` is the command line `ask-neuron`, where the project is not installed."""

from bot.surfaces.cli.main import main

if __name__ == "__main__":
    main()
