"""A wished value within the bounds of its setting, and the line that says where it is another one."""

from typing import Any

from pydantic.fields import FieldInfo

from bot.content.settings import bounds
from bot.language import wishes

ALREADY = "{}: {} is already the {} that is possible here."
MADE = "{}: {} instead of {}."


def step(now: float, setting: FieldInfo, up: bool, how: str) -> tuple[float, str]:
    """The value one step up or down, and a line that says so."""
    made = wishes.stepped(now, setting, up, how)
    title = (setting.title or "").capitalize()
    if made == now:
        return made, ALREADY.format(title, _shown(now), "most" if up else "least")
    return made, MADE.format(title, _shown(made), _shown(now))


def _shown(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:g}"


def within(value: Any, setting: FieldInfo) -> tuple[Any, str]:
    """The nearest value that a setting may have, and a note where that is another one."""
    if isinstance(value, bool | str):
        return value, ""
    low, high = bounds(setting)
    kept = min(max(value, low if low is not None else value), high if high is not None else value)
    kept = round(kept) if setting.annotation is int else float(kept)
    if kept == value:
        return kept, ""
    side = f"at most {high:g}" if high is not None and value > high else f"at least {low:g}"
    if low is not None and high is not None and low <= value <= high:
        return kept, f"{setting.title}: {value:g} is not a whole number, so I used {kept}."
    return kept, f"{setting.title}: {value:g} is out of bounds here ({side}), so I used {kept:g}."
