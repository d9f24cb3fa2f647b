"""Counting across reorganisations: by the unit of today, and by the unit first given the task."""

import pytest
from django.test import Client
from django.urls import reverse

from tasks.models import Task
from tasks.summaries import sum_of, unit_rows
from tests.cast import TODAY
from tests.tracker.merged_department import Department, merger
from tracker.reorganisation import record_or_carry_out
from tracker.reorganisation.counting import rows_by_first_unit, rows_by_present_unit
from units.models import CalendarDay

pytestmark = pytest.mark.django_db


def rows_of(found: list) -> dict[str, tuple[int, int]]:
    return {row.label: (row.partition.everything, row.partition.done) for row in found}


def test_counts_by_first_unit_are_those_before_and_by_present_unit_their_sum(department: Department) -> None:
    calendar = CalendarDay.objects.as_calendar()
    before = unit_rows(Task.objects.all(), TODAY, calendar)
    record_or_carry_out(merger(department.cast), by=department.cast.lan)
    first, merged = rows_by_first_unit(Task.objects.all(), TODAY, calendar)
    present, _ = rows_by_present_unit(Task.objects.all(), TODAY, calendar)
    assert rows_of(first) == rows_of(before)
    old = rows_of(before)
    new = rows_of(present)
    one, two = old.pop("Chi nhánh Bình Sơn"), old.pop("Chi nhánh An Phú")
    assert new.pop("CN Bình Phú") == (one[0] + two[0] - merged, one[1] + two[1])
    assert new == old
    assert sum_of(first).everything == sum_of(present).everything + merged


def test_the_plan_shows_both_ways_once_lead_units_have_changed(
    department: Department, client: Client
) -> None:
    cast = department.cast
    client.force_login(cast.lan)
    url = reverse("plan", args=[cast.plan.pk])
    assert "Đơn vị được giao ban đầu" not in client.get(url, {"xem": "don-vi"}).content.decode()
    record_or_carry_out(merger(cast), by=cast.lan)
    present = client.get(url, {"xem": "don-vi"}).content.decode()
    first = client.get(url, {"xem": "don-vi", "theo": "ban-dau"}).content.decode()
    assert "Chi nhánh Bình Phú" in present and "Chi nhánh Bình Sơn" not in present
    assert "Chi nhánh Bình Sơn" in first and "Chi nhánh Bình Phú" not in first
    assert "01 phần việc đã nhập" in first
