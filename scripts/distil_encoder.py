"""Distil MiniLM into bot/matching/small_encoder: a table of word-piece vectors that numpy alone can average.

    python scripts/distil_encoder.py [--seed 0] [--out bot/matching/small_encoder]

Texts are the knowledge base's phrasings, sentences from docstrings of installed libraries, templated
questions, and copies with typing errors, which are to get the vector of the text without them. Of posts that are told
anew the labels are not looked at, so that the posts themselves can measure what comes of it. The student learns
the teacher's vectors (reduced by an uncentred PCA, so that cosines survive), the similarities between texts, and to
bring two phrasings of one entry together (the losses that sentence-transformers calls CosineSimilarityLoss and
MultipleNegativesRankingLoss, and similarity matching). The same seed and the same versions of the libraries give
the same files. It takes a few minutes on one core.
"""

import argparse
import ast
import importlib.util
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn import functional as F

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.content.entries import KNOWLEDGE, read_knowledge  # noqa: E402
from bot.matching import encoders, read_outside  # noqa: E402
from bot.matching.fitting.examples import of_knowledge  # noqa: E402
from bot.matching.matcher import OUTSIDE  # noqa: E402

DIMENSIONS = 128
PIECES = 6000  # of the vocabulary, besides its single characters
DOCSTRINGS = 6000  # sentences
LIBRARIES = ("sklearn", "torch", "numpy", "scipy", "streamlit", "pandas")
EPOCHS, BATCH, RATE = 20, 128, 5e-3
QUESTIONS = ("what is {}", "what does {} mean", "why do we need {}", "how does {} work", "how do I choose {}",
             "what happens without {}", "{} or {}", "difference between {} and {}", "is {} the same as {}",
             "why is {} better than {}", "explain {} in simple words", "can I have {} without {}", "{}")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def main() -> None:
    options = arguments()
    chance = random.Random(options.seed)
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    labelled, others = phrasings()
    texts = sorted(
        {*(text for text, _ in labelled), *others, *docstring_sentences(chance), *templated(labelled, chance)}
    )
    print(f"{len(texts)} texts, {len(labelled)} of them labelled")
    teacher = encoders.minilm()
    targets = reduced(torch.from_numpy(teacher.encode(texts)))
    copies = [misspelt(text, chance) for text in texts]
    tokenizer = small_tokenizer(texts + copies)
    table = initial_table(tokenizer, texts, targets)
    rows = tokenized(tokenizer, texts)
    examples = list(zip(rows + tokenized(tokenizer, copies), [*range(len(rows))] * 2, strict=True))
    train(table, examples, targets, by_label(tokenizer, labelled), chance)
    save(options.out, tokenizer, table)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=encoders.SMALL_FOLDER)
    return parser.parse_args()


def phrasings() -> tuple[list[tuple[str, str]], list[str]]:
    """(text, label) of every phrasing, its asking sentences, and the examples that are out of scope; and the same texts
    of posts that are told anew, without labels."""
    labelled, others = [], []
    examples = of_knowledge(tuple(read_knowledge().values()), read_outside(KNOWLEDGE / "outside.toml"))
    for example in examples:
        [label] = example.labels
        asked = re.findall(r"[^.?!]+\?", example.text) if example.post or not label.startswith(OUTSIDE) else []
        for part in {example.text, *(part.strip() for part in asked)}:
            (others if example.post else labelled).append((part, label))
    return sorted({(text, label) for text, label in labelled if text}), sorted({text for text, _ in others if text})


def by_label(tokenizer: Tokenizer, labelled: list[tuple[str, str]]) -> list[list[list[int]]]:
    """The word pieces of the texts of each label that has two or more."""
    groups: dict[str, list[list[int]]] = {}
    for (_, label), row in zip(labelled, tokenized(tokenizer, [text for text, _ in labelled]), strict=True):
        groups.setdefault(label, []).append(row)
    return [groups[label] for label in sorted(groups) if len(groups[label]) > 1]


def docstring_sentences(chance: random.Random) -> list[str]:
    """Sentences of 5 to 30 words from docstrings, read from the source without importing it."""
    found = set()
    for file in sorted(file for library in LIBRARIES for file in sources(library)):
        try:
            tree = ast.parse(file.read_text(encoding="utf-8", errors="ignore"))
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
                text = re.sub(r"\s+", " ", (ast.get_docstring(node) or "").split("Parameters\n")[0])
                found |= {part for part in re.split(r"(?<=[.?])\s", text) if prose(part)}
    return chance.sample(sorted(found), min(DOCSTRINGS, len(found)))


def sources(library: str) -> Iterator[Path]:
    spec = importlib.util.find_spec(library)
    if spec is not None and spec.origin is not None:
        yield from (file for file in Path(spec.origin).parent.rglob("*.py") if "test" not in file.name)


def prose(sentence: str) -> bool:
    words = sentence.split()
    plain = sum(word.strip(".,()?'\"").isalpha() for word in words)
    return 5 <= len(words) <= 30 and plain > 0.8 * len(words) and ">>>" not in sentence


def templated(labelled: list[tuple[str, str]], chance: random.Random) -> list[str]:
    """Questions about the phrases of two words that several phrasings share."""
    pairs: Counter[str] = Counter()
    for text, _ in labelled:
        words = re.findall(r"[a-z]+", text.lower())
        pairs.update({" ".join(pair) for pair in pairwise(words) if min(map(len, pair)) > 3})
    terms = [pair for pair, count in sorted(pairs.items()) if count >= 4]
    return [template.format(*chance.sample(terms, 2)) for template in QUESTIONS for _ in range(150)]


