"""What is in force on a day follows from links and dates alone."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from plans.lineage import Days, Force, Lineage, Link

DAYS = st.dates(date(2022, 1, 1), date(2026, 12, 31))
MAYBE = st.none() | DAYS


@st.composite
def webs(draw: st.DrawFn) -> Lineage[int]:
    """Up to eight documents, any dates, any links, circles among them too."""
    size = draw(st.integers(1, 8))
    days = {each: Days(draw(MAYBE), draw(MAYBE)) for each in range(size)}
    ends = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(
        lambda pair: pair[0] != pair[1]
    )
    kinds = st.sampled_from(["replaces", "amends", "based_on"])
    links = draw(
        st.lists(st.builds(lambda pair, kind: Link(*pair, kind), ends, kinds), max_size=12, unique=True)
    )
    return Lineage(days, links)


@given(webs(), st.data())
def test_what_is_replaced_on_a_day_is_not_in_force_on_it(web: Lineage[int], data: st.DataObject) -> None:
    document, day = data.draw(st.sampled_from(sorted(web.days))), data.draw(DAYS)
    found, replaced = web.on(document, day), web.replaced(document)
    gone = replaced is not None and replaced[0] <= day
    assert (found.force == Force.REPLACED) == gone
    if found.force == Force.IN_FORCE:
        starts = web.days[document].starts
        assert starts is not None and starts <= day and found.since == starts


@given(webs(), st.data())
def test_what_was_replaced_stays_replaced_by_the_same_document(
    web: Lineage[int], data: st.DataObject
) -> None:
    document, day = data.draw(st.sampled_from(sorted(web.days))), data.draw(DAYS)
    later = day + timedelta(days=data.draw(st.integers(0, 2000)))
    first = web.on(document, day)
    if first.force == Force.REPLACED:
        assert web.on(document, later) == first


@given(st.lists(DAYS, min_size=1, max_size=8, unique=True), DAYS)
def test_of_a_chain_of_replacements_exactly_one_is_in_force_once_the_first_is(
    starts: list[date], day: date
) -> None:
    starts.sort()
    days = {place: Days(issued=start) for place, start in enumerate(starts)}
    chain = Lineage(days, [Link(place + 1, place, "replaces") for place in range(len(starts) - 1)])
    standing = [place for place in days if chain.on(place, day).force == Force.IN_FORCE]
    reached = [place for place, start in enumerate(starts) if start <= day]
    assert standing == reached[-1:]


@given(DAYS, DAYS, DAYS)
def test_an_amendment_keeps_both_in_force(old: date, new: date, day: date) -> None:
    both = Lineage({"old": Days(old), "new": Days(new)}, [Link("new", "old", "amends")])
    assert (both.on("old", day).force == Force.IN_FORCE) == (old <= day)
    assert (both.on("new", day).force == Force.IN_FORCE) == (new <= day)
    if old <= day:
        assert both.on("old", day).amended_by == (("new",) if new <= day else ())


@given(webs(), st.booleans(), st.data())
def test_a_chain_names_everything_connected_once_and_ends_in_circles_too(
    web: Lineage[int], upwards: bool, data: st.DataObject
) -> None:
    document = data.draw(st.sampled_from(sorted(web.days)))
    found = [key for _depth, _kind, key in web.chain(document, upwards=upwards)]
    assert len(found) == len(set(found)) and document not in found
    back = [key for key in web.days if document in {k for _d, _k, k in web.chain(key, upwards=not upwards)}]
    assert set(found) == set(back)


def test_a_notice_in_effect_before_its_signature_displaces_only_once_it_is_signed() -> None:
    """Seed 000: signed 08/11/2023, in effect from 11/10/2023, instead of a notice of 06/10/2023."""
    notices = Lineage(
        {"304": Days(issued=date(2023, 10, 6)), "480": Days(date(2023, 11, 8), date(2023, 10, 11))},
        [Link("480", "304", "replaces")],
    )
    assert notices.on("480", date(2023, 10, 11)).force == Force.IN_FORCE
    assert notices.on("304", date(2023, 11, 7)).force == Force.IN_FORCE
    assert notices.on("304", date(2023, 11, 8)).by == "480"
    assert notices.on("480", date(2023, 10, 10)).force == Force.NOT_YET


def test_a_draft_without_any_day_replaces_nothing_and_is_not_in_force() -> None:
    """Seed 004: neither number nor day."""
    web = Lineage({"old": Days(date(2025, 1, 2)), "draft": Days()}, [Link("draft", "old", "replaces")])
    assert web.on("old", date(2026, 1, 1)).force == Force.IN_FORCE
    assert web.on("draft", date(2026, 1, 1)).force == Force.NOT_YET


def test_a_successor_replaced_before_it_took_effect_hands_its_place_on() -> None:
    web = Lineage(
        {"a": Days(date(2025, 1, 1)), "b": Days(date(2025, 6, 1)), "c": Days(date(2025, 3, 1))},
        [Link("b", "a", "replaces"), Link("c", "b", "replaces")],
    )
    assert web.on("a", date(2025, 3, 1)).by == "c"
    assert web.on("b", date(2025, 7, 1)).force == Force.REPLACED


def test_a_circle_is_named_from_end_to_end() -> None:
    web = Lineage({}, [Link("c", "b", "replaces"), Link("b", "a", "replaces"), Link("a", "c", "based_on")])
    assert web.circle("a", "c", "replaces") == ["c", "b", "a"]
    assert web.circle("c", "a", "replaces") is None
    assert web.circle("a", "c", "amends") is None
