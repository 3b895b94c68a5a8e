"""Work off the event loop: made once, for as many as wait, not for nobody, and never awaited without end."""

import asyncio
from collections.abc import Callable
from threading import Event

import pytest

from bot import service
from bot.answers.runs import STOPPED, GivenUp, Runs, unwanted
from bot.surfaces.web import work
from bot.surfaces.web.work import Busy, Memo, Workshop
from sims.engine.experiment import drain
from sims.engine.registry import find

COFFEE = find("coffee_roasting").params(steps=40)


def waiting_for(event: Event, then: str) -> Callable[[], str]:
    def make() -> str:
        assert event.wait(600)
        return then

    return make


def test_who_goes_away_does_not_take_the_work_from_others() -> None:
    async def scene() -> str:
        memo: Memo[str] = Memo(4)
        go, shop = Event(), Workshop("test", 1, 9)
        first = asyncio.create_task(memo.get("key", waiting_for(go, "made"), shop))
        second = asyncio.create_task(memo.get("key", waiting_for(go, "again"), shop))
        await asyncio.sleep(0)
        first.cancel()
        go.set()
        return await second

    assert asyncio.run(scene()) == "made"


def test_what_nobody_waits_for_is_stopped_or_not_begun() -> None:
    stopped, begun = Event(), []

    async def scene() -> str:
        memo: Memo[str] = Memo(4)
        started, shop = Event(), Workshop("test", 1, 9)

        def long() -> str:
            started.set()
            while not unwanted.get()():
                pass
            stopped.set()
            raise GivenUp(STOPPED)

        running = asyncio.create_task(memo.get("running", long, shop))
        queued = asyncio.create_task(memo.get("queued", lambda: begun.append(1) or "queued", shop))
        await asyncio.to_thread(started.wait, 600)
        queued.cancel()
        running.cancel()
        await asyncio.to_thread(stopped.wait, 600)
        return await memo.get("running", lambda: "anew", shop)

    assert asyncio.run(scene()) == "anew"
    assert stopped.is_set()
    assert begun == []


def test_a_failure_is_not_remembered() -> None:
    async def scene() -> str:
        memo: Memo[str] = Memo(4)
        shop = Workshop("test", 1, 9)
        with pytest.raises(ValueError, match="first"):
            await memo.get("key", lambda: (_ for _ in ()).throw(ValueError("first")), shop)
        return await memo.get("key", lambda: "second", shop)

    assert asyncio.run(scene()) == "second"


def test_one_too_many_is_refused_and_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "PATIENCE", 0.05)

    async def scene() -> None:
        go, shop = Event(), Workshop("test", 1, 2)
        tasks = [asyncio.create_task(shop.do(waiting_for(go, "late"))) for _ in range(3)]
        found = await asyncio.gather(*tasks, return_exceptions=True)
        go.set()
        assert [type(one) for one in found] == [Busy] * 3

    asyncio.run(scene())


def test_one_training_serves_all_who_ask_for_it_meanwhile() -> None:
    runs = Runs()
    first, second = (runs.running("coffee_roasting", COFFEE, 3) for _ in range(2))
    frame = next(first)
    assert next(second) is frame, "the second shows how far the first is"
    run = drain(first)
    assert drain(second) is run
    assert drain(runs.running("coffee_roasting", COFFEE, 3)) is run
    assert drain(runs.running("coffee_roasting", COFFEE, 4)) is not run


def test_where_the_first_stops_the_next_trains() -> None:
    runs = Runs()
    first, second = (runs.running("coffee_roasting", COFFEE, 3) for _ in range(2))
    next(first)
    next(second)
    first.close()
    assert drain(second).seed == 3


def test_where_the_first_stands_still_the_next_does_not_wait_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.answers.runs.PATIENCE", 0.1)
    runs = Runs()
    first, second = (runs.running("coffee_roasting", COFFEE, 3) for _ in range(2))
    next(first)
    assert drain(second).seed == 3
    first.close()


def test_a_training_goes_on_for_others_although_nobody_waits_for_its_own() -> None:
    runs, alone = Runs(), [False]
    token = unwanted.set(lambda: alone[0])
    try:
        first, second = (runs.running("coffee_roasting", COFFEE, 3) for _ in range(2))
        next(first)
        next(second)
        alone[0] = True
        next(first)
        second.close()
        with pytest.raises(GivenUp):
            next(first)
    finally:
        unwanted.reset(token)


@pytest.mark.parametrize(("earlier", "read"), [
    ([], 0), (["why?"] * 100, service.MOST_EARLIER), (["a" * 3000] * 20, 6), (["a" * 30_000, "why?"], 1),
])
def test_of_a_conversation_the_latest_questions_are_read(earlier: list[str], read: int) -> None:
    assert service._latest(earlier) == earlier[len(earlier) - read :]


def test_the_last_used_runs_are_kept() -> None:
    runs = Runs(most=2)
    for seed in (1, 2, 1, 3):
        drain(runs.running("coffee_roasting", COFFEE, seed))
    assert [runs.ready("coffee_roasting", COFFEE, seed) is not None for seed in (1, 2, 3)] == [True, False, True]


def test_what_would_not_be_there_in_time_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> Busy:
        go, shop = Event(), Workshop("test", 1, 99, seconds=400.0)
        first, second = (asyncio.create_task(shop.do(waiting_for(go, "made"))) for _ in range(2))
        await asyncio.sleep(0)
        with pytest.raises(Busy) as refused:
            await shop.do(lambda: "too late")
        go.set()
        assert await asyncio.gather(first, second) == ["made", "made"]
        assert shop.expected == 0
        return refused.value

    assert asyncio.run(scene()).headers == {"Retry-After": "60"}


def test_how_long_things_take_is_learnt() -> None:
    shop = Workshop("test", 1, 99, seconds=1000.0)

    async def scene() -> float:
        for _ in range(50):
            await shop.do(lambda: "at once")
        go = Event()
        last = asyncio.create_task(shop.do(waiting_for(go, "made")))
        await asyncio.sleep(0)
        expected = shop.expected
        go.set()
        await last
        return expected

    assert asyncio.run(scene()) < 500
