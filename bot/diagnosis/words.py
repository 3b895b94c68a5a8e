"""What the prose of a post says of a network: "a 2-2-1 network", "learning rate of 0.1", XOR, MNIST."""

import re
from collections.abc import Sequence

from bot.diagnosis.code.lines import code_runs
from bot.diagnosis.draft import Draft
from bot.diagnosis.numbers.logs import epochs_of
from bot.diagnosis.told_data import read_told_data
from bot.diagnosis.told_sizes import COUNTS, read_named_sizes
from bot.diagnosis.told_training import comment_of, read_told_training
from bot.diagnosis.vocabulary import ACTIVATIONS, LOSSES, ON_LOGITS, OPTIMIZERS, plain

LONGEST = 20_000  # characters that are looked through

_RATE = re.compile(
    r"\b(?:learning[ _-]?rate|lr|eta|step size|learn rate)\b[ ]{0,2}\(?"
    r"(?:of|=|:|to|at|equals|from \S{1,12} (?:down |up )?to|,? I(?:'ve| have)? (?:changed|set) it to|"
    r"(?:is|was|has been)(?: (?:initially |currently |now )?(?:set|fixed|equal|chosen|kept)(?: to| at| as)?)?)?"
    r"[ ]{0,2}(?:about )?"
    r"(?<![\w.])(\d{0,6}\.?\d{1,10}(?:e-?\d{1,3})?)", re.IGNORECASE)
_BEFORE_CHANGE = re.compile(r"\bfrom (\d{0,6}\.?\d{1,10}(?:e-?\d{1,3})?) ", re.IGNORECASE)
_TRIED = re.compile(r"\b(?:when|after|if|once)\b[^.?!\n]{0,40}$", re.IGNORECASE)  # "When I change the rate from 1"
_EPOCHS = re.compile(
    r"(?<!than )(?<!first )(?<!until )(?<!around )(?<!every )(?<!even after )(?<!only about )"
    r"(?<!after about )(?<![\d.])\b"
    r"(?:(\d[\d,]{0,9})(k?)[ ]{1,2}(?:training )?epochs\b(?! ?=)|(?:for|just|only) (1) epoch\b|"
    r"(?:epochs[ ]{0,2}[:=]|(?:num_epochs|(?<=--)epochs)[ =]|epoch ?=)[ ]{0,2}(\d{1,9})\b)",
    re.IGNORECASE)
_MOMENT = re.compile(  # "after 40 epochs it starts to rise": when something happens, not how long it lasts
    r"\b(?:start|begin|began|drop|mess|ris(?:e|es|ing)|nan|explod|diverg|overfit|jump|spik|suddenly|then|decreas|worse)",
    re.IGNORECASE)
_CLASSES = re.compile(
    r"(?<![\d.])(?<!than )\b(\d{1,4}|two|three|four|five|six|eight|ten) (?:different |possible |distinct |output )?"
    r"(?:classes|categories|emotions|kinds|species|digits|letters|activities)\b|"
    r"\b(\d{1,4}|two|three|four|five|six|eight|ten) (?:different|possible|distinct) (?:labels|outcomes|results)\b|"
    r"\b(?:values?|labels?|targets?|classes)\b[^.\n\d]{0,20}\b0(?:, ?1, ?2(?:, ?\d)*, ?| ?(?:\.\.|to|-) ?)(\d)\b",
    re.IGNORECASE)
_MULTI_LABEL = re.compile(
    r"\b(?:can|may|could|might) (?:belong to|have|carry|be in) "
    r"(?:any (?:of|number)|several|many|multiple|more than one)\b|"
    r"\A.{0,150}?\bmulti-?[ ]?label\b|\b(?:my|our|a|this|is|have) multi-?[ ]?label\b", re.IGNORECASE | re.DOTALL)
_ONE_HOT = re.compile(
    r"\b(?:labels?|targets?|classes|y_train|y) (?:are |is |were |was |have been )(?:also |all |already )?"
    r"(?:converted |transformed |turned )?(?:in)?(?:to )?one[- ]?hot\b", re.IGNORECASE)
