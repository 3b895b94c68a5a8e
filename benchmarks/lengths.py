"""How long the pages are, and what the first screen of a phone holds: python -m benchmarks.lengths [ADDRESS] [SLUG ...]

Opens the page of every entry in Chromium, on a desk (1280 × 800) and on a phone (390 × 844). ADDRESS is a server of the
pages (`ask-neuron serve --pages-only`), by default http://127.0.0.1:8711. The answer ends with the last paragraph of
its text: before what people also ask, what is simpler and deeper, the numbers.
"""

import statistics
import sys
from collections.abc import Callable, Mapping, Sequence

from playwright.sync_api import Page

from bot.service import shared_bot
from scripts.pages import chromium, profile

SIZES = {"desk": (1280, 800), "phone": (390, 844)}
MOST = {"desk": 1.6, "phone": 3.5}  # screens that a median answer may take
SEEN = 0.6  # share of the picture that is in sight, at least
MEASURE = """() => {
  const at = (query) => document.querySelector(query)?.getBoundingClientRect();
  const stage = [...document.querySelectorAll(".network .stage")].map((one) => one.getBoundingClientRect())
    .find(({ height }) => height), { top, height } = stage ?? { top: 0, height: 0 };
  const [direct, text] = [at(".direct"), at(".explanation .text")];
  const share = height ? Math.max(0, Math.min(innerHeight, top + height) - Math.max(top, 0)) / height : 0;
  return { ends: text.bottom + scrollY, direct: direct.bottom, share, height, page: document.body.scrollHeight,
    lives: Boolean(document.querySelector(".nrn")) || at("#play button")?.bottom <= innerHeight };
}"""


def measured(window: Page, address: str, slug: str) -> Mapping[str, Mapping[str, float]]:
    """Where things are on the page of an entry at each size, in pixels from its top."""
    found = {}
    for name, (width, height) in SIZES.items():
        window.set_viewport_size({"width": width, "height": height})
        window.goto(f"{address}/e/{slug}", wait_until="load")
        found[name] = window.evaluate(MEASURE)
    return found


def told(name: str, pages: Mapping[str, Mapping[str, float]]) -> None:
    """Print what was measured at one size."""
    height = SIZES[name][1]
    screens = {slug: page["ends"] / height for slug, page in pages.items()}
    quarters = statistics.quantiles(screens.values(), n=4) if len(screens) > 1 else [*screens.values()] * 3
    print(f"{name}: {len(pages)} answers, median {statistics.median(screens.values()):.2f} screens "
          f"(at most {MOST[name]}); quarters {quarters[0]:.2f} and {quarters[2]:.2f}, "
          f"longest {max(screens.values()):.2f} ({max(screens, key=lambda slug: screens[slug])})")
    first: Mapping[str, Callable[[Mapping[str, float]], bool]] = {
        "direct answer": lambda page: page["direct"] <= height,
        f"{SEEN:.0%} of the picture": lambda page: page["share"] >= SEEN,
        "a picture that lives, or its button": lambda page: bool(page["lives"]),
    }
    for says, holds in first.items():
        missing = [slug for slug, page in pages.items() if not holds(page)]
        print(f"  first screen holds {says}: {len(pages) - len(missing)}; not {', '.join(missing) or 'none'}")
    both = [slug for slug, page in pages.items() if all(holds(page) for holds in first.values())]
    print(f"  all of it: {len(both)} of {len(pages)}")


def main(arguments: Sequence[str]) -> None:
    """Measure all entries, or those that are named."""
    address = next((one for one in arguments if one.startswith("http")), "http://127.0.0.1:8711")
    slugs = [one for one in arguments if not one.startswith("http")] or list(shared_bot().entries)
    with chromium() as browser:
        window = profile(browser).new_page()
        pages = {slug: measured(window, address, slug) for slug in slugs}
    for name in SIZES:
        told(name, {slug: page[name] for slug, page in pages.items()})


if __name__ == "__main__":
    main(sys.argv[1:])
