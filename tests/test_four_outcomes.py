"""Sure, likely, torn, declined: what each says on the command line, in the API, on the mentor's page and in notebooks
(the chat's tests are in test_ui_unclear.py), and an answer in a sentence."""

import json
from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO

import pytest
from click.testing import CliRunner
from PIL import Image
from starlette.testclient import TestClient

from bot.content.recent import RecentOf
from bot.matching import Numbers
from bot.notebook import Asked, Unanswered, forget
from bot.notebook import ask as in_notebook
from bot.present.closest import CLOSEST
from bot.present.headline import figure
from bot.present.rendering_dialogue import TORN
from bot.present.short import LONGEST, in_short, shorts
from bot.service import shared_bot
from bot.surfaces.cli.main import main
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings

QUESTION = "what is the bias for"
OUTCOMES = [("answer", True, 0, "bias-term"), ("answer", False, 2, "bias-term"), ("suggest", False, 0, None),
            ("decline", False, 0, None)]


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(alone(shared_bot(), WebSettings(public_url="https://neurons.example.org"))) as found:
        yield found


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    forget()
    yield
    forget()


def decide_all(monkeypatch: pytest.MonkeyPatch, kind: str, sure: bool) -> None:
    """Decide every question so, those too that were decided before."""
    monkeypatch.setattr(shared_bot(), "_decided", RecentOf(8))
    monkeypatch.setattr(Numbers, "decide", lambda self, confidence, in_scope: (kind, sure))


def asked(monkeypatch: pytest.MonkeyPatch, kind: str, sure: bool, *more: str) -> str:
    """What `ask` prints where every question is decided so."""
    decide_all(monkeypatch, kind, sure)
    return CliRunner().invoke(main, ["ask", QUESTION, *more], catch_exceptions=False).stdout


def test_a_sure_answer_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(monkeypatch, "answer", True).startswith(shared_bot().entries["bias-term"].title)


def test_a_likely_answer_says_how_the_question_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    line = asked(monkeypatch, "answer", False).splitlines()[0]
    title = shared_bot().entries["bias-term"].title
    assert line.startswith(f"I read this as “{title}”. Or did you mean: ")
    assert line.count(" · ") == 1
    assert line.count("[") == 2