_BATCH = re.compile(
    r"\b(?:mini-?)?batch(?:[ _-]?size|es(?= of))?\b[ ]{0,2}(?:of|=|:|is)?(?: size)?[ ]{0,2}(\d{1,6})\b", re.IGNORECASE)
_MOMENTUM = re.compile(r"\bmomentum\b[ ]{0,2}(?:of|=|:|is)?[ ]{0,2}(0?\.\d{1,6})\b", re.IGNORECASE)
_FEATURES = re.compile(r"(?<![\d.,/-])\b(\d{1,5}) (?:input |numeric(?:al)? )?features\b", re.IGNORECASE)
_ACTIVATION = r"(?P<kind>sigmoid|logistic|tanh|relu|leaky relu|softmax|linear|identity|elu|swish)"
_BEHIND_SIZES = re.compile(  # 4-16-3, relu, softmax
    r"\d-\d{1,4}[ ,(]{1,3}(sigmoid|tanh|relu|logistic),? (?:and |then )?(sigmoid|tanh|relu|logistic|softmax|linear)\b",
    re.IGNORECASE)
_ANY_ACTIVATION = re.compile(r"\b(sigmoid|logistic|tanh|relu|leaky[_ ]?relu|elu|selu|swish)(?:s\b|\b)", re.IGNORECASE)
_OF_HIDDEN = re.compile(
    rf"\bhidden\b(?:(?!\boutput\b)[^.\n]){{0,60}}?\b{_ACTIVATION}\b|\b(?P<first>sigmoid|tanh|relu)\b[^.\n]{{0,30}}?\bhidden\b",
    re.IGNORECASE)
_OF_OUTPUT = re.compile(
    rf"\b(?:output|last|final)\b[^.\n]{{0,50}}?\b{_ACTIVATION}\b|\b(?P<first>sigmoid|softmax|linear|relu|tanh) "
    r"(?:activation )?(?:in|at|on|for|as)?(?: the)? ?(?:output|last|final)", re.IGNORECASE)
_LOSS_WORD = re.compile(
    r"\b(binary[_ ]?crossentropy|sparse[_ ]?categorical[_ ]?crossentropy|categorical[_ ]?crossentropy|"
    r"binary cross[- ]entropy|categorical cross[- ]entropy|mse|(?:mean[_ ])?squared[_ ]error|mae|"
    r"mean[_ ]absolute[_ ]error|"
    r"bceloss|bcewithlogitsloss|crossentropyloss|mseloss|nllloss)\b", re.IGNORECASE)
_OPTIMIZER_WORD = re.compile(r"\b(adam|adamw|nadam|sgd|rmsprop|adagrad|adadelta|adamax)\b", re.IGNORECASE)
_DATA = (("xor", r"\bxor\b|exclusive[- ]or"), ("mnist", r"\bmnist\b"), ("cifar10", r"\bcifar(-?10)?\b"),
         ("iris", r"\biris(?:es)?\b"), ("and", r"\band[ -](?:gate|function|problem)\b"),
         ("or", r"\bor[ -](?:gate|problem)\b"),
         ("titanic", r"\btitanic\b"), ("sine", r"\bsine\b|\bsin ?\(x\)"),
         ("moons", r"\b(?:half|two|2)(?: interleaving| half)?[- ]moons?\b|\bmake_moons\b"),
         ("circles", r"\b(?:two|2|concentric) (?:concentric )?(?:circles|rings)\b|\bmake_circles\b"),
         ("breast_cancer", r"\bbreast[- _]cancer\b"), ("digits", r"\bload_digits\b"),
         ("line", r"(?<![\w.])y ?= ?-?\d{1,4}(?:\.\d{1,4})? ?\*? ?x ?[-+] ?\d"))
_INPUTS = {"mnist": 784, "cifar10": 3072, "iris": 4, "moons": 2, "circles": 2, "breast_cancer": 30, "digits": 64,
           "line": 1}
