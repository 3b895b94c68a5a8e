"""Asking in a notebook: what comes back shows itself in every front end, and gives the run as arrays."""

import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from io import BytesIO

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from PIL import Image

from bot.answers.guess import guess
from bot.notebook import Asked, AskError, Unanswered, ask, forget
from bot.service import shared_bot
from bot.surfaces.notebook import player
from sims.engine.network import outputs
from sims.engine.registry import find, names

COFFEE = "what does each neuron in the coffee roasting network do"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.fixture(scope="module")
def shell() -> Iterator[InteractiveShell]:
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "bot.notebook")
    yield shell
    InteractiveShell.clear_instance()


def asked(*arguments: str, **settings: object) -> Asked:
    found = ask(*arguments, **settings)  # type: ignore[arg-type]
    assert isinstance(found, Asked)
    return found


def test_a_guess_comes_first_and_is_answered_by_the_run() -> None:
    found = asked(COFFEE)
    ((bundle, _), *_) = found.outputs()
    decided = guess(found.answer)
    right = decided.right
    assert right is not None
    text = str(bundle["text/markdown"])
    for wrong in (option for option in found.answer.entry.prediction.options if option != right):
        assert text.index("Guess first:") < text.index(wrong.says) < text.index("Each hidden unit ends up")
        assert f"<summary>{wrong.says}</summary>\n\n**Not in this run.** It was: {right.says}." in text
    assert f"<summary>{right.says}</summary>\n\n**Right.** {decided.feedback}" in text
    ((changed, _), *_) = asked(COFFEE, hidden=2).outputs()
    again = re.search(r"Another run decides it: `(ask\(.+?\))`", str(changed["text/markdown"]))
    assert again
    assert again[1] == f"ask({shared_bot().entry('coffee-roasting').title!r})"
    ((follow, _), *_) = asked("simpler please").outputs()
    assert "Guess first:" not in str(follow["text/markdown"])


def test_claims_go_with_the_player_to_light_what_they_speak_of() -> None:
    claims = player.claims_of(shared_bot().answer("coffee-roasting"))
    assert [claim["about"] for claim in claims] == [["output"], ["hidden"], ["unit:1"]]
    assert all(claim["mark"] in "✓✗" and "of 32 runs" in claim["evidence"] for claim in claims)
    assert "nrn-claims" in player.style()


def test_the_run_is_there_as_arrays() -> None:
    found = asked(COFFEE, hidden=2, seed=5)
    same = shared_bot().answer("coffee-roasting", {"hidden": 2}, 5)
    assert found.params["hidden"] == 2
    assert found.seed == 5
    assert found.metrics["accuracy"].shape == (32,)
    assert found.metrics["accuracy"][0] == same.metrics["accuracy"]
    assert [layer.shape for layer in found.weights] == [(32, 3, 2), (32, 3, 1)]
    np.testing.assert_array_equal(found.weights[0], found.frames[-1].weights[0])
    assert found.frames[0].step == 0
    assert found.frames[0].loss.shape == (32,)
    guess = outputs(found.run.shown.network, found.weights, found.inputs.astype(np.float32))
    right = ((guess > 0.5) == (found.targets > 0.5)).mean(axis=(1, 2))
    np.testing.assert_allclose(right, found.metrics["accuracy"])


def test_numbers_of_numpy_are_settings_and_seeds() -> None:
    found = asked(COFFEE, hidden=np.arange(3)[2], seed=np.int64(4))
    assert (found.params["hidden"], found.seed) == (2, 4)


@pytest.mark.parametrize(
    ("question", "settings", "complaint"),
    [
        (COFFEE, {"hidden": 99}, "it takes a whole number from 1 to"),
        (COFFEE, {"neurons": 3}, "there is no setting 'neurons' here; there are: hidden"),
        (COFFEE, {"seed": -1}, "seed cannot be -1"),
        (COFFEE, {"seed": "x"}, "seed cannot be 'x'"),
        ("  ", {}, "write a question"),
    ],
)
def test_bad_input_is_one_line_without_a_traceback(
    shell: InteractiveShell, question: str, settings: dict[str, object], complaint: str
) -> None:
    with pytest.raises(AskError, match=complaint) as caught:
        ask(question, **settings)  # type: ignore[arg-type]
    assert caught.value._render_traceback_() == [f"ask: {caught.value}"]
    with capture_output() as printed:
        shell.run_cell(f"from bot.notebook import ask; ask({question!r}, **{settings!r})")
    assert complaint in printed.stdout
    assert "Traceback" not in printed.stdout + printed.stderr
    assert len(printed.stdout.strip().splitlines()) == 1


def test_what_nobody_wrote_an_answer_for_is_said_with_the_nearest() -> None:
    found = ask("what's the weather in Paris")
    assert isinstance(found, Unanswered)
    assert not found
    assert len(found.suggestions) == 3
    assert all(f"ask({title!r})" in found._repr_markdown_() for title in found.suggestions)


def test_the_prose_is_markdown_with_the_numbers_of_the_run(shell: InteractiveShell) -> None:
    found = asked(COFFEE, hidden=2)
    (bundle, _), *_ = found.outputs()
    text = bundle["text/markdown"]
    assert found.answer.entry.title in text
    assert f"{found.metrics['accuracy'][0]:.1%}" in text
    assert "no longer hold" in text
    assert all(f"{claim.says} *{claim.evidence}*" in text for claim in found.claims)
    assert repr(found) == bundle["text/plain"]


