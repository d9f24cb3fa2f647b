"""Account coverage: who is counted, and what counts."""

from datetime import date

import pytest

from tests.cast import TODAY, Cast
from units.actions import RuleBroken, record_check, save_member
from units.coverage import by_unit, total
from units.models import AccountKind, StaffMember, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def vneid(db: None) -> AccountKind:
    return AccountKind.objects.create(
        code="vneid-2", name="Tài khoản định danh điện tử mức độ 2", counts_when="activated"
    )


def member(cast: Cast, code: str, **fields: object) -> StaffMember:
    return save_member(StaffMember(code=code, full_name=f"Nguyễn Văn {code}", unit=cast.ptd, **fields))


def check(cast: Cast, someone: StaffMember, kind: AccountKind, state: str, **fields: object) -> None:
    record_check(someone, kind, by=cast.minh, state=state, **({"checked_on": TODAY} | fields))


def exempt(cast: Cast, someone: StaffMember, kind: AccountKind) -> None:
    """By the office, which keeps the agency's roster, from an official list."""
    record_check(
        someone,
        kind,
        by=cast.lan,
        state="exempt",
        checked_on=TODAY,
        source="list",
        reason="Đang ở nước ngoài",
    )


def row(cast: Cast, kind: AccountKind, on: date = TODAY) -> tuple[int, int, int]:
    count = by_unit([cast.ptd], on)[1][0].kinds[kind.pk]
    return count.held, count.required, count.exempt


def test_issued_is_not_activated(cast: Cast, vneid: AccountKind) -> None:
    check(cast, member(cast, "A"), vneid, "issued")
    check(cast, member(cast, "B"), vneid, "activated")
    assert row(cast, vneid) == (1, 2, 0)


def test_the_latest_check_stands_and_a_past_day_keeps_its_own(cast: Cast, vneid: AccountKind) -> None:
    someone = member(cast, "A")
    check(cast, someone, vneid, "not_yet", reason="Chờ trả thẻ", checked_on=date(2026, 10, 1))
    check(cast, someone, vneid, "activated", checked_on=date(2026, 10, 10))
    assert row(cast, vneid) == (1, 1, 0)
    assert row(cast, vneid, date(2026, 10, 5)) == (0, 1, 0)


def test_exempt_people_leave_the_denominator_visibly(cast: Cast, vneid: AccountKind) -> None:
    exempt(cast, member(cast, "A"), vneid)
    member(cast, "B")
    assert row(cast, vneid) == (0, 1, 1)


@pytest.mark.parametrize("employment", ["seconded_out", "maternity", "pre_retire", "retired", "left"])
def test_people_not_at_work_are_beside_the_count(cast: Cast, vneid: AccountKind, employment: str) -> None:
    member(cast, "A", employment=employment)
    assert row(cast, vneid) == (0, 0, 0)
    assert by_unit([cast.ptd], TODAY)[1][0].away == 1


def test_a_newcomer_reopens_the_gap(cast: Cast, vneid: AccountKind) -> None:
    check(cast, member(cast, "A"), vneid, "activated")
    member(cast, "B", joined_on=date(2026, 10, 12))
    assert row(cast, vneid) == (1, 2, 0)
    assert row(cast, vneid, date(2026, 10, 11))[1] == 1


def test_totals_are_sums(cast: Cast, vneid: AccountKind) -> None:
    member(cast, "A")
    rows = by_unit([cast.ptd, cast.vp], TODAY)[1]
    found = total(rows)
    assert found is not None and found.staff == 1


def test_not_yet_needs_a_reason_and_no_check_is_after_today(cast: Cast, vneid: AccountKind) -> None:
    someone = member(cast, "A")
    with pytest.raises(RuleBroken, match="lý do"):
        check(cast, someone, vneid, "not_yet")
    with pytest.raises(RuleBroken, match="sau hôm nay"):
        check(cast, someone, vneid, "activated", checked_on=date(2026, 10, 14))


def test_names_are_for_the_units_own_line_only(cast: Cast, vneid: AccountKind) -> None:
    member(cast, "A")

    def seen(user: User) -> int:
        return StaffMember.objects.visible_to(user).count()

    assert [seen(cast.minh), seen(cast.mai)] == [1, 1]
    assert [seen(cast.lan), seen(cast.hoa), seen(cast.tu), seen(cast.son)] == [0, 0, 0, 0]


def test_another_unit_cannot_record_a_check(cast: Cast, vneid: AccountKind) -> None:
    someone = member(cast, "A")
    with pytest.raises(RuleBroken, match="không có quyền"):
        record_check(someone, vneid, by=cast.tu, state="activated", checked_on=TODAY)