def misspelt(text: str, chance: random.Random) -> str:
    """The text with a typing error in about every sixth word."""
    words = text.split(" ")
    for i, word in enumerate(words):
        if len(word) > 3 and word.isalpha() and chance.random() < 1 / 6:
            at = chance.randrange(1, len(word) - 1)
            error = chance.choice((
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + chance.choice(LETTERS) + word[at + 1 :],
            ))
            words[i] = error
    return " ".join(words)


def reduced(vectors: torch.Tensor) -> torch.Tensor:
    """Unit vectors (N, DIMENSIONS) whose cosines are the nearest to those of the rows of vectors (N, dim)."""
    _, _, axes = torch.linalg.svd(vectors, full_matrices=False)
    return F.normalize(vectors @ axes[:DIMENSIONS].T, dim=1)


def small_tokenizer(texts: list[str]) -> Tokenizer:
    """MiniLM's tokenizer with the commonest pieces of our texts, and every single character it knows."""
    path = encoders.packaged_model() / "tokenizer.json"
    counts: Counter[str] = Counter()
    whole = Tokenizer.from_file(str(path))
    whole.no_padding()
    whole.no_truncation()
    for encoding in whole.encode_batch(texts, add_special_tokens=False):
        counts.update(encoding.tokens)
    settings = json.loads(path.read_text(encoding="utf-8"))
    full: dict[str, int] = settings["model"]["vocab"]
    single = {
        piece for piece in full if len(piece.removeprefix("##")) == 1 and piece.removeprefix("##").isascii()
    }
    common = {piece for piece, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:PIECES]}
    kept = ["[PAD]", "[UNK]", *sorted((single | common) - {"[PAD]", "[UNK]"})]
    settings["model"]["vocab"] = {piece: i for i, piece in enumerate(kept)}
    settings["added_tokens"] = []
    settings["post_processor"] = settings["padding"] = settings["truncation"] = None
    return Tokenizer.from_str(json.dumps(settings))


def tokenized(tokenizer: Tokenizer, texts: list[str]) -> list[list[int]]:
    """The word-piece ids of each text; [UNK] alone where it has none."""
    return [encoding.ids or [1] for encoding in tokenizer.encode_batch(texts, add_special_tokens=False)]


def embedded(table: torch.Tensor, rows: list[list[int]]) -> torch.Tensor:
    """Unit vectors (len(rows), DIMENSIONS) of texts given by their word pieces."""
    starts = list(accumulate((len(row) for row in rows[:-1]), initial=0))
    pieces = torch.tensor([piece for row in rows for piece in row])
    return F.normalize(F.embedding_bag(pieces, table, torch.tensor(starts), mode="mean"), dim=1)


def initial_table(tokenizer: Tokenizer, texts: list[str], targets: torch.Tensor) -> torch.nn.Parameter:
    """Each piece begins as the mean of the targets it occurs in, less the overall mean, times its inverse frequency."""
    size = tokenizer.get_vocab_size()
    total, count = torch.zeros(size, DIMENSIONS), torch.ones(size)
    for row, target in zip(tokenized(tokenizer, texts), targets, strict=True):
        for piece in set(row):
            total[piece] += target
            count[piece] += 1
    weight = torch.log(len(texts) / count).clamp(min=0.1)
    return torch.nn.Parameter((total / count[:, None] - 0.7 * targets.mean(0)) * weight[:, None])


def train(
    table: torch.nn.Parameter,
    examples: list[tuple[list[int], int]],
    targets: torch.Tensor,
    groups: list[list[list[int]]],
    chance: random.Random,
) -> None:
    """Fit the table in place, to examples (word pieces, row of its target) and groups of texts of one label."""
    optimizer = torch.optim.Adam([table], lr=RATE)
    steps = EPOCHS * (len(examples) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.02, 1 - step / steps))
    for epoch in range(EPOCHS):
        chance.shuffle(examples)
        losses = []
        for start in range(0, len(examples) - BATCH + 1, BATCH):
            batch = examples[start : start + BATCH]
            vectors = embedded(table, [row for row, _ in batch])
            wanted = targets[[target for _, target in batch]]
            loss = (1 - (vectors * wanted).sum(1)).mean() + 5 * F.mse_loss(
                vectors @ vectors.T, wanted @ wanted.T
            )
            loss = loss + 0.1 * ranking_loss(table, chance.sample(groups, min(64, len(groups))), chance)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1} of {EPOCHS}: loss {np.mean(losses):.4f}", flush=True)


def ranking_loss(table: torch.Tensor, groups: list[list[list[int]]], chance: random.Random) -> torch.Tensor:
    """Two texts of one label are to be nearer to each other than to those of the other labels."""
    pairs = [chance.sample(group, 2) for group in groups]
    one, other = (embedded(table, [pair[side] for pair in pairs]) for side in (0, 1))
    return F.cross_entropy(20 * one @ other.T, torch.arange(len(pairs)))


def save(folder: Path, tokenizer: Tokenizer, table: torch.Tensor) -> None:
    """Write the files that both SentenceTransformer(folder) and bot.encoders.small() read."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    static = StaticEmbedding(tokenizer, embedding_weights=table.detach().numpy())
    SentenceTransformer(modules=[static, Normalize()], device="cpu").save(
        str(folder), create_model_card=False
    )
    print(
        f"{sum(file.stat().st_size for file in folder.rglob('*') if file.is_file()) / 1e6:.1f} MB in {folder}"
    )


if __name__ == "__main__":
    main()
