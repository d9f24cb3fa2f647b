"""The history of changes is read in Vietnamese: field, before, after, who, when; paged, at a constant cost."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.changes import acting, kept_models
from plans.models import Clause, Milestone, Plan, Target
from tests.cast import Cast, make_unit, make_user
from tests.tracker.test_replacement import target_of
from units.actions import grant_role, renumber_tree
from units.permissions import Role

pytestmark = pytest.mark.django_db


def facts(client: Client, name: str, *args: int, **query: str) -> list[dict]:
    return client.get(reverse(name, args=args), query).context["page"].facts


def test_a_change_of_a_plan_says_field_before_after_and_who(cast: Cast, client: Client) -> None:
    plan = Plan.objects.get(pk=cast.plan.pk)
    plan.ends_on, plan.leader_in_charge, plan.includes_day = date(2027, 6, 30), None, True
    with acting(cast.lan):
        plan.save()
    client.force_login(cast.lan)
    newest = facts(client, "plan_changes", cast.plan.pk)[0]
    assert (newest["title"], newest["who"], newest["happened"]) == (
        "Sửa kế hoạch", "Nguyễn Thị Lan", "13/10/2026 09:00",
    )  # fmt: skip
    assert newest["changes"] == [
        ("Lãnh đạo phụ trách", "Trần Thị Hòa", ""),
        ("Đến ngày", "31/12/2026", "30/06/2027"),
        ("“trước ngày D” gồm cả ngày D", "Không", "Có"),
    ]


def test_targets_and_milestones_of_the_plan_are_told_with_it(cast: Cast, client: Client) -> None:
    target, _indicator = target_of(cast, cast.plan)
    milestone = Milestone.objects.create(target=target, comparator="ge", value=Decimal(70))
    milestone.value = Decimal("75.5")
    milestone.save()
    Target.objects.filter(pk=target.pk).update(scope="each", unit=None, group=cast.branches)
    milestone.delete()
    client.force_login(cast.hoa)
    told = {fact["title"]: fact["changes"] for fact in facts(client, "plan_changes", cast.plan.pk)}
    named = "mốc của chỉ tiêu “Hồ sơ trực tuyến”"
    assert told[f"Sửa {named}"] == [("Mức chỉ tiêu", "70", "75,5")]
    assert told[f"Bỏ {named}"] == []
    assert ("Đối tượng áp dụng", "Một đơn vị", "Từng đơn vị trong nhóm") in told[
        "Sửa chỉ tiêu CT1: Hồ sơ trực tuyến"
    ]


def test_a_target_that_went_on_elsewhere_stays_in_both_histories(cast: Cast, client: Client) -> None:
    from tests.tracker.test_replacement import notice

    target, _indicator = target_of(cast, cast.plan)
    other = notice(cast, "TB9", "9/TB", date(2026, 10, 1))
    target.plan = other
    target.save()
    client.force_login(cast.lan)
    for plan in (cast.plan, other):
        changes = [fact["changes"] for fact in facts(client, "plan_changes", plan.pk)]
        assert [("Kế hoạch", cast.plan.title, other.title)] in changes


def test_a_long_history_is_paged_at_the_same_cost(cast: Cast, client: Client) -> None:
    client.force_login(cast.lan)
    url = reverse("plan_changes", args=[cast.plan.pk])
    counts = []
    for first in (1, 61):
        Clause.objects.bulk_create(
            Clause(plan=cast.plan, order=n, text=f"Mục {n}") for n in range(first, first + 60)
        )
        with CaptureQueriesContext(connection) as captured:
            page = client.get(url)
        counts.append(len(captured))
        assert len(page.context["page"].facts) == 50
    assert counts[0] == counts[1]
    last = client.get(url, {"page": "3"}).context["page"]
    assert len(last.facts) == last.paginator.count - 100 > 0


def test_grants_are_read_by_the_administrator_and_the_owner_of_the_agency(cast: Cast, client: Client) -> None:
    other = make_unit("KHAC", "Sở Khác", "department")
    renumber_tree()
    make_user("khac", "Người Khác", (Role.AUDITOR, other))
    grant = grant_role(cast.stranger, Role.LEADER, cast.vpdk, by=cast.lan)
    with acting(cast.lan):
        grant.valid_to = date(2026, 12, 31)
        grant.save()
    client.force_login(cast.lan)
    newest, given, *_rest = told = facts(client, "grant_changes")
    assert newest["changes"] == [("Đến hết ngày", "", "31/12/2026")]
    assert given["title"] == "Thêm phân quyền của Người Ngoài" and given["who"] == "Nguyễn Thị Lan"
    assert ("Vai trò", "", "Lãnh đạo") in given["changes"]
    assert not any("Người Khác" in fact["title"] for fact in told)
    admin = make_user("quantri", "Quản Trị", (Role.ADMIN, cast.so))
    client.force_login(admin)
    assert any("Người Khác" in fact["title"] for fact in facts(client, "grant_changes"))


def test_every_field_has_a_name_clerks_read() -> None:
    unnamed = [
        f"{model.__name__}.{field.name}"
        for model in kept_models()
        for field in model._meta.concrete_fields
        if field.name not in ("id", "search") and str(field.verbose_name) == field.name.replace("_", " ")
    ]
    assert unnamed == []


def test_a_unit_does_not_read_the_history_of_the_whole_plan(cast: Cast, client: Client) -> None:
    cast.task()
    for person, name, args, status in (
        (cast.minh, "plan_changes", [cast.plan.pk], 403),
        (cast.tu, "plan_changes", [cast.plan.pk], 404),
        (cast.son, "plan_changes", [cast.plan.pk], 200),
        (cast.hoa, "grant_changes", [], 403),
        (cast.minh, "grant_changes", [], 403),
    ):
        client.force_login(person)
        assert client.get(reverse(name, args=args)).status_code == status, (person.username, name)
