"""What an import changes: the draft follows the workbook, a given plan keeps its content, rights are kept."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from plans.models import Document, Indicator, Milestone, Plan
from tasks import actions
from tasks.ledger import Decision
from tasks.models import Task
from tests.cast import Cast, make_unit, make_user
from tracker.activation import activate
from tracker.intake import layout
from tracker.intake.applying import apply, preview
from tracker.intake.draft import IntakeRefused
from tracker.intake.reading import read
from tracker.intake.result import Change, Result
from tracker.intake.template import build
from units.actions import renumber_tree
from units.models import AccountCheck, StaffMember, Unit, UnitGroup, User
from units.permissions import Role

pytestmark = pytest.mark.django_db

PLAN: dict[str, Any] = {
    "code": "KH-26",
    "title": "Cải cách hành chính năm 2026",
    "issuer": "Sở",
    "tracking_unit": "Văn phòng Sở",
    "leader": "Trần Thị Hòa",
    "starts_on": "01/01/2026",
    "ends_on": "31/12/2026",
}
ROWS: dict[str, list[dict[str, Any]]] = {
    layout.TARGETS: [
        {"code": "CT01", "clause": "II.1", "name": "Hồ sơ trực tuyến", "scope": "Từng đơn vị trong nhóm",
         "whom": "Các Chi nhánh VPĐKĐĐ", "phrase": "cuối năm 2026", "level": "trên 80%"},
    ],
    layout.TASKS: [
        {"code": "NV01", "clause": "II.2", "title": "Rà soát quy trình", "lead": "PTD", "phrase": "31/10/2026",
         "coordinating": "VPĐKĐĐ", "product": "Báo cáo"},
        {"code": "NV02", "clause": "II.3", "title": "Tập huấn", "lead": "Các Chi nhánh VPĐKĐĐ",
         "phrase": "thường xuyên"},
    ],
}  # fmt: skip


def bring(by: User, plan: dict[str, Any] | None = None, **sheets: list[dict[str, Any]]) -> Result:
    names = {"targets": layout.TARGETS, "tasks": layout.TASKS, "units": layout.UNITS, "staff": layout.STAFF,
             "indicators": layout.INDICATORS}  # fmt: skip
    rows = ROWS | {names[name]: each for name, each in sheets.items()}
    return apply(read(build(PLAN | (plan or {}), rows), "kh.xlsx"), by)


def refused(call: Callable[[], object]) -> list[str]:
    with pytest.raises(IntakeRefused) as error:
        call()
    return error.value.lines()


def tasks(**changes: Any) -> list[dict[str, Any]]:
    """The tasks with the first one changed."""
    rows = deepcopy(ROWS[layout.TASKS])
    rows[0] |= changes
    return rows


# --- levels -----------------------------------------------------------------------------------------------------------


def test_who_confirms_an_indicator_and_its_ground_come_in_and_a_blank_cell_takes_neither_away(
    cast: Cast,
) -> None:
    said = {"code": "CS1", "name": "Chỉ số", "confirmed_by": "Văn phòng Sở", "legal_basis": "12/QĐ-UBND"}
    bring(cast.lan, indicators=[said])
    bring(cast.lan, indicators=[{"code": "CS1", "name": "Tên khác"}])
    found = Indicator.objects.get(code="CS1")
    assert (found.name, found.confirmed_by, found.legal_basis) == ("Tên khác", "Văn phòng Sở", "12/QĐ-UBND")


def test_ranges_and_changes_come_in_as_written(cast: Cast) -> None:
    first = {"code": "CT01", "name": "Hồ sơ trực tuyến", "scope": "Văn bản không nêu"}
    rows = [
        first | {"phrase": "30/6/2026", "level": "40 - 50%"},
        {"code": "CT01", "phrase": "cuối năm 2026", "level": "tăng 5 điểm %"},
        {"code": "CT02", "name": "Thời gian giải quyết", "scope": "Văn bản không nêu", "phrase": "cuối năm 2026",
         "level": "giảm 3 ngày so với năm 2025"},
    ]  # fmt: skip
    result = bring(cast.lan, targets=rows)
    found = Milestone.objects.filter(target__plan=result.plan).order_by("target__code", "order")
    columns = ("comparator", "value", "value_to", "is_relative", "base_kind", "base_key", "value_phrase")
    assert list(found.values_list(*columns)) == [
        ("rg", 40, 50, False, "", "", "40 - 50%"),
        ("up", 5, None, False, "month", "2025-12", "tăng 5 điểm %"),
        ("dn", 3, None, False, "year", "2025", "giảm 3 ngày so với năm 2025"),
    ]
    assert [level for target in result.targets for _, _, level in target.milestones] == [
        "từ 40% đến 50%",
        "tăng 5 điểm % so với tháng 12 năm 2025 (cùng kỳ năm trước)",
        "giảm 3 ngày so với năm 2025",
    ]
    assert not bring(cast.lan, targets=rows).touches


# --- a draft follows its workbook ------------------------------------------------------------------------------------


def test_the_owner_brings_in_a_draft_that_units_do_not_see(cast: Cast) -> None:
    result = bring(cast.lan)
    assert result.plan.state == Plan.State.DRAFT
    assert result.plan.leader_in_charge == cast.hoa
    assert Task.objects.visible_to(cast.lan).filter(plan=result.plan).count() == 2
    assert not Task.objects.visible_to(cast.minh).filter(plan=result.plan).exists()


def test_a_preview_says_what_would_change_and_saves_nothing(cast: Cast) -> None:
    draft = read(build(PLAN, ROWS), "kh.xlsx")
    looked = preview(draft, cast.lan)
    assert not Plan.objects.filter(code="KH-26").exists()
    saved = bring(cast.lan)
    assert looked.digest == saved.digest and looked.touches
    assert [(each.outcome.code, each.meaning, each.effective) for each in saved.tasks] == [
        ("NV01", "đến hết ngày 31/10/2026", date(2026, 11, 2)),  # a Saturday moves to Monday
        ("NV02", "thường xuyên", None),
    ]


def test_changed_rows_are_changed_and_named(cast: Cast) -> None:
    bring(cast.lan)
    result = bring(
        cast.lan, tasks=tasks(title="Rà soát toàn bộ quy trình", phrase="30/11/2026", coordinating="DOAN")
    )
    assert result.counts[layout.TASKS] == {"created": 0, "changed": 1, "unchanged": 1, "removed": 0}
    outcome = next(each for each in result.outcomes if each.change == Change.CHANGED)
    assert outcome.what == (
        "nhiệm vụ", "thời hạn ghi trong văn bản", "ngày ghi trong văn bản", "thời hạn", "phối hợp", "hạn áp dụng",
    )  # fmt: skip
    task = Task.objects.get(plan=result.plan, code="NV01")
    assert (task.title, task.nominal_end) == ("Rà soát toàn bộ quy trình", date(2026, 11, 30))
    assert [unit.code for unit in task.coordinators.all()] == ["DOAN"]


def test_rows_that_left_the_workbook_leave_the_draft(cast: Cast) -> None:
    bring(cast.lan)
    result = bring(cast.lan, tasks=ROWS[layout.TASKS][:1], targets=[])
    assert (result.counts[layout.TASKS]["removed"], result.counts[layout.TARGETS]["removed"]) == (1, 1)
    assert list(result.plan.tasks.values_list("code", flat=True)) == ["NV01"]
    assert [clause.label for clause in result.plan.clauses.all()] == ["II.2"]


def test_clauses_change_places_without_losing_their_tasks(cast: Cast) -> None:
    bring(cast.lan)
    rows = deepcopy(ROWS[layout.TASKS])
    rows[0]["clause"], rows[1]["clause"] = "II.3 Tập huấn", "II.2 Quy trình"
    result = bring(cast.lan, tasks=rows)
    assert [(clause.label, clause.text) for clause in result.plan.clauses.all()] == [
        ("II.1", ""), ("II.2", "Quy trình"), ("II.3", "Tập huấn"),
    ]  # fmt: skip
    assert Task.objects.get(plan=result.plan, code="NV01").clause.label == "II.3"
    outcome = next(each for each in result.outcomes if each.sheet == layout.PLAN)
    assert outcome.what == ("đề cương",)


def test_the_switch_of_the_plan_moves_its_deadlines(cast: Cast) -> None:
    bring(cast.lan, tasks=tasks(phrase="trước ngày 31/10/2026"))
    task = Task.objects.get(plan__code="KH-26", code="NV01")
    assert (task.printed_on, task.nominal_end) == (date(2026, 10, 31), date(2026, 10, 30))
    bring(
        cast.lan,
        {"includes_day": "Có", "shifts_holidays": "Không"},
        tasks=tasks(phrase="trước ngày 31/10/2026"),
    )
    task.refresh_from_db()
    assert (task.nominal_end, task.effective_end) == (date(2026, 10, 31), date(2026, 10, 31))


def test_a_deadline_counted_from_a_day_of_the_text(cast: Cast) -> None:
    bring(cast.lan, tasks=tasks(phrase="trong vòng 10 ngày làm việc kể từ ngày 05/10/2026"))
    task = Task.objects.get(plan__code="KH-26", code="NV01")
    assert (task.deadline_kind, task.nominal_end) == ("relative", date(2026, 10, 19))


def test_a_target_without_an_indicator_gets_its_own(cast: Cast) -> None:
    result = bring(cast.lan)
    indicator = result.plan.targets.get().indicators.get()
    assert (indicator.code, indicator.name, indicator.measure_unit) == ("KH-26.CT01", "Hồ sơ trực tuyến", "%")
    counted = deepcopy(ROWS[layout.TARGETS])
    counted[0]["level"] = "ít nhất 87 thủ tục"
    bring(cast.lan, targets=counted)
    indicator.refresh_from_db()
    assert indicator.measure_unit == "thủ tục"


def test_an_indicator_others_rely_on_keeps_its_definition(cast: Cast) -> None:
    row = {"code": "HSTT", "name": "Tỷ lệ hồ sơ trực tuyến"}
    targets = [ROWS[layout.TARGETS][0] | {"indicators": "HSTT"}]
    bring(cast.lan, indicators=[row], targets=targets)
    bring(cast.lan, indicators=[row | {"name": "Tên mới"}], targets=targets)  # still only ours
    assert Indicator.objects.get(code="HSTT").name == "Tên mới"
    bring(cast.lan, {"code": "KH-27"}, indicators=[row | {"name": "Tên mới"}], targets=targets)
    found = refused(lambda: bring(cast.lan, indicators=[row], targets=targets))
    assert len(found) == 1 and "đã dùng ở kế hoạch khác" in found[0]


def test_what_is_cited_twice_is_one_document(cast: Cast) -> None:
    basis = {"bases": "Quyết định số 24/QĐ-UBND ngày 04/12/2025 của UBND tỉnh về cải cách hành chính"}
    first = bring(cast.lan, basis).plan
    second = bring(cast.lan, basis | {"code": "KH-27"}).plan
    cited = Document.objects.get(number="24/QĐ-UBND")
    assert (cited.kind, cited.issuer, cited.subject) == ("QĐ", "UBND tỉnh", "cải cách hành chính")
    assert first.document.links.get().target == second.document.links.get().target == cited


# --- a given plan keeps its content ----------------------------------------------------------------------------------


@pytest.fixture
def given(cast: Cast) -> Plan:
    plan = bring(cast.lan).plan
    activate(plan, by=cast.lan, acknowledged=True)
    return plan


def test_the_same_workbook_changes_nothing_in_a_given_plan(cast: Cast, given: Plan) -> None:
    assert not bring(cast.lan).touches


def test_an_extension_is_no_difference_from_the_workbook(cast: Cast, given: Plan) -> None:
    task = Task.objects.get(plan=given, code="NV01")
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 30), reason="Chờ ý kiến")
    actions.decide_extension(task, by=cast.lan, granted=True, granted_end=date(2026, 11, 30),
                             decision=Decision(decided_by="Trần Thị Hòa", how="phone"))  # fmt: skip
    assert not bring(cast.lan).touches
    task.refresh_from_db()
    assert task.effective_end == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("change", "word"), [({"title": "Khác"}, "nhiệm vụ"), ({"phrase": "30/11/2026"}, "thời hạn"),
                         ({"lead": "VP"}, "đơn vị chủ trì"), ({"coordinating": "DOAN"}, "phối hợp")],
)  # fmt: skip
def test_another_content_of_a_given_task_is_refused(
    cast: Cast, given: Plan, change: dict[str, Any], word: str
) -> None:
    before = Task.objects.get(plan=given, code="NV01").title
    found = refused(lambda: bring(cast.lan, tasks=tasks(**change)))
    assert len(found) == 1
    assert "dòng 3, cột A “Mã nhiệm vụ”: “NV01”: nhiệm vụ đã giao" in found[0] and word in found[0]
    assert Task.objects.get(plan=given, code="NV01").title == before


def test_rows_neither_join_nor_leave_a_given_plan(cast: Cast, given: Plan) -> None:
    more = [*ROWS[layout.TASKS], {"code": "NV03", "title": "Thêm", "lead": "PTD"}]
    assert "không thêm được" in refused(lambda: bring(cast.lan, tasks=more))[0]
    assert "không còn nhiệm vụ: NV02" in refused(lambda: bring(cast.lan, tasks=ROWS[layout.TASKS][:1]))[0]


def test_the_outline_of_a_given_plan_stays(cast: Cast, given: Plan) -> None:
    found = refused(lambda: bring(cast.lan, tasks=tasks(clause="II.2 Tên mục khác")))
    assert len(found) == 1 and "dòng 3, cột B “Mục”" in found[0]


def test_the_level_of_a_given_target_stays(cast: Cast, given: Plan) -> None:
    found = refused(lambda: bring(cast.lan, targets=[ROWS[layout.TARGETS][0] | {"level": "trên 90%"}]))
    assert len(found) == 1 and "Trang “Chỉ tiêu”, dòng 3" in found[0]


def test_number_and_day_are_filled_in_after_the_signing_and_then_stay(cast: Cast, given: Plan) -> None:
    result = bring(cast.lan, {"number": "12/KH-SNNMT", "issued_on": "05/10/2026"})
    assert result.counts[layout.PLAN]["changed"] == 1
    given.refresh_from_db()
    assert given.label == "Kế hoạch số 12/KH-SNNMT"
    assert not bring(cast.lan).touches  # the old workbook says nothing about the number
    assert "đã giao" in refused(lambda: bring(cast.lan, {"number": "13/KH-SNNMT"}))[0]


# --- rights ----------------------------------------------------------------------------------------------------------


def test_only_who_may_write_plans_of_the_tracking_unit(cast: Cast) -> None:
    for user in (cast.minh, cast.hoa, cast.son, cast.stranger):
        found = refused(lambda user=user: bring(user))
        assert "không có quyền lập kế hoạch của đơn vị này" in found[0]
    assert not Plan.objects.filter(code="KH-26").exists()


def test_a_plan_of_another_office_is_not_touched_by_its_code(cast: Cast) -> None:
    bring(cast.lan)
    other = make_unit("KHAC", "Sở Khác", Unit.Kind.DEPARTMENT)
    renumber_tree()
    other.refresh_from_db()
    owner = make_user("khac", "Người Sở Khác", (Role.PLAN_OWNER, other))
    found = refused(lambda: bring(owner, {"tracking_unit": "KHAC", "title": "Của tôi"}))
    assert any("đã dùng cho kế hoạch khác" in each for each in found)
    assert Plan.objects.get(code="KH-26").title == PLAN["title"]


NEW_UNIT = {"code": "PMT", "name": "Phòng Môi trường", "kind": "Phòng chuyên môn", "parent": "SO"}


def test_the_office_adds_units_of_its_own_agency(cast: Cast) -> None:
    units = [
        {"code": "PMT2", "name": "Tổ Quan trắc", "kind": "Chi nhánh", "parent": "PMT", "groups": "Các tổ"},
        NEW_UNIT,
        {"code": "BAO", "name": "Báo tỉnh", "kind": "Cơ quan ngoài"},
        {"code": "CN1", "name": "Chi nhánh Bình Sơn", "kind": "Chi nhánh", "groups": "Các tổ"},
    ]
    result = bring(cast.lan, units=units)
    assert result.counts[layout.UNITS] == {"created": 3, "changed": 1, "unchanged": 0, "removed": 0}
    assert Unit.objects.get(code="PMT2").parent.code == "PMT"
    assert Unit.objects.get(code="CN1").parent == cast.vpdk  # a blank cell says nothing
    assert {unit.code for unit in UnitGroup.objects.get(name="Các tổ").members_on(date(2026, 10, 13))} == {
        "PMT2",
        "CN1",
    }
    assert not bring(cast.lan, units=units).touches


def test_a_renamed_unit_keeps_its_old_name_in_history(cast: Cast) -> None:
    bring(cast.lan, units=[{"code": "PTD", "name": "Phòng Đất đai", "kind": "Phòng chuyên môn"}])
    cast.ptd.refresh_from_db()
    assert (cast.ptd.name, cast.ptd.name_on(date(2026, 10, 1))) == ("Phòng Đất đai", "Phòng Quản lý đất đai")
    # the old name is still understood
    bring(cast.lan, tasks=tasks(lead="Phòng Quản lý đất đai"))


def test_nobody_adds_units_to_another_agency_or_a_new_agency(cast: Cast) -> None:
    make_unit("KHAC", "Sở Khác", Unit.Kind.DEPARTMENT)
    renumber_tree()
    for change in ({"parent": "KHAC"}, {"parent": "", "kind": "Sở, ban, ngành"}):
        found = refused(lambda change=change: bring(cast.lan, units=[NEW_UNIT | change]))
        assert len(found) == 1 and "không thuộc cơ quan của đồng chí" in found[0]
    found = refused(
        lambda: bring(cast.lan, units=[{"code": "KHAC", "name": "Đổi tên", "kind": "Sở, ban, ngành"}])
    )
    assert "không thuộc cơ quan của đồng chí" in found[0]


def test_the_office_keeps_the_roster_of_its_agency(cast: Cast) -> None:
    staff = [{"code": "CB1", "full_name": "Nguyễn Văn Thử", "unit": "PTD", "account:vneid-2": "chưa",
              "reason": "Chờ trả thẻ căn cước", "checked_on": "01/10/2026"}]  # fmt: skip
    assert bring(cast.lan, staff=staff).counts[layout.STAFF]["created"] == 1
    check = AccountCheck.objects.get()
    assert (check.state, check.source, check.recorded_by) == ("not_yet", "list", cast.lan)
    assert not bring(cast.lan, staff=staff).touches
    staff[0] |= {"account:vneid-2": "Đã kích hoạt", "reason": None, "checked_on": "12/10/2026"}
    assert bring(cast.lan, staff=staff).counts[layout.STAFF]["changed"] == 1
    assert AccountCheck.objects.count() == 2  # appended, not overwritten


def test_staff_of_another_agency_are_out_of_reach(cast: Cast) -> None:
    make_unit("KHAC", "Sở Khác", Unit.Kind.DEPARTMENT)
    renumber_tree()
    found = refused(lambda: bring(cast.lan, staff=[{"code": "CB1", "full_name": "Người Lạ", "unit": "KHAC"}]))
    assert "không thuộc cơ quan của đồng chí" in found[0]
    assert not StaffMember.objects.exists()


def test_a_check_after_today_is_an_error_at_its_day(cast: Cast) -> None:
    staff = [{"code": "CB1", "full_name": "Nguyễn Văn Thử", "unit": "PTD", "account:vneid-2": "Đã kích hoạt",
              "checked_on": "14/10/2026"}]  # fmt: skip
    found = refused(lambda: bring(cast.lan, staff=staff))
    assert len(found) == 1 and "“Ngày xác nhận”" in found[0] and "không được sau hôm nay" in found[0]
