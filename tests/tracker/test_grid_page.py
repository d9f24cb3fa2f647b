"""The owner writes a draft's targets in a grid: nothing is saved unseen, half, or over somebody else's work."""

from datetime import date

import pytest

from plans.models import Indicator, Milestone, Plan, Target
from tests.cast import Cast
from tests.plans.promised import indicator
from tests.tracker.grid_page import GridPage, draft_plan, line
from units.models import Unit

pytestmark = pytest.mark.django_db

FOUR = {"col_0": "trước ngày 30/4", "col_1": "cuối năm"}


@pytest.fixture
def plan(cast: Cast) -> Plan:
    indicator("HSTT")
    indicator("TTTT", "Tỷ lệ thanh toán trực tuyến")
    return draft_plan(cast)


@pytest.fixture
def page(cast: Cast, plan: Plan) -> GridPage:
    return GridPage(plan, cast.lan)


def first(**rest: str) -> dict[str, str]:
    return FOUR | line(0, "Hồ sơ trực tuyến", "unit", "Sở", "đạt 70%", "trên 90%", indicators="HSTT", **rest)


def test_levels_are_kept_as_written_with_what_they_mean(page: GridPage, cast: Cast, plan: Plan) -> None:
    page.press("preview", **first())
    assert Target.objects.count() == 0, "a preview saves nothing"
    assert "đạt 70% trở lên" in page.text and "trên 90%" in page.text
    assert "29/4/2026" in page.text, "trước ngày 30/4 of a plan that does not count the day"
    assert "01 chỉ tiêu, 02 mức" in page.text
    page.press("save")
    assert page.status == 302
    target = plan.targets.get()
    assert (target.code, target.scope, target.unit) == ("CT01", "unit", cast.so)
    columns = ("phrase", "printed_on", "nominal_end", "comparator", "value", "value_phrase")
    assert list(target.milestones.values_list(*columns)) == [
        ("trước ngày 30/4", date(2026, 4, 30), date(2026, 4, 29), "ge", 70, "đạt 70%"),
        ("cuối năm", date(2026, 12, 31), date(2026, 12, 31), "gt", 90, "trên 90%"),
    ]


