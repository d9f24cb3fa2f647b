"""Seeding the working calendar: the `holidays` package proposes, the decisions known to us correct it.

After seeding the table is the truth: days an agency changed by hand are never touched. (norms §5.1-5.2)
"""

from collections.abc import Iterable
from datetime import date

import holidays
from django.db import transaction

from units.models import CalendarDay

# Swaps decided for the year, which the package lacks or does not expose as working days.
_SWAPPED = {date(2026, 1, 2): "12729/VPCP-KGVX"}
_MAKEUP = {
    date(2024, 5, 4): "Làm bù cho ngày 29/4/2024",
    date(2025, 4, 26): "Làm bù cho ngày 02/5/2025",
    date(2026, 1, 10): "Làm bù cho ngày 02/01/2026",
    date(2026, 8, 22): "Làm bù cho ngày 31/8/2026",
}
# Tết and National Day are fixed by a yearly decision; beyond this year the package guesses.
LAST_DECIDED_YEAR = 2026
_CULTURE_DAY = (11, 24)
_BASIS = "Bộ luật Lao động 45/2019/QH14, Điều 112"


def proposed(year: int) -> list[CalendarDay]:
    """The days of one year that differ from the week's rule, not saved."""
    found: dict[date, CalendarDay] = {}
    for day, name in sorted(holidays.country_holidays("VN", years=year, language="vi").items()):
        if day.year != year:
            continue
        observed = "nghỉ bù" in name.lower() or "thay cho" in name.lower()
        # No substitute day for 24/11: NQ 28/2026/QH16 names the day alone.
        if observed and "Văn hóa" in name:
            continue
        swapped = "thay cho" in name.lower()
        kind = CalendarDay.Kind.HOLIDAY
        if observed:
            kind = CalendarDay.Kind.SWAPPED if swapped else CalendarDay.Kind.SUBSTITUTE
        basis = "NQ 28/2026/QH16, Điều 2" if (day.month, day.day) == _CULTURE_DAY else _BASIS
        # The first of January is no guess.
        moves = (
            "Tết" in name.replace("Tết Dương lịch", "")
            or "Nguyên Đán" in name
            or "Quốc khánh" in name
            or observed
        )
        found[day] = CalendarDay(
            day=day, kind=kind, name=name, basis=basis, provisional=moves and year > LAST_DECIDED_YEAR
        )
    for day, basis in _SWAPPED.items():
        if day.year == year:
            found[day] = CalendarDay(
                day=day, kind=CalendarDay.Kind.SWAPPED, name="Nghỉ hoán đổi", basis=basis
            )
    for day, name in _MAKEUP.items():
        if day.year == year:
            found[day] = CalendarDay(day=day, kind=CalendarDay.Kind.MAKEUP, name=name)
    return list(found.values())


def is_decided(year: int) -> bool:
    """Whether the days off of a year are those somebody decided on: none is missing, none is guessed."""
    days = CalendarDay.objects.common().filter(day__year=year)
    return days.exists() and not days.filter(provisional=True).exists()


# The decision of the Prime Minister comes between October and December (norms 5.2); into February it may still be owed.
_ASKED_FROM, _ASKED_UNTIL = (12, 1), 2


def undecided_year(on: date) -> int | None:
    """The year whose decision on days off is to be entered now: asked for from the first of December before it."""
    year = on.year + 1 if (on.month, on.day) >= _ASKED_FROM else on.year
    if (year == on.year and on.month > _ASKED_UNTIL) or is_decided(year):
        return None
    return year


@transaction.atomic
def seed(years: Iterable[int]) -> int:
    """Writes the proposed days of years that have none yet; returns how many."""
    written = 0
    for year in sorted(set(years)):
        if not CalendarDay.objects.common().filter(day__year=year).exists():
            written += len(CalendarDay.objects.bulk_create(proposed(year)))
    return written
