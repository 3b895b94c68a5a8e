"""Formulas as Unicode: what belongs together stays together, and no formula of the knowledge base is left as LaTeX."""

import re

import pytest
from known import ENTRIES

from bot.present.unicode_math import FORMULA, formula


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"e^{-z}", "e⁻ᶻ"),
        (r"\frac{1}{1 + e^{-z}}", "1/(1 + e⁻ᶻ)"),
        (r"\frac12", "1/2"),
        (r"\frac{\gamma}{s}(x - m)", "(γ/s)(x − m)"),
        (r"\ln\frac{p}{1-p} = w^\top x + b", "ln(p/(1−p)) = wᵀ x + b"),
        (r"-y\ln a", "−y ln a"),
        (r"a^{[l-1]}_k", "a^[l−1]ₖ"),
        (r"x^{(5)}", "x⁽⁵⁾"),
        (r"e^{z_k - m}", "e^(zₖ − m)"),
        (r"\max_k z_k", "maxₖ zₖ"),
        (r"d_{VC}", "d_VC"),
        (r"\hat y \approx \sqrt{n}", "ŷ ≈ √n"),
        (r"d_j \in \{0, 1\}", "dⱼ ∈ {0, 1}"),
        (r"3.4 \cdot 10^{38}", "3.4·10³⁸"),
        (r"\partial L/\partial w", "∂L/∂w"),
    ],
)
def test_short_formulas_read_as_they_are_spoken(latex: str, text: str) -> None:
    assert formula(latex) == text


def test_text_around_formulas_stays_as_it_is() -> None:
    text = r"Put $x_1$ into *it*, then `$PATH` costs \$5."
    assert FORMULA.sub(lambda found: formula(found[1]), text) == r"Put x₁ into *it*, then `$PATH` costs \$5."


def test_every_formula_of_the_knowledge_base_is_readable() -> None:
    for entry in ENTRIES.values():
        for level in (entry.text, entry.simpler, entry.deeper):
            for found in FORMULA.finditer(re.sub(r"\{\{.*?\}\}", "7", level)):
                text = formula(found[1])
                sets = r"\{" in found[1]
                assert text, found[0]
                left = r"[\\$\ue000-\ue005]" + ("" if sets else "|[{}]")
                assert not re.search(left, text), (entry.slug, found[0], text)
                assert text.count("(") == text.count(")"), (entry.slug, found[0], text)
