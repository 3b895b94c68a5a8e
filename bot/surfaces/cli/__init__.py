"""The command line `ask-neuron`, a file for each kind of command."""
