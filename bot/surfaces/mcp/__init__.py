"""Language-model tutors: what they may call, so that they cite runs instead of inventing numbers."""
