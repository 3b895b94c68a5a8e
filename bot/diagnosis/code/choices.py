"""Activations, losses and optimizers as code names them: by a text, a function or an object with arguments."""

from bot.diagnosis.code.values import UNKNOWN, Call, Sym, Value, is_number
from bot.diagnosis.draft import UNSAID, Draft
from bot.diagnosis.vocabulary import ACTIVATIONS, LOSSES, ON_LOGITS, OPTIMIZERS, plain


def name_of(value: Value) -> str:
    """The text, or the dotted name of what is passed or called; empty where there is none."""
    if isinstance(value, str):
        return value
    return value.name if isinstance(value, Sym | Call) and value is not UNKNOWN else ""


def activation_of(value: Value) -> str | None:
    """Our name for an activation; "other" where it is none that we know."""
    if value is UNKNOWN:
        return UNSAID
    if isinstance(value, Call) and value.last == "Activation":
        return activation_of(value.get("activation", 0))
    name = name_of(value)
    if isinstance(value, Sym) and "." not in name and plain(name) not in ACTIVATIONS:
        return UNSAID if name else None  # a variable that the post does not set
    return ACTIVATIONS.get(plain(name), "other") if name else None


def is_loss(value: Value) -> bool:
    """Whether a value names a loss."""
    return plain(name_of(value)) in LOSSES


def is_optimizer(value: Value) -> bool:
    """Whether a value names an optimizer."""
    return plain(name_of(value)) in OPTIMIZERS


def put_loss(draft: Draft, value: Value, line: int) -> None:
    """Note a loss by its name or object, and whether it takes logits."""
    if isinstance(value, tuple) and value:
        value = value[0]
    name = plain(name_of(value))
    if not name or (isinstance(value, Sym) and "." not in value.name and name not in LOSSES):
        return
    loss = LOSSES.get(name, "other")
    draft.put("loss", loss, line)
    if loss not in ("log_loss", "cross_entropy", "sparse_cross_entropy") or draft.get("loss") != loss:
        return
    given = value.get("from_logits") if isinstance(value, Call) else None
    draft.put("from_logits", given if isinstance(given, bool) else name in ON_LOGITS, line)


def put_optimizer(draft: Draft, value: Value, line: int) -> None:
    """Note an optimizer by its name or object, with its rate and momentum where they are given."""
    kind = OPTIMIZERS.get(plain(name_of(value)))
    if kind is None or "optimizer" in draft.fields:
        return
    if not isinstance(value, Call):
        draft.put("optimizer", kind, line)
        return
    first = next((i for i, one in enumerate(value.args[:2]) if is_number(one)), "")
    rate = value.get("learning_rate", "lr", first)
    momentum = value.get("momentum", 1 if kind in ("sgd", "momentum") and first == 0 else "")
    moving = is_number(momentum) and momentum > 0
    if kind == "sgd" and moving:
        kind = "nesterov" if value.get("nesterov") is True else "momentum"
    draft.put("optimizer", kind, value.line)
    draft.put("learning_rate", float(rate) if is_number(rate) else None, value.line_of("learning_rate", "lr", first))
    draft.put("momentum", float(momentum) if moving else None, value.line_of("momentum", 1))
    decay = value.get("weight_decay")
    draft.put("l2", float(decay) if is_number(decay) and decay > 0 else None, value.line_of("weight_decay"))