def test_what_breaks_a_claim_is_a_call_that_can_be_run() -> None:
    found = asked(COFFEE)
    (bundle, _), *_ = found.outputs()
    call = re.search(r"`(ask\(.*hidden=2\))`", bundle["text/markdown"])
    assert call
    again = eval(call[1], {"ask": ask})
    assert again.answer.entry.slug == "coffee-roasting"
    assert again.answer.broken


def test_a_cell_is_a_question(shell: InteractiveShell) -> None:
    shell.run_cell_magic("ask", "--set hidden=2 --seed 3 --to found", f"{COFFEE}\n")
    found = shell.user_ns["found"]
    assert (found.params["hidden"], found.seed) == (2, 3)
    with pytest.raises(AskError, match="write NAME=VALUE"):
        shell.run_cell_magic("ask", "--set hidden", COFFEE)
    with pytest.raises(AskError, match="no setting 'seed'"):
        shell.run_cell_magic("ask", "--set seed=4", COFFEE)


def test_no_setting_has_the_name_of_an_option_of_ask() -> None:
    assert not {"seed", "player", "question"} & {field for name in names() for field in find(name).params.model_fields}


def test_neither_streamlit_nor_torch_is_imported() -> None:
    code = (
        "import sys; sys.modules['torch'] = None; sys.modules['sentence_transformers'] = None\n"
        f"from bot.notebook import ask; found = ask({COFFEE!r}, hidden=2)\n"
        "assert found.params['hidden'] == 2\n"
        "assert not {'streamlit', 'starlette'} & set(sys.modules), sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=600)


def test_a_follow_up_keeps_the_settings_and_stands_beside_the_run_before() -> None:
    first = asked(COFFEE, seed=3)
    follow = asked("and with two units?")
    assert follow.answer.entry.slug == "coffee-roasting"
    assert (follow.params["hidden"], follow.seed) == (2, 3)
    assert follow.comparison is not None
    (bundle, _), *_ = follow.outputs()
    assert "**(flipped)**" in bundle["text/markdown"]
    again = asked(COFFEE, seed=3)  # a cell that is run again shows what it showed before
    assert again.params == first.params
    simpler = asked("can you explain that more simply?")
    assert simpler.answer.simpler in simpler.outputs().__next__()[0]["text/markdown"].split("**Tested")[0]


def test_beside_the_prose_stands_the_player_or_its_still_picture() -> None:
    (_, _), (played, metadata) = asked(COFFEE).outputs()
    (_, _), (still, _) = asked(COFFEE, player=False).outputs()
    frame = re.compile(r'<iframe [^>]*srcdoc="([^"]+)"')
    assert frame.search(played["text/html"])
    assert "<iframe" not in still["text/html"]
    assert played["image/png"] == still["image/png"]
    picture = Image.open(BytesIO(b64decode(still["image/png"])))
    assert picture.width == 2 * metadata["image/png"]["width"]
    says = metadata["image/png"]["alt"]
    assert "Coffee roasting" in says
    assert all(f'alt="{says}"' in bundle["text/html"] for bundle in (played, still))
    assert played["text/plain"] == still["text/plain"] == says


def test_an_output_holds_all_it_needs() -> None:
    """Nothing is loaded: no script, style, picture or data by an address."""
    (_, _), (bundle, _) = asked(COFFEE).outputs()
    found = unescape(bundle["text/html"])
    assert set(re.findall(r"""(?:src|href)=["']?([a-z]+:)""", found)) == {"data:"}
    assert not re.search(r"\b(fetch|XMLHttpRequest|importScripts|@import)\b|\bimport\s*[({\"']", found)
    assert found.count("</script>") == found.count("<script ") == 2


def test_what_a_claim_says_cannot_end_the_script_that_holds_it() -> None:
    run = shared_bot().answer("coffee-roasting").run
    told = player.page_of(run, [{"says": "</script><b>", "mark": "✓", "evidence": "", "about": []}])
    assert told.count("</script>") == 2


def test_marimo_gets_the_same_as_one_piece_of_html() -> None:
    found = asked(COFFEE)
    kind, text = found._mime_()
    assert kind == "text/html"
    assert all(claim.evidence in text for claim in found.claims)
    assert "<summary>Go deeper</summary>" in text
    assert "<math" in text
    assert "<iframe" in text
    unanswered = ask("what's the weather in Paris")._mime_()[1]
    assert "<code>ask(" in unanswered


def test_the_worked_example_stands_after_the_direct_answer_and_is_checked() -> None:
    found = asked(COFFEE)
    ((bundle, _), *_) = found.outputs()
    text, worked = str(bundle["text/markdown"]), found.worked
    assert worked is not None
    first, rest = found.answer.paragraphs
    assert text.index(first) < text.index(f"> - {worked.lines[0]}") < text.index("Show the step") < text.index(rest)
    assert "> " + worked.step in text
    assert found.check(worked.answer) == found.check(worked.right.replace(".", ",")) == f"Right: {worked.right}."
    assert found.check(worked.answer + 5) == f"Not quite. {worked.step}"
    assert found.check("a lot") == "That is no number."
    without = replace(found, answer=replace(found.answer, worked=None))
    assert without.check(1) == "This answer has no worked example."
