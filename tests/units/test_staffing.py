"""People move, change status and leave; results are taken back: what was true of earlier days stays true."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import TODAY, Cast
from units.actions import RuleBroken, record_check, save_member
from units.coverage import by_unit
from units.models import AccountCheck, AccountKind, ServiceSpell, StaffMember, Unit, User
from units.staffing import change_service, withdraw_check

pytestmark = pytest.mark.django_db

SINCE = date(2026, 10, 5)


@pytest.fixture
def vneid(db: None) -> AccountKind:
    return AccountKind.objects.create(code="vneid-2", name="VNeID mức độ 2", counts_when="activated")


@pytest.fixture
def someone(cast: Cast, vneid: AccountKind) -> StaffMember:
    made = StaffMember(code="A", full_name="Nguyễn Thị Lụa", unit=cast.cn1, joined_on=date(2024, 3, 1))
    return save_member(made)


def counted(unit: Unit, on: date = TODAY) -> tuple[int, int, int]:
    """(at work, beside the count, hold every account)."""
    (row,) = by_unit([unit], on)[1]
    return row.staff, row.away, row.all_kinds.held


def test_a_transfer_is_counted_where_they_worked_each_day(cast: Cast, someone: StaffMember) -> None:
    change_service(someone, by=cast.tu, employment="working", since=SINCE, unit=cast.cn2, paper="QĐ 12")

    assert counted(cast.cn1, SINCE - timedelta(days=1)) == (1, 0, 0)
    assert counted(cast.cn2, SINCE - timedelta(days=1)) == (0, 0, 0)
    assert counted(cast.cn1, SINCE) == (0, 0, 0)
    assert counted(cast.cn2, SINCE) == (1, 0, 0)


def test_a_leave_takes_them_out_of_the_denominator_from_its_day(cast: Cast, someone: StaffMember) -> None:
    change_service(someone, by=cast.tu, employment="maternity", since=SINCE)

    assert counted(cast.cn1, SINCE - timedelta(days=1)) == (1, 0, 0)
    assert counted(cast.cn1, SINCE) == (0, 1, 0)


def test_who_retires_is_on_no_later_day(cast: Cast, someone: StaffMember) -> None:
    change_service(someone, by=cast.tu, employment="retired", since=SINCE, paper="QĐ 7/QĐ-SNNMT")

    assert counted(cast.cn1, SINCE - timedelta(days=1)) == (1, 0, 0)
    assert counted(cast.cn1, SINCE) == (0, 0, 0)
    assert StaffMember.objects.get(pk=someone.pk).left_on == SINCE
    ended = ServiceSpell.objects.get(member=someone)
    assert (ended.until, ended.leaving_paper) == (SINCE, "QĐ 7/QĐ-SNNMT")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"employment": "maternity", "since": TODAY + timedelta(days=1)}, "since"),
        ({"employment": "maternity", "since": date(2024, 2, 1)}, "since"),
        ({"employment": "working", "since": SINCE}, "employment"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    cast: Cast, someone: StaffMember, fields: dict, field: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        change_service(someone, by=cast.tu, **fields)
    assert list(refused.value.message_dict) == [field]


@pytest.mark.parametrize("person", ["minh", "lan", "hoa", "son", "stranger"])
def test_only_the_units_own_line_records_it(cast: Cast, someone: StaffMember, person: str) -> None:
    by: User = getattr(cast, person)
    with pytest.raises(RuleBroken, match="không có quyền"):
        change_service(someone, by=by, employment="maternity", since=SINCE)


def test_a_result_taken_back_counts_no_more_and_the_one_before_stands_again(
    cast: Cast, someone: StaffMember, vneid: AccountKind
) -> None:
    record_check(
        someone, vneid, by=cast.tu, state="not_yet", reason="Chờ trả thẻ", checked_on=date(2026, 10, 1)
    )
    wrong = record_check(someone, vneid, by=cast.tu, state="activated", checked_on=SINCE)
    assert counted(cast.cn1)[2] == 1

    withdraw_check(wrong, by=cast.tu, reason="Ghi nhầm người")

    assert counted(cast.cn1)[2] == 0
    assert AccountCheck.objects.count() == 2, "nothing is erased"
    with pytest.raises(RuleBroken, match="đã được rút lại"):
        withdraw_check(wrong, by=cast.tu, reason="Lần nữa")


def test_a_head_does_not_exempt(cast: Cast, someone: StaffMember, vneid: AccountKind) -> None:
    with pytest.raises(RuleBroken, match="Miễn chỉ do cơ quan"):
        record_check(someone, vneid, by=cast.tu, state="exempt", reason="Ở nước ngoài", checked_on=TODAY)


def test_the_head_does_both_on_the_page_of_the_unit(
    cast: Cast, someone: StaffMember, vneid: AccountKind, client: Client
) -> None:
    client.force_login(cast.tu)
    wrong = record_check(someone, vneid, by=cast.tu, state="activated", checked_on=SINCE)
    here = reverse("coverage_unit", args=[cast.cn1.pk])

    done = client.post(
        reverse("withdraw_check", args=[cast.cn1.pk]), {"check": wrong.pk, "reason": "Ghi nhầm"}, follow=True
    )
    assert "Đã rút lại kết quả" in done.content.decode()
    refused = client.post(
        reverse("change_service", args=[cast.cn1.pk]),
        {"member": someone.pk, "employment": "working", "unit": "", "since": "05/10/2026", "paper": ""},
    )
    assert refused.status_code == 422
    assert "chưa thay đổi" in refused.content.decode()
    done = client.post(
        reverse("change_service", args=[cast.cn1.pk]),
        {"member": someone.pk, "employment": "study", "unit": "", "since": "05/10/2026", "paper": "QĐ 12"},
        follow=True,
    )
    assert "Đã ghi thay đổi" in done.content.decode() and "QĐ 12" in client.get(here).content.decode()


def test_a_result_of_another_unit_cannot_be_named(
    cast: Cast, someone: StaffMember, vneid: AccountKind, client: Client
) -> None:
    other = save_member(StaffMember(code="B", full_name="Trần Văn Ba", unit=cast.cn2))
    theirs = record_check(other, vneid, by=User.objects.system(), state="activated", checked_on=SINCE)
    client.force_login(cast.tu)

    answer = client.post(reverse("withdraw_check", args=[cast.cn1.pk]), {"check": theirs.pk, "reason": "Thử"})

    assert answer.status_code == 422 and AccountCheck.objects.standing().count() == 1


STATUSES = ("working", "contract", "maternity", "seconded_out", "study")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.dates(date(2026, 9, 1), TODAY), st.booleans(), st.sampled_from(STATUSES)), max_size=5
    ),
    st.dates(date(2026, 8, 1), TODAY),
)
def test_on_any_day_a_person_is_counted_once_where_the_history_says(
    cast: Cast, changes: list[tuple[date, bool, str]], on: date
) -> None:
    someone = save_member(
        StaffMember(code="P", full_name="Lê Văn Tám", unit=cast.cn1, joined_on=date(2026, 8, 1))
    )
    expected = (cast.cn1, "working")
    try:
        for since, at_first, employment in sorted(changes, key=lambda each: each[0]):
            unit = cast.cn1 if at_first else cast.cn2
            try:
                change_service(
                    someone, by=User.objects.system(), employment=employment, since=since, unit=unit
                )
            except RuleBroken:
                continue
            if since <= on:
                expected = (unit, employment)
        for unit in (cast.cn1, cast.cn2):
            row = by_unit([unit], on)[1][0]
            here = unit == expected[0]
            at_work = expected[1] in StaffMember.COUNTED
            assert (row.staff, row.away) == (int(here and at_work), int(here and not at_work))
    finally:
        someone.delete()


def test_the_board_of_a_past_day_counts_who_worked_where_then(
    cast: Cast, someone: StaffMember, client: Client
) -> None:
    change_service(someone, by=cast.tu, employment="working", since=SINCE, unit=cast.cn2, paper="QĐ 12")
    client.force_login(cast.hoa)

    def board(**asked: str) -> list[str]:
        page = client.get(reverse("coverage"), asked)
        return [row["unit"].code for row in page.context["table"]]

    assert board() == [cast.cn2.code]
    assert board(ngay="04/10/2026") == [cast.cn1.code]
    wrong = client.get(reverse("coverage"), {"ngay": "31/02/2026"})
    assert wrong.status_code == 422 and [row["unit"].code for row in wrong.context["table"]] == [
        cast.cn2.code
    ]
    assert client.get(reverse("coverage"), {"ngay": "01/01/2027"}).status_code == 422
    assert client.get(reverse("coverage_export"), {"ngay": "04/10/2026"}).status_code == 200