_TRUTHS = {"0110": "xor", "0001": "and", "0111": "or"}
_TRUTH = re.compile(  # "y = 0 1 1 0" below or beside the four inputs of two bits
    r"\b(?:y|targets?|labels?|outputs?|expected|desired)\b[ ]{0,2}(?:is|are|=|:)?[ ]{0,2}"
    r"[\[(]?([01](?:[, ]{1,2}[01]){3})\b(?![ ,]{0,2}\d)", re.IGNORECASE)
_DATA_PATTERNS = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _DATA)


def read_words(draft: Draft, lines: Sequence[str]) -> None:
    """Fill in what the words say, where the code did not say it."""
    text = "\n".join(lines)[:LONGEST]
    _data(draft, text)
    read_named_sizes(draft, text)
    prose = list(lines)
    for first, end in code_runs(prose):
        prose[first:end] = [comment_of(line) for line in lines[first:end]]
    _numbers(draft, "\n".join(prose)[:LONGEST])
    read_told_data(draft, prose)
    read_told_training(draft, "\n".join(prose)[:LONGEST])
    _choices(draft, text)
    dense = draft.get("layers") is not None and not draft.get("other_layers")
    if dense and len(counts := set(_FEATURES.findall(text))) == 1:  # of two, one may be before a choice of them
        draft.put("inputs", int(counts.pop()) or None, _line(text, _FEATURES.search(text).start()))  # type: ignore[union-attr]
    if (match := _CLASSES.search(text)) and draft.get("framework"):
        said = match.group(1) or match.group(2)
        count = int(COUNTS.get((said or "").lower()) or said or int(match.group(3)) + 1)
        likely = 2 <= count <= 1000 and count >= (draft.get("outputs") or 1)
        draft.put("classes", count if likely else None, _line(text, match.start()))
    if draft.get("framework") and (match := _ONE_HOT.search(text)):
        draft.put("target", "one_hot", _line(text, match.start()))
    if match := _MULTI_LABEL.search(text):
        draft.put("target", "multi_label", _line(text, match.start()))


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _data(draft: Draft, text: str) -> None:
    if draft.get("inputs") == 2 and draft.get("data") is None and (match := _TRUTH.search(text)):
        kind = _TRUTHS.get(re.sub(r"\D", "", match.group(1)))
        draft.put("data", kind, _line(text, match.start()))
    for name, pattern in _DATA_PATTERNS:
        match = pattern.search(text)
        if match and draft.get("data") in (None, "inline", "file", "random") and _fits(draft, name):
            draft.fields.pop("data", None)
            draft.put("data", name, _line(text, match.start()))
            return


def _fits(draft: Draft, name: str) -> bool:
    inputs = draft.get("inputs")
    if name in ("xor", "and", "or"):
        return inputs in (None, 2, 3) and not draft.get("other_layers")
    if name == "sine":
        return inputs == 1
    if name == "line" and (draft.get("task") == "classes" or draft.get("other_layers")):
        return False
    return inputs is None or inputs == _INPUTS.get(name, inputs)


def _numbers(draft: Draft, text: str) -> None:
    said_in_code = draft.get("optimizer") is not None and draft.get("framework") != "words"
    if draft.get("learning_rate") is None and not said_in_code and (match := _RATE.search(text)):
        before = _BEFORE_CHANGE.search(match.group()) if _TRIED.search(text[:match.start()][-60:]) else None
        value = float(before.group(1) if before else match.group(1))
        other = match.group().lower().startswith("eta") and draft.get("framework") in ("keras", "pytorch")
        if 0 < value <= 100 and not other:
            draft.put("learning_rate", value, _line(text, match.start()))
    printed = epochs_of(text.split("\n")) if draft.get("steps") is None else None
    if printed and draft.get("framework"):
        draft.put("epochs", printed[0] or None, printed[1])
    if not printed and draft.get("epochs") is None and draft.get("steps") is None and (
            match := next((one for one in _EPOCHS.finditer(text) if not _is_moment(text, one)), None)):
        said = match.group(1) or match.group(3) or match.group(4)
        count = int(said.replace(",", "")) * (1000 if match.group(2) else 1)
        draft.put("epochs", count or None, _line(text, match.start()))
    if draft.get("optimizer") is None and (match := _MOMENTUM.search(text)):
        draft.put("momentum", float(match.group(1)) or None, _line(text, match.start()))
    if draft.get("batch_size") is None and (match := _BATCH.search(text)):
        draft.put("batch_size", int(match.group(1)) or None, _line(text, match.start()))


