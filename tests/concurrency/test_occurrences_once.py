"""Two workers open the occurrences of one day at once: each period becomes one task."""

from datetime import date

import pytest
from django.db import connection

from core.deadlines import DeadlineKind
from tasks.actions import open_occurrences
from tasks.models import Task
from tests.cast import TODAY, Cast
from tests.concurrency.test_races import race

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="needs PostgreSQL: SQLite has one writer at a time"
    ),
]


def test_the_second_worker_finds_what_the_first_has_made(cast: Cast) -> None:
    order = cast.task(
        code="DK01", phrase="hằng tuần", nominal_end=None, assigned_on=TODAY,
        deadline_kind=DeadlineKind.RECURRING,
    )  # fmt: skip
    day = date(2026, 10, 30)
    first, second = race(lambda: open_occurrences(day), lambda: open_occurrences(day))
    assert (first.answer, second.answer) == (3, 0)
    keys = Task.objects.filter(duty__task=order).values_list("period_key", flat=True)
    assert sorted(keys) == ["2026-W42", "2026-W43", "2026-W44", "2026-W45"]
