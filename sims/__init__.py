"""Experiments: one teachable phenomenon a file, each defining `EXPERIMENT`. See `sims.engine.registry`."""
