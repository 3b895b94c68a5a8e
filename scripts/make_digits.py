"""Make sims/engine/digits.npz: 600 of scikit-learn's 8×8 digits, sixty of each, a byte a pixel.

    .venv/bin/python scripts/make_digits.py

Source and licence stand in sims/engine/digits.md. Only those who want other images need to run this.
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

EACH = 60
FILE = Path(__file__).resolve().parent.parent / "sims" / "engine" / "digits.npz"


def main() -> None:
    """Write the first sixty images of each digit, in the order of the set."""
    digits = load_digits()
    kept = np.sort(np.concatenate([np.flatnonzero(digits.target == digit)[:EACH] for digit in range(10)]))
    images, labels = digits.data[kept].astype(np.uint8), digits.target[kept].astype(np.uint8)
    np.savez_compressed(FILE, images=images, labels=labels)
    print(f"{FILE.name}: {len(labels)} images, {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
