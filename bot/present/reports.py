"""A check, and what learners left behind, as other programs read them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from bot.answers.checks import Report
from bot.answers.checks.report import Counted
from bot.present import report_shapes as shapes
from bot.store import Store


def checked(report: Report, advice: Mapping[str, Sequence[str]], without_points: Sequence[str]) -> shapes.CheckReport:
    """The result of a check, with remarks on form by entry, and the entries that have no points yet."""
    return shapes.CheckReport(
        ok=not report.faults, faults=[shapes.FaultShown(**asdict(fault)) for fault in report.faults],
        checked=[shapes.CheckedShown(**asdict(one)) for one in report.checked],
        claims=[_counted(one) for one in report.counted],
        without_points=list(without_points), advice={entry: list(remarks) for entry, remarks in advice.items()},
    )


def _counted(one: Counted) -> shapes.ClaimCounted:
    control = None
    if one.control_true is not None:
        control = shapes.ControlCounted(against=one.against, true=one.control_true)
    return shapes.ClaimCounted(entry=one.entry, claim=one.claim, kind=one.kind, says=one.says, true=one.true,
                               seeds=one.seeds, control=control)


def feedback_of(store: Store, most: int) -> shapes.Feedback:
    """What learners said of the answers; at most `most` unhelpful ones and as many picks. `StoreError` where the store
    cannot be read."""
    thumbs = store.thumbs()
    good = Counter(thumb.entry for thumb in thumbs if thumb.good)
    bad = Counter(thumb.entry for thumb in thumbs if not thumb.good)
    entries = sorted(good | bad, key=lambda entry: (good[entry] - bad[entry], entry))
    return shapes.Feedback(
        entries=[shapes.HelpCounted(entry=entry, helped=good[entry], did_not=bad[entry]) for entry in entries],
        did_not_help=[shapes.Unhelpful(**asdict(thumb)) for thumb in thumbs if not thumb.good][:most],
        picked=[shapes.PickShown(**asdict(pick)) for pick in store.picks(most)],
    )
