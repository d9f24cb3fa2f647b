"""Pages of the organisation and of staff accounts, as people use them."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import TODAY, Cast
from units.actions import save_member
from units.models import AccountCheck, AccountKind, StaffMember

pytestmark = pytest.mark.django_db


@pytest.fixture
def vneid(db: None) -> AccountKind:
    return AccountKind.objects.create(
        code="vneid-2",
        name="Tài khoản định danh điện tử mức độ 2",
        short_name="VNeID mức 2",
        counts_when="activated",
    )


def staff(cast: Cast, count: int) -> list[StaffMember]:
    return [
        save_member(StaffMember(code=f"PTD-{n}", full_name=f"Nguyễn Văn {n}", unit=cast.ptd))
        for n in range(count)
    ]


def test_a_unit_is_found_without_typing_accents(cast: Cast, client: Client) -> None:
    client.force_login(cast.minh)
    page = client.get(reverse("units"), {"q": "dat dai"}).content.decode()
    assert "Phòng Quản lý đất đai" in page and "Đoàn Thanh niên" not in page


def test_the_organisation_is_listed_in_its_own_order(cast: Cast, client: Client) -> None:
    client.force_login(cast.minh)
    rows = client.get(reverse("units")).context["rows"]
    places = [row["unit"].tree_start for row in rows]
    assert len(places) > 3 and places == sorted(places)


def test_those_still_missing_an_account_are_offered_first(
    cast: Cast, client: Client, vneid: AccountKind
) -> None:
    held, _, late = staff(cast, 3)
    client.force_login(cast.minh)
    for member in (held, late):
        AccountCheck.objects.create(
            member=member,
            kind=vneid,
            state="activated",
            checked_on=TODAY,
            source="list",
            recorded_by=cast.minh,
        )
    page = client.get(reverse("coverage_unit", args=[cast.ptd.pk]))
    names = [str(label) for _, label in page.context["form"].fields["members"].widget.choices]
    assert names == ["Nguyễn Văn 1 (còn thiếu)", "Nguyễn Văn 0", "Nguyễn Văn 2"]


def test_the_head_marks_several_people_at_once(cast: Cast, client: Client, vneid: AccountKind) -> None:
    people = staff(cast, 3)
    client.force_login(cast.minh)
    response = client.post(
        reverse("check_accounts", args=[cast.ptd.pk]),
        {
            "members": [people[0].pk, people[1].pk],
            "kind": vneid.pk,
            "state": "activated",
            "checked_on": "13/10/2026",
        },
    )
    assert response.status_code == 302
    page = client.get(response["Location"]).content.decode()
    assert "Đã hoàn tất 2/3 người" in page


def test_not_yet_without_a_reason_saves_nothing_and_keeps_what_was_typed(
    cast: Cast, client: Client, vneid: AccountKind
) -> None:
    people = staff(cast, 1)
    client.force_login(cast.minh)
    response = client.post(
        reverse("check_accounts", args=[cast.ptd.pk]),
        {"members": [people[0].pk], "kind": vneid.pk, "state": "not_yet", "checked_on": "12/10/2026"},
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "Hãy ghi lý do chưa kích hoạt." in page and 'value="12/10/2026"' in page
    assert not AccountCheck.objects.exists()


@pytest.mark.parametrize("day", ["31/02/2026", "14/10/2026", "01/01/1999"])
def test_an_impossible_or_future_day_is_refused(
    cast: Cast, client: Client, vneid: AccountKind, day: str
) -> None:
    people = staff(cast, 1)
    client.force_login(cast.minh)
    response = client.post(
        reverse("check_accounts", args=[cast.ptd.pk]),
        {"members": [people[0].pk], "kind": vneid.pk, "state": "activated", "checked_on": day},
    )
    assert response.status_code == 422 and not AccountCheck.objects.exists()


def test_the_board_asks_the_same_number_of_questions_for_few_and_many(
    cast: Cast, client: Client, vneid: AccountKind, django_assert_max_num_queries: object
) -> None:
    staff(cast, 40)
    client.force_login(cast.hoa)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get(reverse("coverage"))


def test_changes_are_posted_never_got(cast: Cast, client: Client) -> None:
    client.force_login(cast.minh)
    assert client.get(reverse("check_accounts", args=[cast.ptd.pk])).status_code == 405
