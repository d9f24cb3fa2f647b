"""The seeded working calendar gives the golden dates of the norms, and never overwrites what an agency set."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from core.deadlines import effective_end, parse
from units.calendar import seed
from units.models import CalendarDay

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar(db: None):  # type: ignore[no-untyped-def]
    seed([2023, 2024, 2025, 2026, 2027])
    return CalendarDay.objects.as_calendar()


@pytest.mark.parametrize(
    ("phrase", "nominal", "effective"),
    [
        ("trước ngày 30/4/2023", date(2023, 4, 29), date(2023, 5, 4)),
        ("trước ngày 30/5/2023", date(2023, 5, 29), date(2023, 5, 29)),
        ("10/4/2023", date(2023, 4, 10), date(2023, 4, 10)),
        ("02/01/2026", date(2026, 1, 2), date(2026, 1, 5)),
        ("10/01/2026", date(2026, 1, 10), date(2026, 1, 10)),
        ("31/8/2026", date(2026, 8, 31), date(2026, 9, 3)),
        ("22/8/2026", date(2026, 8, 22), date(2026, 8, 22)),
        ("24/11/2026", date(2026, 11, 24), date(2026, 11, 25)),
        ("15/02/2026", date(2026, 2, 15), date(2026, 2, 23)),
        ("trong tháng 4/2023", date(2023, 4, 30), date(2023, 5, 4)),
    ],
)
def test_golden_dates(calendar, phrase: str, nominal: date, effective: date) -> None:  # type: ignore[no-untyped-def]
    deadline = parse(phrase)
    assert deadline.nominal == nominal
    assert effective_end(deadline.nominal, calendar) == effective
    assert effective_end(deadline.nominal, calendar, shift=False) == nominal


def test_a_day_the_agency_set_is_never_touched(calendar) -> None:  # type: ignore[no-untyped-def]
    CalendarDay.objects.filter(day=date(2026, 9, 2)).update(name="Quốc khánh của cơ quan")
    assert seed([2026]) == 0
    assert CalendarDay.objects.get(day=date(2026, 9, 2)).name == "Quốc khánh của cơ quan"


def test_tet_of_a_year_without_decision_is_provisional(calendar) -> None:  # type: ignore[no-untyped-def]
    assert CalendarDay.objects.filter(day__year=2027, provisional=True).exists()
    assert not CalendarDay.objects.filter(day__year=2026, provisional=True).exists()


def test_the_day_of_culture_has_no_substitute(db: None) -> None:
    seed([2029])  # 24/11/2029 is a Saturday
    assert not CalendarDay.objects.filter(day__in=[date(2029, 11, 26), date(2029, 11, 25)]).exists()


def test_the_command_fills_the_years_around_today_and_repeats_harmlessly(db: None) -> None:
    call_command("seed_calendar")
    first = CalendarDay.objects.count()
    call_command("seed_calendar")
    assert first > 20 and CalendarDay.objects.count() == first
    with pytest.raises(CommandError, match="từ 2000 đến 2100"):
        call_command("seed_calendar", "1999")
