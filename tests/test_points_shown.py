"""Points wherever an answer is met: found by the matcher, said first, and at an address of their own."""

import json
import re
from collections.abc import Iterator
from html import unescape

import pytest
from click.testing import CliRunner
from known import ENTRIES
from starlette.testclient import TestClient

from bot.answers.points import ALSO_ASKED, TO_YOUR_POINT
from bot.content.entries import KNOWLEDGE
from bot.matching import BestMatcher, artefacts, encoders, read_outside
from bot.matching.artefacts import read, thresholds
from bot.matching.asks import KnownVectors, known_vectors, texts_of
from bot.matching.encoders import Remembering
from bot.matching.points import PointMatcher
from bot.notebook import Asked, ask, forget
from bot.present.composed import compose_reply
from bot.present.forum import reply
from bot.service import Bot, shared_bot
from bot.surfaces.cli.main import main
from bot.surfaces.notebook.written import markdown_of
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings

ASKED = "false negatives cost us 8 times as much as false positives, which equation gives the threshold?"
EXACT = next(one.title for one in ENTRIES["threshold-0.5"].points if one.id == "equal-costs")  # at settings of its own
GENERAL = ("what does the batch size change", "softmax vs sigmoid?", "Why the threshold 0.5?")


@pytest.fixture(scope="module")
def bot() -> Bot:
    return shared_bot()


@pytest.fixture(scope="module")
def client(bot: Bot) -> Iterator[TestClient]:
    settings = WebSettings(public_url="https://neurons.example.org", chat_url="")
    with TestClient(alone(bot, settings), follow_redirects=False) as found:
        yield found


def output_of(*arguments: str) -> str:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize(("question", "slug", "point"), [
    (ASKED, "threshold-0.5", "cut-from-the-costs"),
    ("how often do the weights change per epoch with 5000 rows and batches of 50", "batch-size", "how-many-updates"),
    ("binary or categorical cross entropy after a softmax?", "sigmoid-vs-softmax", "which-loss"),
])
def test_a_question_that_nobody_wrote_down_finds_its_point(bot: Bot, question: str, slug: str, point: str) -> None:
    assert all(question not in one.asks for one in ENTRIES[slug].points)
    assert bot.point(question, ENTRIES[slug]) == point


@pytest.mark.parametrize("question", GENERAL)
def test_a_question_for_the_topic_gets_no_point(bot: Bot, question: str) -> None:
    found = bot.understand(question)
    assert found.slug is not None
    assert found.point is None


@pytest.mark.slow
def test_the_title_of_a_point_is_its_question(bot: Bot) -> None:
    for entry in ENTRIES.values():
        for point in entry.points:
            found = bot.understand(point.title)
            assert (found.slug, found.point) == (entry.slug, point.id)


def test_a_long_post_is_searched_sentence_by_sentence(bot: Bot) -> None:
    story = "I train a small network on the records of our library, to guess who brings books back late. It works. "
    assert bot.point(story * 3 + ASKED + " Thank you all.", ENTRIES["threshold-0.5"]) == "cut-from-the-costs"


@pytest.mark.parametrize(("slug", "point", "told", "asked"), [
    ("bias-term", "half-at-the-origin", "I build a network for logic gates, with numbers from a lecture. Without "
     "biases my network says 0.5 for [0, 0]. I trained it for an hour.", "Does anybody here have an idea?"),
    ("dropout", "validation-better", "Validation score above the training score\nI added dropout to my network for "
     "bread photos, and now validation is better in each epoch.", "Should I worry, or can I go on with my thesis?"),
])
def test_what_is_told_finds_the_point_where_the_question_alone_does_not(
    bot: Bot, slug: str, point: str, told: str, asked: str
) -> None:
    assert bot.point(f"{told}\n{asked}", ENTRIES[slug]) == point
    assert bot.point(asked, ENTRIES[slug]) is None
    assert bot.near_points(f"{told}\n{asked}", ENTRIES[slug])[0] == point, "near ones come from the same parts"


TWO = ("I predict frost for an orchard with a network that ends in a sigmoid. A missed frost costs us 8 times as much "
       "as a false alarm. Where do I cut the probability if a miss costs 8 times as much? And does the network learn "
       "the threshold by itself?")


