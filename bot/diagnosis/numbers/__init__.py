"""Reading what a training printed: logs, lists of losses, arrays of outputs."""
