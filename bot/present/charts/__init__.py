"""Charts: every colour, font and size (`theme`), and the still pictures of a run (`views`)."""