def test_a_post_that_asks_two_points_gets_both_in_its_order(bot: Bot, client: TestClient) -> None:
    reply = bot.understand(TWO)
    assert (reply.slug, reply.points) == ("threshold-0.5", ("cut-from-the-costs", "who-sets-it"))
    assert not {one.id for one in reply.closest} & set(reply.points)
    first, second = TWO[: TWO.index("Where")], TWO[TWO.index("Where"):].split("? ")
    turned = bot.understand(f"{first}{second[1].removeprefix('And ').capitalize()} {second[0]}?")
    assert turned.points == ("who-sets-it", "cut-from-the-costs")
    found = client.post("/api/ask", json={"question": TWO}).json()
    assert [one["id"] for one in found["points"]] == list(reply.points)
    assert found["point"] == found["points"][0]
    lines = output_of("ask", TWO).split("\n")
    said = next(number for number, line in enumerate(lines) if line.startswith(TO_YOUR_POINT))
    assert said <= 4, "nothing but how the question was read, and the title, stands before it"
    assert lines[said + 2] == f"{ALSO_ASKED} {found['points'][1]['asks']} {found['points'][1]['says']}"
    text = compose_reply(TWO, bot).canned.markdown
    assert text.index(TO_YOUR_POINT) < text.index(ALSO_ASKED)


def test_points_of_two_entries_are_both_said(bot: Bot) -> None:
    post = ("Hello all. I am writing my first network in plain numpy, about plant growth in our greenhouse. It has "
            "four inputs, six hidden units and one output.\n"
            "Is there one bias per unit, or one for the whole layer?\n"
            "With L2 regularisation, is the bias penalised like the weights?")
    reply = bot.understand(post)
    assert (reply.slug, reply.points) == ("bias-term", ("one-per-unit-or-per-layer",))
    assert [(one.slug, one.points) for one in reply.further] == [("regularization", ("biases-too",))]


@pytest.mark.parametrize("question", [
    ASKED, "Do we need the bias per unit? Is it one per unit or one for the whole layer?"])
def test_one_point_is_said_once(bot: Bot, question: str) -> None:
    assert len(bot.understand(question).points) == 1


def test_points_are_found_without_minilm(bot: Bot) -> None:
    def missing() -> encoders.Encoder:
        raise encoders.EncoderUnavailable("no weights")

    entries = tuple(ENTRIES.values())
    matcher = BestMatcher(entries, read_outside(KNOWLEDGE / "outside.toml"), None, large=missing, points=entries)
    found = matcher.points.find("binary or categorical cross entropy after a softmax?", [ENTRIES["sigmoid-vs-softmax"]])
    assert [one.id for one in found] == ["which-loss"]
    assert matcher.points_asked("what does it do", ENTRIES["threshold-0.5"]).sure == ()


def test_a_point_that_nothing_was_shipped_for_is_found_all_the_same(bot: Bot) -> None:
    entry = ENTRIES["threshold-0.5"]
    fresh = entry.point("tie-at-half")
    assert fresh is not None
    changed = entry.model_copy(update={"points": tuple(
        point.model_copy(update={"says": "It never matters at all."}) if point is fresh else point
        for point in entry.points)})
    spaces = bot.matcher.points.spaces_of(changed)
    assert encoders.minilm().name not in spaces, "its vectors are not known yet, and nothing waits for them"
    assert [one.id for one in bot.matcher.points.find(fresh.title, [changed])] == ["tie-at-half"]


