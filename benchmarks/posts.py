"""`python -m benchmarks.posts [START ...]`: how many posts of `tests/networks/` are read and diagnosed rightly.

Counted as `tests/test_diagnosis_corpus.py` counts: a specification is right where every fact is, a diagnosis where it
stands first, and any diagnosis of a harmless post is a false alarm. With arguments, only posts whose ids begin so.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from test_diagnosis_corpus import POSTS, first, read_exactly


def main(starts: tuple[str, ...]) -> None:
    """Print the three counts, and what is missed."""
    posts = [post for post in POSTS if post["id"].startswith(starts)]
    ill = [post for post in posts if not post["harmless"]]
    misread = [post["id"] for post in posts if not read_exactly(post)]
    missed = [f"{post['id']}: {first(post)}" for post in ill if first(post) != post["first"]]
    alarms = [f"{post['id']}: {first(post)}" for post in posts if post["harmless"] and first(post) is not None]
    print(f"specification exactly right: {len(posts) - len(misread)} of {len(posts)}", *misread, sep="\n  ")
    print(f"right diagnosis first: {len(ill) - len(missed)} of {len(ill)}", *missed, sep="\n  ")
    print(f"false alarms: {len(alarms)} of {len(posts) - len(ill)}", *alarms, sep="\n  ")


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or ("",))
