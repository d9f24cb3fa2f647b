"""Whoever writes what may still be edited leaves a line: imports, verbs, pages, bulk writes. Nobody edits a line."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from core.append_only import AppendOnlyError
from core.changes import acting, history_of, kept_models, unkept
from plans.models import Clause, Document, Indicator, Milestone, Plan, Target
from tests.cast import TODAY, Cast
from tests.tracker.test_intake_import import PLAN, ROWS, bring
from tests.tracker.test_replacement import CARRY, CLOSE, choose, frame, go, new, old, target_of  # noqa: F401 (fixtures)
from tracker.activation import activate
from tracker.intake import layout
from tracker.intake.template import build
from units.actions import grant_role, set_group
from units.models import GroupMember, RoleGrant, User
from units.permissions import Role

pytestmark = pytest.mark.django_db


def nothing_unkept() -> bool:
    return {model.__name__: found for model in kept_models() if (found := unkept(model))} == {}


def who(model: type) -> set[str]:
    return {
        line.history_user.username if line.history_user else ""
        for line in history_of(model).select_related("history_user")
    }


def test_the_kept_models_are_these() -> None:
    assert sorted(model.__name__ for model in kept_models()) == [
        "CalendarDay", "Clause", "Document", "DocumentLink", "GroupMember", "Indicator", "Milestone", "Plan",
        "RoleGrant", "Rule", "Target", "TargetIndicator",
    ]  # fmt: skip


def test_importing_a_workbook_and_importing_it_changed(cast: Cast) -> None:
    bring(cast.lan)
    assert nothing_unkept() and who(Milestone) == {"lan"} and who(Clause) == {"lan"}
    before = history_of(Clause).count()
    bring(cast.lan)
    assert history_of(Clause).count() == before, "the same workbook twice is no change"
    # Lines change places, one goes, one of them had a target.
    moved = [{**row, "clause": "II.9"} for row in ROWS[layout.TARGETS]]
    bring(cast.lan, targets=moved, tasks=ROWS[layout.TASKS][::-1])
    assert nothing_unkept() and history_of(Clause).count() > before


def test_the_import_command_acts_as_the_system_account(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(build(PLAN, ROWS))
    call_command("import_plan", str(path))
    assert nothing_unkept() and who(Target) == {User.objects.system().username}


def test_giving_a_plan(cast: Cast) -> None:
    plan = bring(cast.lan).plan
    activate(plan, by=cast.lan, acknowledged=True)
    last = history_of(Plan).filter(id=plan.pk).first()
    assert (last.state, last.history_user) == ("active", cast.lan) and nothing_unkept()


def test_replacing_a_plan(cast: Cast, frame) -> None:  # noqa: F811
    cast.task(plan=frame.old_plan)
    target_of(cast, frame.old_plan, "CT1"), target_of(cast, frame.old_plan, "CT2")
    with acting(cast.lan):
        go(frame, cast, choose(frame, NV01=CARRY, CT1=CARRY, CT2=CLOSE))
    lines = history_of(Target).filter(history_type="~")
    assert {line.history_user for line in lines} == {cast.lan} and nothing_unkept()


def test_granting_a_role_and_changing_a_group(cast: Cast) -> None:
    grant_role(cast.stranger, Role.AUDITOR, cast.so, by=cast.lan)
    set_group("Các Chi nhánh VPĐKĐĐ", [cast.cn1], since=TODAY)
    set_group("Nhóm mới", [cast.cn1, cast.cn2], since=TODAY)
    assert history_of(RoleGrant).first().history_user == cast.lan and nothing_unkept()


def test_a_page_puts_changes_down_to_the_person_signed_in(cast: Cast, client: Client) -> None:
    client.force_login(cast.lan)
    client.post(
        reverse("document_new"),
        {"kind": "TB", "number": "5/TB", "issuer": "Sở", "subject": "Thông báo", "issued_on": "01/10/2026"},
    )
    assert history_of(Document).filter(number="5/TB").get().history_user == cast.lan and nothing_unkept()


def test_importing_the_catalogue_of_indicators(cast: Cast) -> None:
    from core.sheets.formats import SafeCSV
    from plans.resources import IndicatorResource

    csv = "Mã chỉ số,Tên chỉ số\nCS9,Tỷ lệ hồ sơ\n".encode()
    IndicatorResource().load(SafeCSV().create_dataset(csv), save=True)
    assert Indicator.objects.filter(code="CS9").exists() and nothing_unkept()


def test_many_rows_at_once(cast: Cast) -> None:
    Clause.objects.bulk_create(Clause(plan=cast.plan, order=n, text=f"Mục {n}") for n in (1, 2, 3))
    cast.plan.clauses.filter(order__gt=1).update(level=2)
    for clause in (rows := list(cast.plan.clauses.all())):
        clause.text += " (sửa)"
    Clause.objects.bulk_update(rows, ["text"])
    assert history_of(Clause).count() == 3 + 2 + 3 and nothing_unkept()
    cast.plan.clauses.all().delete()
    assert history_of(Clause).filter(history_type="-").count() == 3 and nothing_unkept()


def test_a_save_that_changes_nothing_leaves_no_line(cast: Cast) -> None:
    before = history_of(Plan).count()
    Plan.objects.get(pk=cast.plan.pk).save()
    Plan.objects.filter(pk=cast.plan.pk).update(title=cast.plan.title)
    assert history_of(Plan).count() == before


def test_what_was_written_past_the_history_is_found(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE plans_plan SET title = 'khác'")
    assert unkept(Plan) == [cast.plan.pk]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM units_groupmember WHERE unit_id = %s", [cast.cn1.pk])
    assert len(unkept(GroupMember)) == 1


def test_no_line_can_be_changed_or_taken_out(cast: Cast) -> None:
    line = history_of(Plan).first()
    line.title = "khác"
    with pytest.raises(AppendOnlyError):
        line.save()
    with pytest.raises(AppendOnlyError):
        history_of(Plan).update(title="khác")
    for sql in ("UPDATE plans_historicalplan SET title = 'khác'", "DELETE FROM units_historicalrolegrant"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_the_whole_demo_is_kept(db: None, settings) -> None:
    settings.DEMO_MODE = True
    call_command("load_demo")
    assert nothing_unkept() and history_of(Plan).filter(history_date__date__lte=date(2100, 1, 1)).exists()