def test_once_warm_the_first_question_to_an_entry_makes_nothing_of_its_points(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> encoders.Encoder:
        raise encoders.EncoderUnavailable("no weights")

    entry = ENTRIES["threshold-0.5"]
    outside = read_outside(KNOWLEDGE / "outside.toml")
    matcher = BestMatcher(tuple(ENTRIES.values()), outside, None, large=missing, points=[entry])
    matcher.wait()
    assert matcher.is_settled
    monkeypatch.setattr(PointMatcher, "spaces_of", None)  # whoever makes a space now fails
    title = entry.points[0].title
    assert matcher.points_asked(title, entry).sure == (entry.points[0].id,)


def test_what_is_shipped_knows_every_point() -> None:
    texts = [text for entry in ENTRIES.values() for text in texts_of(entry.points)]
    fitted = read(artefacts.SHIPPED)
    stale = [entry.slug for entry in ENTRIES.values() if not fitted.asks.knows(texts_of(entry.points))]
    assert fitted.asks.knows(texts), f"run scripts/fit_points.py: {', '.join(stale)} changed"
    assert (artefacts.SHIPPED / artefacts.POINTS).stat().st_size < 900 * len(texts) + 4000, "4 MB for 700 points"
    assert 0.2 <= thresholds().point < 1


def test_known_vectors_are_those_that_were_given() -> None:
    vectors = encoders.small().encode(["one", "two", "three"])
    known = known_vectors(["one", "two", "three"], vectors)
    assert float((known.of(["three", "one"]) * vectors[[2, 0]]).sum()) > 1.98
    assert known.knows(["two"])
    assert not known.knows(["two", "four"])
    assert not KnownVectors().knows(["one"])


def test_an_encoder_remembers_its_last_texts() -> None:
    seen: list[str] = []

    class Counting:
        name, dim = "small", encoders.small().dim

        def encode(self, texts: list[str]) -> encoders.Vectors:
            seen.extend(texts)
            return encoders.small().encode(texts)

    remembering = Remembering(Counting(), most=2)  # type: ignore[arg-type]
    first = remembering.encode(["a b", "c d", "a b"])
    assert (remembering.encode(["c d"]) == first[1]).all()
    assert seen == ["a b", "c d"]
    remembering.encode(["e f"])
    remembering.encode(["a b"])
    assert seen == ["a b", "c d", "e f", "a b"]


def test_the_command_line_says_the_point_first() -> None:
    lines = output_of("ask", ASKED).split("\n")
    assert lines[0] == ENTRIES["threshold-0.5"].title
    assert lines[2].startswith(f"{TO_YOUR_POINT} Cut at")
    found = json.loads(output_of("ask", ASKED, "--json"))
    assert found["point"]["id"] == "cut-from-the-costs"
    assert found["point"]["asks"] == ENTRIES["threshold-0.5"].points[0].title
    assert lines[2].endswith(found["point"]["says"])
    assert json.loads(output_of("ask", GENERAL[0], "--json"))["point"] is None


def test_the_point_brings_its_settings_unless_the_learner_names_some(bot: Bot) -> None:
    found = json.loads(output_of("ask", EXACT, "--json"))
    assert (found["point"]["id"], found["params"]["cost"]) == ("equal-costs", 1)
    own = json.loads(output_of("ask", EXACT, "--json", "--set", "hidden=2"))
    assert (own["params"]["cost"], own["params"]["hidden"], own["point"]) == (5, 2, None), "this run does not show it"
    first = bot.understand(EXACT)
    after = bot.understand("Does the network learn the threshold?", [EXACT])
    assert dict(first.changes) == {"cost": 1}
    assert (after.point, dict(after.changes)) == ("who-sets-it", {})


def test_a_follow_up_that_tells_more_than_settings_gets_its_point(bot: Bot) -> None:
    first = bot.entry("matrix-shapes").title
    told = bot.understand("so if the first layer has 4 neurons and the next 2, is W2 (2, 4) and b2 (2, 1)?", [first])
    assert told.point == "which-number-comes-first"
    brief = bot.understand("and with 2 neurons?", [first])
    assert brief.changes == {"hidden": 2}
    assert brief.point is None


def test_entries_list_their_points(client: TestClient) -> None:
    rows = {row["entry"]: row for row in json.loads(output_of("entries", "--json"))}
    assert {"id": "equal-costs", "asks": EXACT} in rows["threshold-0.5"]["points"]
    assert client.get("/api/entries").json() == list(rows.values())
    whole = client.get("/api/entries/threshold-0.5").json()["points"]
    [equal] = [point for point in whole if point["id"] == "equal-costs"]
    assert (equal["params"], equal["holds"][:9]) == ({"cost": 1}, "cost_best")


def test_the_api_carries_the_point(client: TestClient) -> None:
    assert client.post("/api/ask", json={"question": ASKED}).json()["point"]["id"] == "cut-from-the-costs"
    matched = client.post("/api/match", json={"question": EXACT}).json()
    assert (matched["point"], matched["params"]) == ({"id": "equal-costs", "asks": EXACT}, {"cost": 1})
    assert matched["points"] == [matched["point"]]
    both = client.post("/api/match", json={"question": TWO}).json()
    assert [one["id"] for one in both["points"]] == ["cut-from-the-costs", "who-sets-it"]
    assert both["point"] == both["points"][0]
    none = client.post("/api/match", json={"question": GENERAL[0]}).json()
    assert (none["point"], none["points"]) == (None, [])


def test_a_page_has_its_points_at_their_addresses(client: TestClient, bot: Bot) -> None:
    page = client.get("/e/threshold-0.5").text
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)), "an address names one thing"
    assert {point.id for point in ENTRIES["threshold-0.5"].points} <= set(ids)
    assert "What people also ask here" in page
    assert 'href="/e/threshold-0.5?cost=1.0#equal-costs"' in page
    assert "Then 0.5 is about as good as any cut" not in page, "this run does not show it"
    there = unescape(client.get("/e/threshold-0.5?cost=1.0").text)
    assert "Then 0.5 is about as good as any cut" in there
    told = bot.answer("threshold-0.5", {"cost": 1}).point("equal-costs")
    assert told is not None
    assert told.says is not None
    assert told.says in there
    assert f'<details data-about="output"><summary>{EXACT}' in there


