"""What authors write: entries, the language of their claims, prose with live numbers, and an experiment's settings."""