def test_torn_between_three_each_is_told_in_short(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = asked(monkeypatch, "suggest", False)
    bot = shared_bot()
    offered = [slug for slug in bot.entries if f"[{slug}]" in printed]
    assert len(offered) == 3
    assert "bias-term" in offered
    assert all(short.told in printed for short, _ in shorts(bot, QUESTION, offered))


def test_torn_between_three_the_point_that_is_asked_answers_for_its_entry(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = shared_bot()
    point = bot.entry("bias-term").points[0]
    assert point.id == "one-per-unit-or-per-layer"
    decide_all(monkeypatch, "suggest", False)
    monkeypatch.setattr(bot, "point", lambda _, entry: point.id if entry.slug == "bias-term" else None)
    near = {one["slug"]: one["says"] for one in part_of(client)["near"]}  # type: ignore[attr-defined]
    assert near["bias-term"].startswith(f"{point.title} One for each unit: a layer of 6 units has 6 biases."), "with it"
    assert all(says == in_short(bot.answer(slug)) for slug, says in near.items() if slug != "bias-term")
    found = in_notebook(QUESTION)
    assert isinstance(found, Unanswered)
    texts = [bundle["text/plain"] for bundle, _ in found.outputs()]
    assert any(text.startswith(f"{point.title}\n  One for each unit") for text in texts), "its question opens it"


@pytest.mark.parametrize(("kind", "sure", "beside", "entry"), OUTCOMES)
def test_json_says_how_sure_it_is(
    monkeypatch: pytest.MonkeyPatch, kind: str, sure: bool, beside: int, entry: str | None
) -> None:
    found = json.loads(asked(monkeypatch, kind, sure, "--json"))
    assert (found["decision"], found["sure"], found["entry"]) == (kind, sure, entry)
    assert len(found["beside"]) == beside
    assert found["beside"] == found["alternatives"][1 : 1 + beside]


@pytest.mark.parametrize(("kind", "sure", "beside", "entry"), OUTCOMES)
@pytest.mark.parametrize("path", ["ask", "match"])
def test_the_api_says_the_same(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str, kind: str, sure: bool, beside: int,
    entry: str | None
) -> None:
    decide_all(monkeypatch, kind, sure)
    found = client.post(f"/api/{path}", json={"question": QUESTION}).json()
    assert (found["decision"], found["sure"], found["entry"]) == (kind, sure, entry)
    assert found["beside"] == found["alternatives"][1 : 1 + beside]
    assert len(found["beside"]) == beside


def part_of(client: TestClient) -> dict[str, object]:
    [part] = client.post("/mentor/post", json={"text": QUESTION}).json()["parts"]
    assert isinstance(part, dict)
    return part


def test_the_mentor_sees_other_readings_of_a_likely_answer(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    decide_all(monkeypatch, "answer", True)
    assert (part_of(client)["slug"], part_of(client)["near"]) == ("bias-term", [])
    decide_all(monkeypatch, "answer", False)
    part = part_of(client)
    beside = [match.slug for match in shared_bot().understand(QUESTION).decision.beside]
    assert part["slug"] == "bias-term"
    assert [near["slug"] for near in part["near"]] == beside  # type: ignore[attr-defined]
    assert len(beside) == 2


def test_the_mentor_sees_three_short_answers_with_their_pictures(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide_all(monkeypatch, "suggest", False)
    part = part_of(client)
    assert part["slug"] is None
    assert len(part["near"]) == 3  # type: ignore[arg-type]
    for near in part["near"]:  # type: ignore[attr-defined]
        assert near["says"] == shorts(shared_bot(), QUESTION, [near["slug"]])[0][0].told
        assert client.get(near["picture"]).headers["content-type"] == "image/svg+xml"
    decide_all(monkeypatch, "decline", False)
    assert all(near["says"] == near["picture"] == "" for near in part_of(client)["near"])  # type: ignore[attr-defined]


def test_a_notebook_says_how_it_read_a_question_that_it_is_not_sure_of(monkeypatch: pytest.MonkeyPatch) -> None:
    decide_all(monkeypatch, "answer", True)
    sure = in_notebook(QUESTION)
    decide_all(monkeypatch, "answer", False)
    likely = in_notebook(QUESTION)
    assert isinstance(sure, Asked)
    assert isinstance(likely, Asked)
    title = shared_bot().entries["bias-term"].title
    for form in (repr(likely), next(likely.outputs())[0]["text/markdown"]):
        line = form.split("\n")[0]
        assert f"I read this as “{title}”. Or did you mean" in line
        assert line.count(" · ") == 1
    assert "I read this as" not in repr(sure) + next(sure.outputs())[0]["text/markdown"]


def test_a_notebook_that_is_torn_shows_three_short_answers_with_their_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    decide_all(monkeypatch, "suggest", False)
    question = "do I need a bias"  # several points come close to it
    found = in_notebook(question)
    assert isinstance(found, Unanswered)
    (says, _), *shown, (close, _) = found.outputs()
    assert says["text/plain"] == TORN
    assert len(shown) == 6
    assert CLOSEST in close["text/plain"]
    slugs = [match.slug for match in found.decision.ranked[:3]]
    told = [short for short, _ in shorts(shared_bot(), question, slugs)]
    for short, title, (text, _), (picture, sizes) in zip(told, found.suggestions, shown[::2], shown[1::2], strict=True):
        assert text["text/markdown"] == f"`ask({short.asks!r})`  \n{short.says}"
        assert title in repr(found)
        assert Image.open(BytesIO(b64decode(picture["image/png"]))).width < 500
        assert sizes["image/png"]["width"] < 250
        assert picture["text/plain"] == sizes["image/png"]["alt"]


def test_a_notebook_declines_in_one_output(monkeypatch: pytest.MonkeyPatch) -> None:
    decide_all(monkeypatch, "decline", False)
    found = in_notebook(QUESTION)
    assert isinstance(found, Unanswered)
    [(bundle, _)] = found.outputs()
    assert set(bundle) == {"text/markdown", "text/plain"}
    assert all(f"ask({title!r})" in bundle["text/markdown"] for title in found.suggestions)


def test_whoever_goes_on_with_a_likely_answer_meant_it(monkeypatch: pytest.MonkeyPatch) -> None:
    decide_all(monkeypatch, "answer", False)
    bot = shared_bot()
    first = bot.understand(QUESTION)
    assert first.decision.beside
    again = bot.understand("again", [QUESTION])
    assert again.slug == first.slug
    assert not again.decision.beside


@pytest.mark.parametrize("slug", ["bias-term", "xor", "momentum-adam", "dead-relu"])
def test_an_answer_in_short_is_its_first_sentence_with_a_number(slug: str) -> None:
    answer = shared_bot().answer(slug)
    short = in_short(answer)
    assert len(short) <= LONGEST
    assert short.split()[0] == answer.text.split()[0]
    assert "\n" not in short
    assert "**" not in short


def test_a_number_that_would_need_its_label_gives_way_to_the_runs_that_were_counted() -> None:
    bot = shared_bot()
    speaks, needs = bot.answer("feature-scaling"), bot.answer("linear-regression-neuron")
    measured = figure(speaks, speaks.claims[0])
    assert measured is not None
    assert in_short(speaks).endswith(f" learn what raw inputs do not ({measured.value}).")
    assert in_short(needs).endswith(f" (true in {needs.claims[0].replicas_true} of 32 runs).")
    assert "computes w·x + b," in in_short(needs), "formulas are text"
