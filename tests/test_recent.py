"""What was made last is kept, by use, and all who make the same thing at once have one of them."""

from concurrent.futures import ThreadPoolExecutor

from bot.content.recent import Recent, RecentOf


def test_the_last_used_are_kept() -> None:
    recent: Recent[str] = Recent(2)
    recent.keep("a", "A")
    recent.keep("b", "B")
    assert recent.find("a") == "A"
    recent.keep("c", "C")
    assert [recent.find(key) for key in "abc"] == ["A", None, "C"]


def test_the_first_that_is_kept_stays() -> None:
    recent: Recent[list[int]] = Recent(2)
    first = recent.keep("a", [1])
    assert recent.keep("a", [2]) is first


def test_what_another_made_is_forgotten() -> None:
    recent: RecentOf[str] = RecentOf(2)
    first, second = object(), object()
    recent.by(first).keep("a", "A")
    assert recent.by(first).find("a") == "A"
    assert recent.by(second).find("a") is None
    assert recent.by(first).find("a") is None


def test_many_threads_have_the_same_thing() -> None:
    recent: Recent[object] = Recent(8)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: (n % 4, recent.keep(n % 4, object())), range(400)))
    assert len({(key, id(thing)) for key, thing in found}) == 4
