"""The working calendar of Viet Nam as decided for 2023 and 2026, written out by hand from the decisions."""

from datetime import date

from core.workdays import WorkCalendar

_OFF_2023 = [(1, 2), (1, 20), (1, 23), (1, 24), (1, 25), (1, 26), (5, 1), (5, 2), (5, 3), (9, 1), (9, 4)]
_OFF_2026 = [
    *[(1, 1), (1, 2)],
    *[(2, 16), (2, 17), (2, 18), (2, 19), (2, 20)],
    *[(4, 27), (4, 30), (5, 1)],
    *[(8, 31), (9, 1), (9, 2)],
    *[(11, 24)],
]

VIETNAM = WorkCalendar(
    off=frozenset({date(2023, 4, 29), date(2023, 4, 30)})
    | frozenset(date(2023, month, day) for month, day in _OFF_2023)
    | frozenset(date(2026, month, day) for month, day in _OFF_2026),
    working=frozenset({date(2026, 1, 10), date(2026, 8, 22)}),
)
