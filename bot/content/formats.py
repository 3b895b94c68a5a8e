"""How values are written for people: numbers, and titles without their marks."""

import re
from typing import Any

import numpy as np

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: Any, unit: str = "", digits: int = 3) -> str:
    """A number as people read it: "98.5%", "1,500", "0.031", "2.1 × 10⁻⁹"; a text stays a text.

    One that is not whole has so many `digits`; a share has one after its point.
    """
    if isinstance(value, str):
        return value
    if not np.isfinite(value):
        return "not a number" if np.isnan(value) else "infinity"
    if unit == "share":
        return f"{value:.1%}".replace(".0%", "%").replace("-", "−")
    if value == round(value) and abs(value) < 1e6:
        return f"{value:,.0f}".replace("-", "−")
    shown = f"{value:.{digits}g}" if abs(value) < 1000 else f"{value:,.0f}" if abs(value) < 1e6 else f"{value:.1e}"
    return powers_of_ten(shown).replace("-", "−")


def powers_of_ten(shown: str) -> str:
    """A formatted number as people write it: "2e-10" becomes "2 × 10⁻¹⁰"."""
    digits, _, power = shown.partition("e")
    return f"{digits} × 10{str(int(power)).translate(SUPERSCRIPTS)}" if power else digits


def plain_text(text: str) -> str:
    """A title or claim without the marks of Markdown and LaTeX."""
    return " ".join(re.sub(r"[`*$\\]", "", text).split())
