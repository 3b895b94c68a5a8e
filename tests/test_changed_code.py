"""The two programs of a network, as read and with one change: the lines that differ are marked, and it still runs."""

import pytest
from test_diagnoses import RULES, example

from bot.diagnosis.proof import prove
from bot.present.code_export.changed import SAYS, codes, marked


def test_lines_that_the_other_file_does_not_have_are_marked() -> None:
    one, other = '"""about\n"""\na = 1\nb = 2\n\nc = 3\n', '"""other\n"""\na = 1\nb = 5\n\nc = 3\nd = 4\n'
    assert [line.text for line in marked(one, other) if line.changed] == ["b = 2" + SAYS]
    assert [line.text for line in marked(other, one) if line.changed] == ["b = 5" + SAYS, "d = 4" + SAYS]
    assert not any(line.changed for line in marked(one, one))


MENDED = [name for name, rule in RULES.items() if rule.mend and rule.claim]


@pytest.mark.parametrize("name", [  # the quick tests train every sixth
    pytest.param(name, marks=[pytest.mark.slow] if at % 6 else []) for at, name in enumerate(MENDED)])
def test_the_programs_of_a_diagnosis_differ_and_compile(name: str) -> None:
    proof = prove(RULES[name], example(RULES[name]).spec, replicas=2)
    both = codes([proof.as_read, proof.mended])
    for code in filter(None, both):
        compile("\n".join(line.text for line in code), name, "exec")
    if all(both) and name != "eval-missing":  # which changes what is predicted, not the training
        assert any(line.changed for code in both for line in code)
