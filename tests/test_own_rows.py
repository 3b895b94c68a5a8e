"""A learner's own rows: read, written, trained on, and kept out of links."""

import numpy as np
import pytest
from pydantic import ValidationError

from sims.engine.experiment import perform
from sims.engine.general.rows import Rows, read_rows, write_rows
from sims.engine.general.settings import NetworkParams, linkable
from sims.your_network import EXPERIMENT

OWN = "age,height|sex;20,1.8|m;30,1.7|f;40,1.9|m;25,1.6|f"


def test_own_rows_are_what_is_trained_on() -> None:
    run = perform(EXPERIMENT, NetworkParams(data="own", own=OWN, scaling="standardised", epochs=200), replicas=4)
    assert [axis.name for axis in run.shown.data.axes] == ["age", "height"]
    np.testing.assert_array_equal(run.shown.data.targets[0, 0], [1, 0, 1, 0])
    assert (run.metrics.solved == 1).all()
    one_hot = perform(EXPERIMENT, NetworkParams(data="own", own="0|1,0,0;1|0,1,0;2|0,0,1", output="softmax",
                                                  loss="cross_entropy", epochs=1), replicas=1)
    assert one_hot.shown.network.sizes == (1, 4, 3)


def test_own_rows_survive_writing_and_reading() -> None:
    rows = read_rows(OWN)
    again = read_rows(write_rows(rows))
    np.testing.assert_array_equal(again.inputs, rows.inputs)
    np.testing.assert_array_equal(again.targets, rows.targets)
    assert (again.names, again.words) == (("age", "height"), ("f", "m"))
    odd = Rows(np.array([[1.5]]), np.array([[2.0]]), ("2019",), ("a;b|c,d",))
    assert read_rows(write_rows(odd)).names == ("column 2019",)
    assert read_rows(write_rows(odd)).target_names == ("a b c d",)


@pytest.mark.parametrize(("own", "says"), [
    ("", "no rows"), ("a,b|c", "no rows"), ("1,2", "no bar"), ("1,2|3;1|3", "row 2"), ("1,x|3;1,2|3", "'x'"),
    ("1,nan|3", "'nan'"), ("1|1;" * 1001, "at most 1000"), (",".join("1" * 17) + "|1", "1 to 16"),
    ("1|" + "a" * 400_000, "too long"), (";".join(f"{k}|c{k}" for k in range(11)), "11 different words"),
])
def test_rows_that_cannot_be_used_say_why(own: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        NetworkParams(own=own)


def test_a_link_holds_own_rows_only_where_that_is_asked_for_and_they_are_few() -> None:
    params = NetworkParams(data="own", own=OWN, hidden1=2)
    assert linkable(params) == {"data": "own", "hidden1": 2}
    assert linkable(params, with_own_rows=True)["own"] == OWN
    many = NetworkParams(data="own", own=";".join(f"{k},1|{k % 2}" for k in range(500)))
    assert "own" not in linkable(many, with_own_rows=True)
