"""A reorganisation and somebody else at once: one after the other, nothing lost, nothing half moved."""

from collections.abc import Callable

import pytest
from django.db import connection

from tasks import actions, ledger
from tasks.models import Task
from tests.cast import Cast
from tests.concurrency.test_races import again, collide, race, verbs
from tests.tracker.merged_department import merger
from tracker.reorganisation import moves_of, record_or_carry_out
from units.models import Reorganisation, Unit

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="needs PostgreSQL: SQLite has one writer at a time"
    ),
]


def test_two_people_reorganise_the_same_units_and_only_one_does(cast: Cast) -> None:
    task = cast.task("NV01", cast.cn1)
    proposal = merger(cast)
    seen = moves_of(proposal).fingerprint(proposal)

    def act() -> Reorganisation:
        return record_or_carry_out(proposal, by=cast.lan, seen=seen)

    one, two = race(act, act)
    assert one.answer is not None
    assert "chấm dứt hoạt động" in two.words
    assert Reorganisation.objects.count() == Unit.objects.filter(code="CN12").count() == 1
    assert verbs(task) == ["assign", "hand_over"]


@pytest.mark.parametrize("verb", ["accept", "submit", "discontinue"])
def test_somebody_acts_on_a_task_while_it_is_about_to_move(cast: Cast, verb: str) -> None:
    """What was seen is no longer so: the reorganisation is to be looked at again, and nothing has moved."""
    task = cast.task("NV01", cast.cn1)
    acts: dict[str, Callable[[], object]] = {
        "accept": lambda: actions.accept(task, by=cast.tu),
        "submit": lambda: actions.submit(task, by=cast.tu, text="Xong"),
        "discontinue": lambda: actions.discontinue(
            task, by=cast.lan, reason="x", decision=ledger.Decision(decided_by="Trần Thị Hòa", how="phone")
        ),
    }
    proposal = merger(cast)
    seen = moves_of(proposal).fingerprint(proposal)
    _, two = race(acts[verb], lambda: record_or_carry_out(proposal, by=cast.lan, seen=seen))
    assert "đã thay đổi từ lúc xem trước" in two.words
    assert again(task).lead_unit == cast.cn1
    assert not Reorganisation.objects.exists()


def test_the_old_head_comes_second_and_is_told(cast: Cast) -> None:
    """His role ended with the day before; what he typed is refused in words, not lost in an error."""
    task = cast.task("NV01", cast.cn1)
    proposal = merger(cast)
    _, two = race(
        lambda: record_or_carry_out(proposal, by=cast.lan), lambda: actions.accept(task, by=cast.mai)
    )
    assert two.words
    assert again(task).lead_unit.code == "CN12"
    assert ledger.first_broken(again(task)) is None


def test_acts_on_orders_and_parts_and_the_merger_of_their_units_never_wait_for_each_other(cast: Cast) -> None:
    order = cast.task("NV01", lead_group=cast.branches)
    parts = [order.children.get(lead_unit=unit) for unit in (cast.cn1, cast.cn2)]
    collide(
        lambda: record_or_carry_out(merger(cast), by=cast.lan),
        lambda: actions.submit(parts[0], by=cast.lan, text="Xong"),
        lambda: actions.submit(parts[1], by=cast.lan, text="Xong"),
        lambda: actions.direct(order, by=cast.hoa, text="Khẩn trương"),
    )
    assert not Task.objects.open().filter(lead_unit__in=[cast.cn1, cast.cn2]).exists()
    assert all(ledger.first_broken(task) is None for task in Task.objects.all())