def test_a_page_tells_search_engines_its_points(client: TestClient) -> None:
    page = client.get("/e/batch-size").text
    data = json.loads(re.findall(r'ld\+json">(.*?)</script>', page, re.DOTALL)[0])
    found = {part["name"]: part for part in data["hasPart"]}
    question = found["Must the batch size be a power of 2?"]
    assert question["url"] == "https://neurons.example.org/e/batch-size#power-of-two"
    assert question["acceptedAnswer"]["text"].startswith("No. Nothing in the mathematics asks for it")
    assert "hasPart" not in client.get("/e/dead-relu").text or ENTRIES["dead-relu"].points
    beside = client.get("/e/batch-size.json").json()["points"]
    assert {"id", "asks", "says", "params"} == set(beside[0])


def test_a_page_with_points_is_light(client: TestClient) -> None:
    for slug in ("threshold-0.5", "sigmoid-vs-softmax"):
        assert len(client.get(f"/e/{slug}").content) <= 75_000


def test_the_search_finds_points(bot: Bot) -> None:
    hit = bot.lookup.search("must the batch size be a power of 2")[0]
    assert (hit.slug, hit.point) == ("batch-size", "power-of-two")
    assert bot.lookup.search("dropout")[0].point is None


def test_a_notebook_says_the_point_first() -> None:
    forget()
    found = ask(ASKED)
    assert isinstance(found, Asked)
    assert found.point is not None
    text = markdown_of(found.answer, found.reply, found.bot.entries, None)
    assert text.index(f"**{TO_YOUR_POINT}** Cut at") < text.index(found.answer.paragraphs[0])
    assert f"{TO_YOUR_POINT} Cut at" in repr(found)
    assert "What people also ask here" in text
    assert "ask('Why the threshold 0.5?', cost=1)" in text
    forget()
    general = ask(GENERAL[0])
    assert isinstance(general, Asked)
    assert general.point is None


def test_a_forum_reply_begins_with_the_point_and_its_address(bot: Bot) -> None:
    base = "https://ask.example.org"
    composed = compose_reply(ASKED, bot, base).canned
    first = composed.markdown.split("\n\n")[0]
    assert first.startswith(f"**{TO_YOUR_POINT}** Cut at")
    assert first.endswith(f"([link]({base}/e/threshold-0.5#cut-from-the-costs))")
    assert "$" not in first
    assert TO_YOUR_POINT not in compose_reply(GENERAL[0], bot, base).canned.markdown
    told = bot.answer("threshold-0.5", {"cost": 1}).point("equal-costs")
    assert told is not None
    assert "?cost=1.0#equal-costs)" in reply(bot.answer("threshold-0.5", {"cost": 1}), base, [told]).markdown
    assert "#" not in reply(bot.answer("threshold-0.5", {"cost": 1}), "", [told]).markdown.split("\n\n")[0]


@pytest.mark.parametrize("start", ["Not true:", "No", "Yes", "It ", "They "])
def test_what_leans_on_its_question_has_it_before_it(bot: Bot, start: str) -> None:
    """"No, ..." alone could be taken for a reply to the learner's own words, which may ask the reverse."""
    entry, point = next((entry, point) for entry in ENTRIES.values() for point in entry.points
                        if point.says.startswith(start) and not point.needs_run)
    answer = bot.answer(entry.slug)
    told = answer.point(point.id)
    assert told is not None
    assert told.opening == f"{point.title} {told.says}"
    assert f"**{TO_YOUR_POINT}** {point.title[:20]}" in reply(answer, points=[told]).markdown


def test_a_page_marks_what_leans_on_its_question(client: TestClient) -> None:
    page = client.get("/e/batch-size").text
    assert 'id="power-of-two" data-leans>' in page  # "No. Nothing in ..."
    assert 'id="cut-from-the-costs">' in client.get("/e/threshold-0.5").text


def test_what_stands_by_itself_is_said_at_once(bot: Bot) -> None:
    told = bot.answer("threshold-0.5").point("cut-from-the-costs")
    assert told is not None
    assert told.opening == told.says


@pytest.mark.parametrize("question", ["", " ", "<script></script>", "</script><script>go()</script>", "\x00"])
def test_what_has_no_words_asks_no_point(question: str) -> None:
    bot = shared_bot()
    asked = bot.points_asked(question, bot.entry("xor"))
    assert (asked.sure, asked.closest) == ((), ())
