"""Where somebody served and as what is kept day by day, however the roster is changed."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from units.actions import save_member
from units.models import ServiceSpell, StaffMember
from units.reorganising import move_staff

pytestmark = pytest.mark.django_db


def spells(member: StaffMember) -> list[tuple[str, str, date | None, date | None]]:
    rows = ServiceSpell.objects.filter(member=member).order_by("pk")
    return [(row.unit.code, row.employment, row.since, row.until) for row in rows]


@pytest.fixture
def member(cast: Cast) -> StaffMember:
    someone = StaffMember(
        code="CB-900", unit=cast.vpdk, full_name="Nguyễn Thị Lụa", joined_on=date(2024, 3, 1)
    )
    return save_member(someone)


def test_a_person_on_the_roster_serves_from_the_day_they_came(cast: Cast, member: StaffMember) -> None:
    assert spells(member) == [(cast.vpdk.code, "working", date(2024, 3, 1), None)]


def test_a_transfer_ends_one_spell_and_begins_the_next_on_the_same_day(
    cast: Cast, member: StaffMember
) -> None:
    member.unit = cast.vp
    save_member(member, since=date(2026, 9, 1), paper="QĐ 12/QĐ-SNNMT")

    assert spells(member) == [
        (cast.vpdk.code, "working", date(2024, 3, 1), date(2026, 9, 1)),
        (cast.vp.code, "working", date(2026, 9, 1), None),
    ]


def test_saving_what_did_not_change_makes_no_spell(cast: Cast, member: StaffMember) -> None:
    member.position = "Chuyên viên chính"
    save_member(member)

    assert len(spells(member)) == 1


def test_a_change_dated_to_the_first_day_corrects_the_spell(cast: Cast, member: StaffMember) -> None:
    member.employment = StaffMember.Employment.CONTRACT
    save_member(member, since=date(2024, 3, 1))

    assert spells(member) == [(cast.vpdk.code, "contract", date(2024, 3, 1), None)]


def test_who_leaves_serves_up_to_that_day_and_may_come_back(cast: Cast, member: StaffMember) -> None:
    member.left_on, member.employment = date(2026, 6, 1), StaffMember.Employment.LEFT
    save_member(member)
    assert spells(member) == [(cast.vpdk.code, "working", date(2024, 3, 1), date(2026, 6, 1))]

    member.left_on, member.employment = None, StaffMember.Employment.WORKING
    save_member(member, since=date(2026, 8, 1))
    assert spells(member)[1:] == [(cast.vpdk.code, "working", date(2026, 8, 1), None)]


def test_a_reorganisation_moves_everybody_and_keeps_where_they_were(cast: Cast, member: StaffMember) -> None:
    assert move_staff([member.pk], cast.vp, date(2026, 10, 1), paper="QĐ 01") == 1

    assert spells(member) == [
        (cast.vpdk.code, "working", date(2024, 3, 1), date(2026, 10, 1)),
        (cast.vp.code, "working", date(2026, 10, 1), None),
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.dates(date(2024, 1, 1), date(2026, 10, 1)), st.booleans(), st.booleans()), max_size=6
    )
)
def test_spells_never_overlap_and_the_open_one_says_what_the_roster_says(
    cast: Cast, changes: list[tuple[date, bool, bool]]
) -> None:
    someone = StaffMember(code="CB-901", unit=cast.vpdk, full_name="Trần Văn An", joined_on=date(2024, 3, 1))
    save_member(someone)
    try:
        for since, at_office, contract in changes:
            someone.unit = cast.vp if at_office else cast.vpdk
            someone.employment = "contract" if contract else "working"
            save_member(someone, since=since)
        found = list(ServiceSpell.objects.filter(member=someone))
        assert [s.since for s in found] == sorted(s.since for s in found if s.since)
        assert all(a.until is not None and a.until <= b.since for a, b in pairwise(found))
        last = found[-1]
        assert (last.until, last.unit_id, last.employment) == (None, someone.unit_id, someone.employment)
    finally:
        someone.delete()
