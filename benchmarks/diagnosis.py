"""`python -m benchmarks.diagnosis`: how the time of reading a post grows with its length.

Each pattern is repeated to 20,000 and to 40,000 characters, by turns; processor time. A ratio of 2 is proportional to
the length. What may be slow in other readers is among them: brackets that never close, long digits, chains of
operators, one long line.
"""

import time
from collections.abc import Iterator

from bot.diagnosis.reading import read_post

LONG = 40_000
PATTERNS = (
    "(", "[", "{", "'", '"', '"""', "#", "-", "a.b", "a+", "a*", "f(", "f(x).", "1,", "9", "w", "**", "x[0]", "not ",
    "lambda x: ", "a < ", "x = ", "a, b = ", "[[0.1 ", "[0.1 0.2]\n", "1 ", "0.1\n", "loss: 0.5 ", "\\", "&lt;",
    "Epoch 1/2 loss: 0.5 acc: 0.5\n", 'model.add(Dense(3, activation="relu"))\n', 'model.add(Dense(3, "relu")) ',
    "x = F.relu(self.fc1(x))\n", "W1 -= lr * np.dot(X.T, d1 * a1 * (1 - a1))\n", "z = np.dot(x, w)\na = sigmoid(z)\n",
    "for i in range(3): model.add(Dense(3)) ", "def f(x): return 1/(1+np.exp(-x))\n", "class N(nn.Module):\n", "```\n",
    "> a\n", "2-2-1 net ", "0, 0 -> 0.5\n", "the loss stays at the same output value which is always 0.5 and ",
    "cost after iteration 1: ", "nan loss ", "12 epochs ", "one hidden layer with ", "learning rate ", "accuracy ",
    "1  model.add(x)\n", "x = [i ** 2 for i in range(900)]\n", "f = lambda v: f(v)\ny = f(2)\n", "between 0 and 900, ",
    "inputs from 0 to 255 ", "labels are 1 ",
    "def h(n):\n    m.add(Dense(n))\nh(3)\nh(4)\n", "a = [np.zeros((2, 3))]\na[0]\n",
    "for x, y in [(1, 2), (3, 4)]:\n    w -= 0.1 * (w * x - y) * x\n",
)


def seconds(text: str) -> float:
    """Processor time of one reading."""
    before = time.process_time()
    read_post(text)
    return time.process_time() - before


def rows() -> Iterator[tuple[float, float, str]]:
    """(ratio of the times for the whole and half the text, seconds for the whole, pattern)."""
    for pattern in PATTERNS:
        text = (pattern * (LONG // len(pattern) + 1))[:LONG]
        halves = min(seconds(text[:LONG // 2]) for _ in range(2))
        wholes = min(seconds(text) for _ in range(2))
        yield wholes / max(halves, 1e-4), wholes, pattern


def main() -> None:
    """Print the patterns that grow fastest, and the slowest."""
    found = sorted(rows(), reverse=True)
    for ratio, whole, pattern in found[:8]:
        print(f"{ratio:5.2f}  {whole:6.3f} s  {pattern[:40]!r}")
    print("slowest: {1:.3f} s  {2!r}".format(*max(found, key=lambda row: row[1])))


if __name__ == "__main__":
    main()
