"""How fast the engine is against what a learner would use instead: `python -m benchmarks`."""
