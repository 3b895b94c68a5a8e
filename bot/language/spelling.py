"""Typing errors mended against the words of this domain, with SymSpell.

What is typed stays available: the matcher encodes both forms, because a corrector harms some words
("naive bayes" must not become "native babes").
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from itertools import islice

from symspellpy import SymSpell, Verbosity

from bot.content.once import once

TARGETS = 4000  # how many of the commonest English words a correction may turn into, besides our own
LONGEST_WORD = 28  # "hyperparameteroptimisation": what is longer is not a word
PROTECTED = frozenset(
    """
    adagrad adam adamw affine alexnet alphago andrew ann argmax auc autograd automl backprop
    backpropagation batchnorm bayes bayesian bce bellman bert bn boltzmann boosting btwn caffe cnn
    colab conda convnet convnets coursera cpu cuda cudnn dbscan ddpg deconvolution django docker dqn
    dropconnect elu epochs eval faiss fcn feedforward flops gan gans gelu github glorot gpt gpu
    gradcam gridsearch gru gym hadamard hebbian hessian hinton huber jacobian jax jupyter kaggle
    kaiming karpathy keras kfold kmeans knn lasso lbfgs lda lecun leetcode linalg llama llm logit
    logits logsumexp lora lr lstm mae matlab matmul matplotlib maxout maxpool mcculloch minibatch
    mlp mnist mse naive ndarray nesterov nlp nn nonconvex nonlinear nonlinearity numpy ollama onehot
    onnx opencv optuna ordinal overfit overfitting pandas pca perceptron perceptrons pitts pooling
    preactivation pretrained pytorch qkv relu relus resnet resnets rl rmse rmsprop rnn rnns roc
    rosenblatt scikit scipy selu seq sgd sigmoidal sklearn smote softmax softplus softsign svm swish
    tanh tensor tensorboard tensorflow tensors tf tokenizer torch tpu tsne ubuntu udacity umap
    underfit underfitting vgg walrus xavier xgboost xor yolo
    """.split()  # noqa: SIM905
)
SHORT_FORMS = {
    "2day": "today", "abt": "about", "acc": "accuracy", "activ": "activation", "afaik": "as far as i know",
    "b4": "before", "backprop": "backpropagation", "bc": "because", "bcoz": "because", "bcz": "because",
    "btw": "by the way", "btwn": "between", "bw": "between", "cant": "can't", "coz": "because",
    "cuz": "because", "diff": "difference", "doesnt": "doesn't", "dont": "don't", "fn": "function",
    "func": "function", "hw": "how", "idk": "i don't know", "isnt": "isn't", "lr": "learning rate",
    "mins": "minutes", "msg": "message", "n": "and", "nn": "neural network", "nns": "neural networks",
    "nw": "network", "params": "parameters", "ppl": "people", "pls": "please", "plz": "please",
    "prob": "probability", "probs": "probabilities", "r": "are", "reg": "regularization", "teh": "the", "thx": "thanks",
    "tho": "though", "u": "you", "ur": "your", "vs": "versus", "w/": "with", "w/o": "without",
    "wat": "what", "wats": "what is", "whats": "what's", "wht": "what", "wid": "with",
    "wrt": "with respect to", "wts": "weights", "wud": "would",
}
_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*|w/o?(?=\s)")
_PARTS = re.compile(r"[a-z]+")


class Speller:
    """Corrects words that are neither English nor ours, to the likeliest word within two typing errors.

    `texts` are the phrasings and titles of the knowledge base: their words count as right when two texts hold
    them, and are preferred to English words as corrections. Whoever has counted them gives `holding` instead: how many
    texts hold each word. `known` are the words that stay as they are, `targets` those that a correction may turn into,
    each with its weight.
    """

    def __init__(self, texts: Iterable[str] = (), holding: Mapping[str, int] | None = None) -> None:
        if holding is None:
            holding = Counter(word for text in texts for word in set(_PARTS.findall(text.lower())))
        english = _english()
        self.holding = {word: n for word, n in holding.items() if word in english or n >= 2}
        ours = self.holding.keys()
        self.known = ours | english.keys() | PROTECTED
        self.targets = {word: 1 + english[word] // 10**7 for word in islice(english, TARGETS)}
        # A short word of ours is too near to everything.
        longer = [word for word in sorted(ours | PROTECTED) if len(word) > 3]
        self.targets |= {word: 10**4 * (1 + self.holding.get(word, 0)) for word in longer}

    @once
    def _index(self) -> SymSpell:
        """Built for the first unknown word, for it takes as long as all the rest of a start."""
        index = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
        for word, weight in self.targets.items():
            index.create_dictionary_entry(word, weight)
        return index

    def correct(self, text: str) -> str:
        """The text with its short forms written out and its unknown words corrected; the rest untouched."""
        return _WORD.sub(lambda match: self._corrected(match.group()), text)

    def _corrected(self, word: str) -> str:
        lower = word.lower().replace("’", "'")
        if lower in SHORT_FORMS:
            return SHORT_FORMS[lower]
        if len(lower) < 4 or len(lower) > LONGEST_WORD or "'" in lower or lower in self.known:
            return word
        if word[1:] != word[1:].lower():
            return word  # a name of something: "flowFromDirectory", "CUDNN"
        errors = 1 if len(lower) == 4 else 2
        found = self._index.lookup(lower, Verbosity.TOP, max_edit_distance=errors)
        return found[0].term if found else word


@cache
def _english() -> dict[str, int]:
    """The frequency list that SymSpell ships: word -> count, commonest first."""
    path = resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return {word: int(count) for word, count in (line.split() for line in lines)}
