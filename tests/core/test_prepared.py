"""A prepared question answers as its queryset does, for any values, and keeps nothing but its words."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, QuerySet
from django.test.utils import CaptureQueriesContext

from core.prepared import prepared
from tests.cast import LONG_AGO, Cast, make_user
from units.models import RoleGrant, Unit, User
from units.permissions import Role, within

pytestmark = pytest.mark.django_db


@prepared
def people_of(pks: Any) -> QuerySet[Any]:
    return User.objects.filter(pk__in=pks).order_by("username").values_list("username", flat=True)


@prepared
def grants_on(user: Any, on: Any) -> QuerySet[Any]:
    return (
        RoleGrant.objects.filter(user=user).valid_on(on).select_related("unit", "granted_by").order_by("pk")
    )


@prepared
def units_within(ranges: Any, *, downwards: bool) -> QuerySet[Any]:
    order = "tree_start" if downwards else "-tree_start"
    return Unit.objects.filter(within("", ranges)).order_by(order).values_list("code", "name")


def test_it_reads_objects_as_the_queryset_does(cast: Cast) -> None:
    (asked,) = grants_on(cast.minh.pk, date(2026, 10, 13))
    (found,) = RoleGrant.objects.filter(user=cast.minh).select_related("unit", "granted_by")
    assert (asked, asked.valid_from, asked.role) == (found, LONG_AGO, Role.UNIT_HEAD)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert (asked.unit, asked.unit.name, asked.granted_by) == (cast.ptd, "Phòng Quản lý đất đai", None)
    assert not queries, "what it points to came along"
    asked.valid_to = date(2026, 12, 31)
    asked.save()
    assert RoleGrant.objects.get(pk=asked.pk).valid_to == date(2026, 12, 31)


def test_every_time_it_answers_for_the_values_it_is_given(cast: Cast) -> None:
    assert people_of((cast.minh.pk, cast.lan.pk)) == ["lan", "minh"]
    assert people_of((cast.hoa.pk, cast.tu.pk)) == ["hoa", "tu"], "other values"
    assert people_of((cast.hoa.pk,)) == ["hoa"], "another number of them"
    assert people_of(()) == [], "none at all"


def test_what_changes_between_two_questions_is_seen_by_the_second(cast: Cast) -> None:
    on = date(2026, 10, 13)
    assert [each.role for each in grants_on(cast.minh.pk, on)] == [Role.UNIT_HEAD]
    cast.minh.grants.update(valid_to=date(2026, 10, 12))
    assert grants_on(cast.minh.pk, on) == []
    assert [each.role for each in grants_on(cast.minh.pk, date(2026, 10, 12))] == [Role.UNIT_HEAD]


def test_rights_stand_in_the_values_and_not_in_the_words(cast: Cast) -> None:
    """Who asks second with as many units gets their own, not those of who asked first."""
    of_minh, of_tu = cast.minh.ranges(), cast.tu.ranges()
    assert [code for code, _ in units_within(of_minh, downwards=True)] == ["PTD"]
    assert [code for code, _ in units_within(of_tu, downwards=True)] == ["CN1"]
    assert units_within((), downwards=True) == [], "no unit is nothing"
    both = make_user("hai", "Hai Nơi", (Role.UNIT_HEAD, cast.ptd), (Role.UNIT_HEAD, cast.vpdk)).ranges()
    assert [code for code, _ in units_within(both, downwards=True)] == ["PTD", "VPDK", "CN1", "CN2"]


def test_values_given_by_name_are_questions_of_their_own(cast: Cast) -> None:
    everything = cast.hoa.ranges()
    downwards, upwards = (units_within(everything, downwards=each) for each in (True, False))
    assert len(downwards) == 7
    assert upwards == downwards[::-1]


def test_the_words_are_made_once_for_each_shape(cast: Cast) -> None:
    made = []

    @prepared
    def counted(pks: Any) -> QuerySet[Any]:
        made.append(len(pks))
        return User.objects.filter(pk__in=pks).values_list("pk", flat=True)

    for each in cast.people:
        counted((each.pk,))
    counted((cast.minh.pk, cast.lan.pk))
    assert made == [1, 2]


def test_nothing_is_no_value(cast: Cast) -> None:
    with pytest.raises(AssertionError, match="None"):
        grants_on(cast.minh.pk, None)


def test_objects_with_figures_beside_them_are_refused(cast: Cast) -> None:
    @prepared
    def counted(role: Any) -> QuerySet[Any]:
        return User.objects.filter(grants__role=role).annotate(n=Count("grants"))

    with pytest.raises(AssertionError, match="without annotations"):
        counted(Role.LEADER)
