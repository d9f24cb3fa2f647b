"""The verbs of the working calendar. Whoever composes apps works out the deadlines that hang on a day (`tracker`)."""

from django.core.exceptions import ValidationError
from django.db import transaction

from core.changes import acting
from units.actions import RuleBroken
from units.agency import keeps_catalogues
from units.models import CalendarDay, User

NOT_THEIRS = "Chỉ quản trị hệ thống và Văn phòng của cơ quan mới sửa lịch làm việc chung."
EARLIEST, LATEST = 2000, 2100


def _check(by: User) -> None:
    if not keeps_catalogues(by):
        raise RuleBroken(NOT_THEIRS)


@transaction.atomic
def save_day(day: CalendarDay, *, by: User) -> CalendarDay:
    """Writes a day that differs from the week's rule. A decision needs its paper; what is decided is no guess."""
    _check(by)
    if not EARLIEST <= day.day.year <= LATEST:
        raise RuleBroken({"day": f"Ngày phải từ năm {EARLIEST} đến {LATEST}."})
    if day.kind == CalendarDay.Kind.MAKEUP and day.day.weekday() < 5:
        raise RuleBroken({"day": "Ngày làm bù phải là thứ Bảy hoặc Chủ nhật."})
    if day.kind in (CalendarDay.Kind.SWAPPED, CalendarDay.Kind.AGENCY) and day.day.weekday() >= 5:
        raise RuleBroken({"day": "Ngày này vốn là ngày nghỉ cuối tuần; không cần ghi nghỉ hoán đổi."})
    if day.kind in (CalendarDay.Kind.SWAPPED, CalendarDay.Kind.MAKEUP) and not day.basis.strip():
        raise RuleBroken({"basis": "Hãy ghi số, ký hiệu văn bản quyết định hoán đổi, làm bù."})
    try:
        day.full_clean()
    except ValidationError as error:
        raise RuleBroken(error.message_dict) from error
    with acting(by):
        day.save()
    return day


@transaction.atomic
def remove_day(day: CalendarDay, *, by: User) -> None:
    _check(by)
    with acting(by):
        CalendarDay.objects.filter(pk=day.pk).delete()


@transaction.atomic
def decide_year(year: int, *, by: User, basis: str) -> int:
    """The yearly decision has come and the guessed days stand in it: they are guesses no more; how many."""
    _check(by)
    if not basis.strip():
        raise RuleBroken({"basis": "Hãy ghi số, ký hiệu, ngày của quyết định."})
    guessed = CalendarDay.objects.common().filter(day__year=year, provisional=True)
    with acting(by):
        return guessed.update(provisional=False, basis=basis.strip())
