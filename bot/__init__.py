"""The bot: questions matched to curated entries, answered with the numbers of a run."""