def test_a_plan_that_counts_the_day_itself_is_read_so(page: GridPage, plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(includes_day=True)
    page.press("preview", **first()).press("save")
    assert Milestone.objects.get(order=0).nominal_end == date(2026, 4, 30)


def test_from_a_day_holds_from_then_on(page: GridPage) -> None:
    page.press("preview", col_0="từ 10/4", **line(0, "A", "unstated", "", "100%", indicators="HSTT"))
    assert "giữ từ ngày 10/4/2026 trở đi" in page.text
    page.press("save")
    milestone = Milestone.objects.get()
    assert (milestone.holds_from, milestone.nominal_end) == (date(2026, 4, 10), None)


def test_a_column_without_words_is_a_target_without_a_date(page: GridPage) -> None:
    page.press("preview", **line(0, "A", "unstated", "", "100%", indicators="HSTT")).press("save")
    milestone = Milestone.objects.get()
    assert (milestone.phrase, milestone.holds_from, milestone.nominal_end) == ("", None, None)


def test_all_four_scopes(page: GridPage, cast: Cast, plan: Plan) -> None:
    typed = {"col_0": "cuối năm"}
    whom = {"unit": "PTD", "each": "các chi nhánh vpđkđđ", "together": "Các Chi nhánh VPĐKĐĐ", "unstated": ""}
    for at, (scope, name) in enumerate(whom.items()):
        typed |= line(at, f"Chỉ tiêu {scope}", scope, name, "80%", indicators="HSTT")
    page.press("preview", **typed).press("save")
    assert list(plan.targets.values_list("scope", "unit", "group")) == [
        ("unit", cast.ptd.pk, None),
        ("each", None, cast.branches.pk),
        ("together", None, cast.branches.pk),
        ("unstated", None, None),
    ]


def test_a_compound_line_is_one_target_with_two_indicators(page: GridPage, plan: Plan) -> None:
    page.press("preview", **(first() | {"r0_indicators": "HSTT; tỷ lệ thanh toán trực tuyến"}))
    assert "01 chỉ tiêu, 04 mức" in page.text and "phải đạt cả hai" in page.text
    page.press("save")
    links = plan.targets.get().target_indicators.order_by("order")
    assert [each.indicator.code for each in links] == ["HSTT", "TTTT"]


def test_a_line_without_an_indicator_gets_one_of_its_own(page: GridPage, plan: Plan) -> None:
    counted = line(1, "Thủ tục rút ngắn", "unstated", "", "ít nhất 87 thủ tục")
    page.press("preview", **(first() | {"r0_indicators": ""}), **counted)
    assert "chỉ số mới theo tên chỉ tiêu" in page.text
    page.press("save")
    found = [(each.code, each.indicators.get()) for each in plan.targets.all()]
    assert [(code, own.code, own.name, own.measure_unit) for code, own in found] == [
        ("CT01", "KH-NHAP.CT01", "Hồ sơ trực tuyến", "%"),
        ("CT02", "KH-NHAP.CT02", "Thủ tục rút ngắn", "thủ tục"),
    ]


def test_a_unit_that_ended_before_the_plan_owes_nothing_new(page: GridPage, cast: Cast) -> None:
    Unit.objects.filter(pk=cast.ptd.pk).update(closed_on="2025-12-31")
    page.press("preview", **(first() | {"r0_whom": "PTD"}))
    assert "chấm dứt hoạt động" in page.errors["Dòng 1, cột “Đơn vị hoặc nhóm”"][0]


def test_an_indicator_out_of_date_is_said_to_be_so_and_never_hinders(page: GridPage) -> None:
    Indicator.objects.filter(code="HSTT").update(valid_to="2025-06-30")
    page.press("preview", **first())
    assert page.status == 200 and "chỉ áp dụng đến hết ngày 30/6/2025" in page.text


def test_ranges_and_changes_are_explained_before_they_are_saved(page: GridPage) -> None:
    page.press("preview", **(first() | {"r0_c0": "40 - 50%", "r0_c1": "tăng 5 điểm %"}))
    assert "từ 40% đến 50%" in page.text
    assert "tăng 5 điểm % so với tháng 12 năm 2025 (cùng kỳ năm trước)" in page.text


WRONG = [
    ({"r0_c0": "cao"}, "Dòng 1, mốc 1", "Chưa hiểu mức chỉ tiêu"),
    ({"r0_c1": "170%"}, "Dòng 1, mốc 2", "từ 0 đến 100"),
    ({"r0_c1": "0,95"}, "Dòng 1, mốc 2", "không rõ là tỷ lệ phần trăm"),
    ({"r0_c1": "87 thủ tục"}, "Dòng 1, mốc 2", "chỉ số tính theo %"),
    ({"r0_indicators": "HSTTT"}, "Dòng 1, cột “Chỉ số”", "Có phải: “HSTT”"),
    ({"r0_indicators": "HSTT; hstt"}, "Dòng 1, cột “Chỉ số”", "hai lần"),
    ({"r0_whom": "Văn phòng Xở"}, "Dòng 1, cột “Đơn vị hoặc nhóm”", "Có phải: “Văn phòng Sở”"),
    ({"r0_scope": "each"}, "Dòng 1, cột “Đơn vị hoặc nhóm”", "không có nhóm này"),
    ({"r0_scope": "unstated"}, "Dòng 1, cột “Đơn vị hoặc nhóm”", "để trống"),
    ({"r0_scope": ""}, "Dòng 1, cột “Áp dụng cho”", "chưa chọn"),
    ({"r0_name": ""}, "Dòng 1, cột “Chỉ tiêu”", "bắt buộc"),
    ({"r0_c0": "", "r0_c1": ""}, "Dòng 1, cột “Chỉ tiêu”", "chưa có mức nào"),
    ({"r0_indicators": "", "r0_c1": "87 thủ tục"}, "Dòng 1, mốc 2", "chỉ số tính theo %"),
    ({"r0_name": "TỐI MẬT"}, "Dòng 1, cột “Chỉ tiêu”", "bí mật nhà nước"),
    ({"col_0": "làm nhanh"}, "Mốc 1", "Chưa hiểu thời hạn"),
    ({"col_0": "31/02/2026"}, "Mốc 1", "không phải là ngày có thật"),
    ({"col_0": "15/01/2027"}, "Mốc 1", "nằm ngoài thời gian của kế hoạch"),
    ({"col_0": "hằng tháng"}, "Mốc 1", "không phải là một mốc"),
    ({"col_0": "31/12/2026"}, "Mốc 2", "trùng với mốc 1"),
]


@pytest.mark.parametrize(("change", "place", "why"), WRONG, ids=[str(each[0]) for each in WRONG])
def test_a_wrong_cell_is_named_and_nothing_is_saved(
    page: GridPage, change: dict[str, str], place: str, why: str
) -> None:
    right = line(1, "Dòng đúng", "unstated", "", "50%", indicators="TTTT")
    typed = first() | right | change
    page.press("save", **typed)
    assert page.status == 422
    assert list(page.errors) == [place] and why in page.errors[place][0]
    assert Target.objects.count() == 0
    kept = page.fields
    assert all(kept[name.replace("_", "-")] == value for name, value in typed.items())


def test_a_code_stands_once_and_a_missing_one_is_numbered(page: GridPage, plan: Plan) -> None:
    two = line(1, "B", "unstated", "", "50%", indicators="TTTT")
    page.press("preview", **first(), **two, r1_code="ct01", r0_code="CT01")
    assert page.errors == {"Dòng 2, cột “Mã”": ["trùng với dòng 1. Mỗi mã chỉ ghi một dòng."]}
    page.press("preview", r0_code="", r1_code="CT01").press("save")
    assert list(plan.targets.values_list("code", "name")) == [("CT02", "Hồ sơ trực tuyến"), ("CT01", "B")]


def test_only_what_was_shown_is_saved(page: GridPage) -> None:
    page.press("preview", **first())
    page.press("save", r0_c0="đạt 75%")
    assert page.status == 200 and "đã thay đổi sau lần xem trước" in page.text
    assert Target.objects.count() == 0 and "đạt 75% trở lên" in page.text
    page.press("save")
    assert Milestone.objects.get(order=0).value == 75


def test_a_saved_grid_comes_back_as_it_was_and_changes_nothing_twice(
    page: GridPage, cast: Cast, plan: Plan
) -> None:
    page.press("preview", **first()).press("save")
    pks = list(Milestone.objects.values_list("pk", flat=True))
    again = GridPage(plan, cast.lan)
    shown = again.fields
    assert [shown[name] for name in ("col-0", "col-1", "r0-code", "r0-name", "r0-whom", "r0-c0", "r0-c1")] == [
        "trước ngày 30/4", "cuối năm", "CT01", "Hồ sơ trực tuyến", "Sở", "đạt 70%", "trên 90%",
    ]  # fmt: skip
    again.save()
    assert again.status == 302
    assert list(Milestone.objects.values_list("pk", flat=True)) == pks


def test_a_line_that_is_emptied_goes_and_the_preview_says_so(page: GridPage, cast: Cast, plan: Plan) -> None:
    page.press("preview", **first(), **line(1, "Bỏ đi", "unstated", "", "50%", indicators="TTTT")).press(
        "save"
    )
    again = GridPage(plan, cast.lan)
    empty = {f"r1_{key}": "" for key in ("code", "name", "indicators", "scope", "whom", "c0", "c1")}
    again.press("preview", **empty)
    assert "sẽ bỏ khỏi dự thảo: CT02 Bỏ đi" in again.text
    again.press("save")
    assert list(plan.targets.values_list("code", flat=True)) == ["CT01"]


def test_a_renamed_line_keeps_its_quote(page: GridPage, cast: Cast, plan: Plan) -> None:
    page.press("preview", **first()).press("save")
    plan.targets.update(quote="Nguyên văn")
    GridPage(plan, cast.lan).press("preview", r0_name="Tên khác", r0_code="A1").press("save")
    assert plan.targets.values_list("code", "name", "quote").get() == ("A1", "Tên khác", "Nguyên văn")


def test_two_people_at_once(page: GridPage, cast: Cast, plan: Plan) -> None:
    page.press("preview", **first()).press("save")
    mine, hers = GridPage(plan, cast.lan), GridPage(plan, cast.lan)
    hers.press("preview", r0_c0="đạt 60%").press("save")
    mine.press("preview", r0_c0="đạt 80%").press("save")
    assert mine.status == 409
    assert Milestone.objects.get(order=0).value == 60
    assert mine.fields["r0-c0"] == "đạt 80%", "what was typed is kept"
    assert "CT01, trước ngày 30/4: đang lưu “đạt 60%”, đồng chí ghi “đạt 80%”." in mine.text
    mine.save()
    assert mine.status == 302 and Milestone.objects.get(order=0).value == 80


def test_a_paste_fills_the_grid_and_waits_for_the_word_to_save(page: GridPage, plan: Plan) -> None:
    page.paste(
        "Chỉ tiêu\tChỉ số\tÁp dụng cho\tĐơn vị\t30/4/2026\tcuối năm\nHồ sơ\tHSTT\tMột đơn vị\tSở\tđạt 70%\ttrên 90%"
    )
    assert page.status == 200 and "đạt 70% trở lên" in page.text and not plan.targets.exists()
    page.press("save")
    assert page.status == 302 and plan.targets.get().milestones.count() == 2


def test_a_paste_that_does_not_fit_stays_where_it_was_pasted(page: GridPage) -> None:
    page.paste("Chỉ tiêu\tĐơn vị\tMàu\nA\tSở\tđỏ")
    assert page.status == 422
    assert page.fields["paste"].startswith("Chỉ tiêu\tĐơn vị\tMàu") and "“Màu” không phải" in page.text


def test_more_lines_and_milestones_without_javascript(page: GridPage) -> None:
    rows, columns = (int(page.fields[name]) for name in ("rows", "columns"))
    page.press("rows", **first())
    page.press("columns")
    assert (int(page.fields["rows"]), int(page.fields["columns"])) == (rows + 6, columns + 1)
    assert page.fields["r0-name"] == "Hồ sơ trực tuyến"


def test_a_given_plan_shows_its_grid_and_takes_nothing(page: GridPage, cast: Cast, plan: Plan) -> None:
    page.press("preview", **(first() | {"r0_indicators": "HSTT; TTTT"})).press("save")
    Plan.objects.filter(pk=plan.pk).update(state="active", activated_at="2026-10-01T08:00:00+07:00")
    given = GridPage(plan, cast.lan)
    assert given.status == 200 and "bằng văn bản sửa đổi, bổ sung" in given.text
    assert given.text.count("đạt 70%") == 2, "each indicator of a compound line on its own row"
    given.answer = given.client.post(given.url, {"act": "save"})
    assert given.status == 409 and plan.targets.count() == 1


def test_only_the_owner_has_the_page(cast: Cast, plan: Plan) -> None:
    for person in (cast.hoa, cast.minh, cast.tu, cast.son, cast.stranger):
        assert GridPage(plan, person).status == 404, "a draft is not there for them"
        assert GridPage(cast.plan, person).status in (403, 404)


def test_a_grid_of_the_largest_size_comes_through(page: GridPage, plan: Plan) -> None:
    head = "Chỉ tiêu\tChỉ số\tÁp dụng cho\tĐơn vị\t" + "\t".join(f"{month}/2026" for month in range(1, 13))
    body = "\n".join(f"Chỉ tiêu {n}\tHSTT\tMột đơn vị\tSở\t" + "\t".join(["80%"] * 12) for n in range(100))
    page.paste(f"{head}\n{body}")
    assert page.status == 200, page.errors
    page.press("save")
    assert page.status == 302 and Milestone.objects.count() == 1200


def test_a_name_several_indicators_bear_is_asked_for_the_code(page: GridPage, plan: Plan) -> None:
    indicator("CCHC-TNTT")  # the same name as HSTT
    page.press("preview", **first() | {"r0_indicators": "Tỷ lệ hồ sơ tiếp nhận trực tuyến"})
    (said,) = page.errors.values()
    assert "là tên của nhiều chỉ số. Hãy ghi mã chỉ số: CCHC-TNTT; HSTT." in said[0]
    page.press("preview", r0_indicators="CCHC-TNTT").press("save")
    assert [each.code for each in plan.targets.get().indicators.all()] == ["CCHC-TNTT"]
