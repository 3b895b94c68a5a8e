"""Questions that ask a point of an entry, and some that ask for its topic."""

from known import ENTRIES

ASKED = "false negatives cost us 8 times as much as false positives, which equation gives the threshold?"
EXACT = next(one.title for one in ENTRIES["threshold-0.5"].points if one.id == "equal-costs")  # at settings of its own
GENERAL = ("what does the batch size change", "softmax vs sigmoid?", "Why the threshold 0.5?")
TWO = ("I predict frost for an orchard with a network that ends in a sigmoid. A missed frost costs us 8 times as much "
       "as a false alarm. Where do I cut the probability if a miss costs 8 times as much? And does the network learn "
       "the threshold by itself?")
