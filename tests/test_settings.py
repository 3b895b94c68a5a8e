"""A setting is read, bounded and written alike wherever it is met."""

from typing import Any

import pytest
from known import BOT

from bot.content.settings import Setting, SettingError, setting_of, settings_of, written
from bot.present.downloads import file_name
from bot.present.forum import settings_text
from bot.present.headline import headline
from bot.present.permalinks import link_at, link_of
from bot.present.recordings import settings as in_recording
from bot.service import Bot
from bot.surfaces.web import tables
from sims.engine.registry import find, names

TEXT = "0,1|1;1,1|0"  # rows of one's own, the one setting that takes text
EVERY = [pytest.param(setting, id=f"{name}.{setting.name}")
         for name in names() for setting in settings_of(find(name).params).values()]


@pytest.fixture(scope="module")
def bot() -> Bot:
    return BOT


@pytest.mark.parametrize("setting", EVERY)
def test_the_form_of_links_is_read_back_as_the_same_value(setting: Setting) -> None:
    values = setting.values or ((setting.default, TEXT) if setting.low is None else (setting.default, setting.low,
                                                                                     setting.high))
    for value in map(setting.parse, values):
        again = setting.parse(written(value))
        assert (again, type(again)) == (value, type(value))


@pytest.mark.parametrize(("experiment", "name", "value", "learners", "machines"), [
    ("coffee_roasting", "activation", "leaky_relu", "leaky ReLU", "leaky_relu"),
    ("coffee_roasting", "steps", 1500, "1,500", "1500"),
    ("coffee_roasting", "learning_rate", 0.1, "0.1", "0.1"),
    ("learning_rate", "raw_inputs", True, "on", "true"),
    ("learning_rate", "raw_inputs", False, "off", "false"),
    ("feature_scaling", "scaling", "zero_to_one", "zero to one", "zero_to_one"),
])
def test_a_value_has_a_form_for_learners_and_one_for_machines(experiment: str, name: str, value: Any, learners: str,
                                                              machines: str) -> None:
    setting = setting_of(find(experiment).params, name)
    assert (setting.format(value), written(value)) == (learners, machines)


def test_the_unit_stands_where_title_and_number_do_not_tell_it() -> None:
    sizes, steps = (setting_of(find(n).params, name) for n, name in (("batch_size", "batch_size"), ("xor", "steps")))
    assert (sizes.label, sizes.with_unit(10)) == ("Batch size (examples)", "10 examples")
    assert (steps.label, steps.with_unit(10)) == ("Training steps", "10")


@pytest.mark.parametrize("value", ["99", 0, "many", "nan", None])
def test_what_a_setting_does_not_take_is_refused_with_what_it_takes(value: Any) -> None:
    hidden = setting_of(find("coffee_roasting").params, "hidden")
    with pytest.raises(SettingError, match=r"hidden \(hidden units\) cannot be .*: it takes a whole number from 1"):
        hidden.parse(value)


def test_a_setting_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(SettingError, match="no setting 'neurons' here; there are: hidden"):
        setting_of(find("coffee_roasting").params, "neurons")


def test_a_switch_is_on_wherever_people_read_it_and_true_in_links(bot: Bot) -> None:
    answer = bot.answer("learning-rate", {"raw_inputs": True})
    assert settings_text(answer).endswith("raw inputs = on")
    assert "raw inputs = on" in headline(answer)
    assert ("raw inputs", "on") in in_recording(answer.run)
    control = next(control for control in tables.settings(answer) if control.name == "raw_inputs")
    assert (control.value, control.shown, control.options, control.labels) == (
        "true", "on", ("true", "false"), ("on", "off"))
    assert link_of(answer).settings == "raw_inputs=true"


def test_a_link_names_what_differs_from_the_entry_and_no_more(bot: Bot) -> None:
    entry = bot.entry("coffee-roasting")
    own = bot.answer(entry.slug)
    assert link_of(own).is_own
    assert link_of(own).settings == ""
    other = link_at(entry, {"hidden": 2}, entry.seed + 1)
    assert not other.is_own
    assert other.settings == f"hidden=2&seed={entry.seed + 1}"
    assert other.query() == f"entry=coffee-roasting&hidden=2&seed={entry.seed + 1}"
    assert file_name(other, "gif") == f"coffee-roasting-hidden-2-seed-{entry.seed + 1}.gif"
