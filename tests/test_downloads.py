"""Files to take away: each of its kind, from the command line and by name."""

import json
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from bot.present import downloads, recordings
from bot.present.permalinks import Permalink
from bot.service import Bot, shared_bot
from bot.surfaces.cli.export import KINDS
from bot.surfaces.cli.main import main
from sims.engine.network import Network, outputs


@pytest.fixture(scope="module")
def bot() -> Bot:
    return shared_bot()


def export(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["export", "run", *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_each_format_is_written_to_a_file_of_its_kind(tmp_path: Path) -> None:
    for kind, begins in {"png": b"\x89PNG", "svg": b"<svg", "json": b"{"}.items():
        file = tmp_path / f"a.{kind}"
        code, said = export("xor", "--as", kind, "--out", str(file))
        assert code == 0, said
        assert f"Wrote {file}" in said
        assert file.read_bytes().startswith(begins)
    assert Image.open(BytesIO((tmp_path / "a.png").read_bytes())).width == 1280


def test_settings_seed_and_theme_are_those_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, said = export("xor", "--as", "code", "--set", "hidden=3", "--seed", "7")
    assert code == 0, said
    text = (tmp_path / "xor-hidden-3-seed-7.py").read_text(encoding="utf-8")
    assert "SEED, STEPS, RATE = 7" in text
    assert "(2, 3, 1)" in text
    assert export("xor", "--as", "png", "--theme", "dark")[0] == 0
    corner = Image.open(BytesIO((tmp_path / "xor.png").read_bytes())).convert("RGB").getpixel((2, 2))
    assert np.abs(np.array(corner) - (0x11, 0x15, 0x1D)).max() < 8


def test_the_file_can_be_printed() -> None:
    code, said = export("xor", "--as", "json", "--out", "-")
    assert code == 0
    assert json.loads(said)["experiment"] == "xor"


@pytest.mark.parametrize(("arguments", "says"), [
    (["superposition", "--as", "code"], "steps of its own"), (["xor"], "--as"), (["xor", "--as", "pdf"], "pdf"),
    (["xr", "--as", "svg"], "did you mean"), (["xor", "--as", "svg", "--set", "hidden=99"], "whole number"),
    (["xor", "--as", "svg", "--out", "/nowhere/at/all.svg"], "cannot be written"),
])
def test_bad_input_gets_one_clear_line(arguments: list[str], says: str) -> None:
    code, said = export(*arguments)
    assert code in (1, 2)
    assert says in said
    assert "Traceback" not in said


def test_the_recording_as_json_is_the_run(bot: Bot) -> None:
    run = bot.answer("coffee-roasting").run
    sent = json.loads(json.dumps(recordings.as_json(run), allow_nan=False))
    assert sent["settings"] == run.params.model_dump()
    assert [axis["unit"] for axis in sent["inputs"]] == ["°C", "min"]
    assert len(sent["frames"]) == len(run.shown.frames)
    last = sent["frames"][-1]
    network = Network(tuple(sent["network"]["sizes"]), tuple(sent["network"]["activations"]))
    weights = [np.array([layer], np.float32) for layer in last["weights"]]
    inputs = np.array([[axis["values"] for axis in sent["inputs"]]], np.float32)
    own = outputs(network, [layer[:1] for layer in run.shown.weights], run.shown.data.inputs[:1].astype(np.float32))
    np.testing.assert_allclose(outputs(network, weights, inputs), own, atol=1e-6)
    assert last["loss"] == pytest.approx(float(run.shown.loss[0]))
    real = [axis["offset"] + axis["scale"] * value for axis in sent["inputs"][:1] for value in axis["values"]]
    assert 150 <= min(real) < max(real) <= 285


def test_a_run_that_diverged_is_still_json(bot: Bot) -> None:
    sent = recordings.as_json(bot.answer("nan-loss").run)
    assert sent["diverged_at"] > 0
    json.dumps(sent, allow_nan=False)


def test_what_a_run_does_not_have_is_not_offered(bot: Bot) -> None:
    assert downloads.offered(bot.answer("xor").run) == tuple(downloads.FORMATS) == KINDS
    assert "code" not in downloads.offered(bot.answer("superposition").run)
    assert not {"gif", "webp", "code"} & set(downloads.offered(bot.answer("what-is-activation").run))


def test_every_format_makes_what_its_type_says(bot: Bot) -> None:
    answer = bot.answer("what-is-activation")
    for kind, form in downloads.FORMATS.items():
        if kind != "code":
            made = form.make(answer, "light")
            if form.mime != "image/svg+xml" and form.mime.startswith("image/"):
                assert Image.open(BytesIO(made)).get_format_mimetype() == form.mime


def test_a_file_is_named_after_its_answer_and_what_was_changed() -> None:
    assert downloads.file_name(Permalink(entry="xor"), "card") == "xor.card.png"
    link = Permalink(entry="xor", params={"hidden": 3, "shown": "without / labels", "rate": 0.5}, seed=7)
    assert downloads.file_name(link, "code") == "xor-hidden-3-shown-without---labels-rate-0.5-seed-7.py"