def _is_moment(text: str, match: re.Match[str]) -> bool:
    """Whether a number of epochs says when something happens: "after 40 epochs the loss starts to rise"."""
    if not text[max(0, match.start() - 8):match.start()].lower().endswith(("after ", "after the ", "around ")):
        return False
    around = text[max(0, match.start() - 60):match.end() + 60]
    sentence = re.split(r"[.?!\n]", around[:around.find(match.group())])[-1] + re.split(
        r"[.?!\n]", around[around.find(match.group()):])[0]
    return bool(_MOMENT.search(sentence))


def _choices(draft: Draft, text: str) -> None:
    """Activations, loss and optimizer by their names, where only one of each kind is named."""
    if draft.get("framework") is None:
        return
    open_ones = all(one.activation is None for one in draft.get("layers") or ())
    by_hand = draft.get("framework") == "numpy" and draft.get("output_activation") is None and draft.get("layers")
    if draft.get("framework") == "words" or (by_hand and open_ones):
        _activations(draft, text)
    if draft.get("framework") in ("keras", "pytorch", "words"):
        _one_activation(draft, text)
    losses = {LOSSES[plain(match.group())]: match for match in reversed(list(_LOSS_WORD.finditer(text)))}
    if len(losses) == 1 and draft.get("loss") is None:
        loss, match = next(iter(losses.items()))
        draft.put("loss", loss, _line(text, match.start()))
        if loss in ("log_loss", "cross_entropy", "sparse_cross_entropy"):
            draft.put("from_logits", plain(match.group()) in ON_LOGITS, _line(text, match.start()))
    if draft.get("framework") not in ("keras", "pytorch", "words"):
        return
    optimizers = {OPTIMIZERS[match.group().lower()]: match for match in reversed(list(_OPTIMIZER_WORD.finditer(text)))}
    if len(optimizers) == 1 and draft.get("optimizer") is None:
        kind, match = next(iter(optimizers.items()))
        draft.put("optimizer", kind, _line(text, match.start()))


def _activations(draft: Draft, text: str) -> None:
    if listed := _BEHIND_SIZES.search(text):
        kinds = [ACTIVATIONS[plain(one)] for one in listed.groups()]
        draft.fields["layers"] = tuple(
            one.model_copy(update={"activation": kinds[0]}) for one in draft.get("layers") or ())
        draft.put("output_activation", kinds[1], _line(text, listed.start()))
        return
    hidden, output = _OF_HIDDEN.search(text), _OF_OUTPUT.search(text)
    if hidden and draft.get("layers"):
        kind = _kind(hidden)
        draft.fields["layers"] = tuple(one.model_copy(update={"activation": kind}) for one in draft.fields["layers"])
    if output:
        draft.put("output_activation", _kind(output), _line(text, output.start()))


def _one_activation(draft: Draft, text: str) -> None:
    """The activation of hidden layers that are listed without one, where the post names only one."""
    layers = draft.get("layers") or ()
    named = {ACTIVATIONS[plain(match.group(1))] for match in _ANY_ACTIVATION.finditer(text)}
    if len(named) == 1 and layers and all(one.activation is None for one in layers):
        kind = next(iter(named))
        draft.fields["layers"] = tuple(one.model_copy(update={"activation": kind}) for one in layers)


def _kind(match: re.Match[str]) -> str:
    return ACTIVATIONS[plain(match.group("kind") or match.group("first"))]
