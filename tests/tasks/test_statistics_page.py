"""The pages of statistics: who sees which rows, where each number leads, the workbook, the ranking."""

import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from core.deadlines import DeadlineKind
from tasks import actions
from tasks.models import Task
from tasks.statistics_page import TABLES
from tests.cast import TODAY, Cast
from tests.tasks.test_states_of_a_day import at
from units.models import User

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, **query: str) -> Any:
    response = signed_in(user).get(reverse("statistics"), query)
    assert response.status_code == 200
    return response


def labels(response: Any) -> list[str]:
    return [row["label"] for row in response.context["table"]["rows"]]


def cell(response: Any, row: str, column: str) -> dict[str, str]:
    (found,) = [each for each in response.context["table"]["rows"] if each["label"] == row]
    return next(each for each in found["cells"] if each["label"] == column)


@pytest.fixture
def many(cast: Cast) -> Cast:
    """Three units with tasks, one of them late, an order to the two branches, an outside body past its day."""
    cast.task("NV01", nominal_end=date(2026, 10, 9))
    cast.task("NV02")
    cast.task("NV03", cast.vpdk)
    cast.task("NV04", lead_group=cast.branches)
    cast.task("NV05", cast.ubtx, nominal_end=date(2026, 10, 9))
    return cast


def test_the_office_sees_every_unit_in_the_order_of_the_organisation(many: Cast) -> None:
    response = page(many.lan)
    assert labels(response) == [
        "Phòng Quản lý đất đai", "VPĐKĐĐ", "Chi nhánh Bình Sơn", "Chi nhánh An Phú", "UBND các xã, phường",
    ]  # fmt: skip
    assert cell(response, "Phòng Quản lý đất đai", "Đang thực hiện, quá hạn")["value"] == "1"
    assert cell(response, "UBND các xã, phường", "Đang thực hiện, quá hạn")["value"] == "0"
    assert cell(response, "UBND các xã, phường", "Cơ quan ngoài, quá thời hạn")["value"] == "1"
    assert "chỉ tính một" in response.content.decode()


def test_a_unit_sees_itself_and_the_average_and_no_other_unit(many: Cast) -> None:
    response = page(many.minh)
    assert labels(response) == ["Phòng Quản lý đất đai"]
    foot = response.context["table"]["foot"]
    assert (foot["label"], foot["cells"][0]["value"]) == ("Bình quân một đơn vị", "1,3")  # 5 tasks, 4 units
    body = response.content.decode()
    assert "VPĐKĐĐ" not in body and "Chi nhánh" not in body and "Xếp hạng" not in body


def test_an_average_of_two_units_is_not_shown_as_it_would_tell_the_other(cast: Cast) -> None:
    cast.task("NV01")
    cast.task("NV02", cast.cn1)
    assert page(cast.minh).context["table"]["foot"] is None


def test_a_branch_does_not_see_its_parent_and_the_parent_sees_its_branches(many: Cast) -> None:
    assert labels(page(many.tu)) == ["Chi nhánh Bình Sơn"]
    assert labels(page(many.dung)) == ["VPĐKĐĐ", "Chi nhánh Bình Sơn", "Chi nhánh An Phú"]


def test_nobody_without_a_part_in_the_work_sees_the_page(cast: Cast) -> None:
    assert signed_in(cast.stranger).get(reverse("statistics")).status_code == 403


@pytest.mark.parametrize("person", ["lan", "hoa", "son"])
def test_leaders_are_listed_by_name_for_those_above_only(many: Cast, person: str) -> None:
    response = page(getattr(many, person), theo="lanh-dao")
    assert labels(response) == ["Giám đốc Trần Thị Hòa"]
    assert "Trần Thị Hòa" not in page(many.minh, theo="lanh-dao").content.decode()


def test_every_number_leads_to_exactly_the_tasks_it_counts(many: Cast) -> None:
    """In every table, for the office by plan and by unit, and for a unit."""
    looked = 0
    for person, by in (
        (many.lan, "don-vi"),
        (many.lan, "ke-hoach"),
        (many.lan, "chung"),
        (many.dung, "don-vi"),
    ):
        client = signed_in(person)
        for name in TABLES:
            table = page(person, theo=by, bang=name).context["table"]
            for each in (each for row in table["rows"] for each in row["cells"] if each["url"]):
                listed = client.get(each["url"])
                assert listed.context["page"].paginator.count == int(each["value"]), each
                looked += 1
    assert looked > 60


def test_a_list_of_a_past_day_shows_the_tasks_as_they_stood(many: Cast) -> None:
    task = Task.objects.get(code="NV01")
    with at(date(2026, 10, 14)):
        actions.submit(task, by=many.minh, text="Xong")
        actions.confirm(task, by=many.lan)
        query = {"theo": "chung", "nhom": "0", "so": "overdue", "ngay": "13/10/2026"}
        response = signed_in(many.lan).get(reverse("statistics_list"), query)
        (row,) = response.context["rows"]
        assert (row.title, row.badges[0].text) == (task.title, "Quá hạn 02 ngày làm việc")
        response = signed_in(many.lan).get(reverse("statistics_list"), query | {"ngay": "14/10/2026"})
        assert response.context["rows"] == []


def test_a_task_handed_over_since_is_counted_for_the_old_unit_but_not_told(cast: Cast) -> None:
    task = cast.task("NV01", title="Việc nay của đơn vị khác")
    with at(date(2026, 10, 20)):
        actions.hand_over(task, by=cast.hoa, to=cast.vpdk, reason="Đúng chức năng")
        query = {"so": "total", "nhom": str(cast.ptd.pk), "ngay": "19/10/2026"}
        response = signed_in(cast.minh).get(reverse("statistics_list"), query)
        (row,) = response.context["rows"]
    assert row.url == "" and "Việc nay của đơn vị khác" not in response.content.decode()


def test_a_unit_cannot_ask_for_the_list_of_another(many: Cast) -> None:
    query = {"so": "total", "nhom": str(many.vpdk.pk)}
    assert signed_in(many.minh).get(reverse("statistics_list"), query).context["rows"] == []
    assert signed_in(many.minh).get(reverse("statistics_list"), {"so": "khac"}).status_code == 404
    assert (
        signed_in(many.minh).get(reverse("statistics_list"), {"so": "total", "nhom": "x"}).status_code == 404
    )


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"tu": "31/10/2026", "den": "01/10/2026"}, "Ngày cuối kỳ không được trước ngày đầu kỳ"),
        ({"tu": "01/10/2026"}, "Hãy ghi cả hai ngày"),
        ({"ngay": "14/10/2026"}, "Chưa có số liệu của ngày sau hôm nay"),
        ({"tu": "01/10/2026", "den": "31/10/2026", "ngay": "01/09/2026"}, "không được trước ngày đầu kỳ"),
        ({"tu": "01/12/2026", "den": "31/12/2026"}, "Kỳ chưa bắt đầu"),
    ],
)
def test_a_wrong_day_is_said_and_the_usual_window_shown(many: Cast, query: dict, words: str) -> None:
    response = page(many.lan, **query)
    assert words in response.content.decode()
    assert response.context["described"].startswith("Kỳ năm 2026: từ 15/12/2025")


def test_a_legal_window_that_is_over_shows_what_was_known_at_its_end(many: Cast) -> None:
    words = page(many.lan, ky="month:2026-09").context["described"]
    assert words == "Kỳ tháng 9 năm 2026: từ 15/08/2026 đến 14/09/2026; số liệu đến hết ngày 14/09/2026"


def test_nothing_given_divides_nothing(cast: Cast) -> None:
    assert "Không phát sinh nhiệm vụ" in page(cast.lan).content.decode()
    cast.task(deadline_kind=DeadlineKind.NONE, phrase="", nominal_end=None)
    response = page(cast.lan)
    rate = cell(response, "Phòng Quản lý đất đai", "Tỷ lệ hoàn thành (trên tổng số)")
    assert rate["value"] == "không phát sinh"


# --- ranking --------------------------------------------------------------------------------------------------------


def test_a_ranking_says_its_formula_and_ranks_nobody_under_five(cast: Cast) -> None:
    for number in range(5):
        cast.task(f"A{number}", nominal_end=date(2026, 10, 9))
    for number in range(4):
        cast.task(f"B{number}", cast.vpdk, nominal_end=date(2026, 10, 9))
    response = page(cast.hoa, bang="xep-hang")
    assert [(row["rank"], row["label"], row["counts"]) for row in response.context["ranking"]] == [
        ("01", "Phòng Quản lý đất đai", "0/5"),
        ("", "VPĐKĐĐ", "0/4"),
    ]
    assert "chia cho số nhiệm vụ đến hạn" in response.content.decode()


@pytest.mark.parametrize("person", ["minh", "tu", "son"])
def test_the_ranking_is_for_leadership_and_office_only(many: Cast, person: str) -> None:
    response = page(getattr(many, person), bang="xep-hang")
    assert "ranking" not in response.context


# --- workbook, cost -------------------------------------------------------------------------------------------------


def test_the_workbook_holds_every_table_in_real_numbers(many: Cast) -> None:
    response = signed_in(many.lan).get(reverse("statistics_export"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    assert book.sheet_names == [*(spec.title for spec in TABLES.values()), "Xếp hạng"]
    rows = book.get_sheet_by_index(0).to_python()
    at_row = next(n for n, row in enumerate(rows) if row[0] == "Đơn vị")
    first = dict(zip(rows[at_row], rows[at_row + 1], strict=True))
    assert first["Đơn vị"] == "Phòng Quản lý đất đai"
    assert first["Tổng số có thời hạn"] == 2 and isinstance(first["Tổng số có thời hạn"], int | float)
    assert first["Tỷ lệ hoàn thành (trên tổng số) (%)"] == 0
    assert first["Tỷ lệ hoàn thành (trên tổng số): mẫu số"] == 2
    ranked = book.get_sheet_by_name("Xếp hạng").to_python()
    at_row = next(n for n, row in enumerate(ranked) if row[0] == "Hạng")
    rates = [row[4] for row in ranked[at_row + 1 :] if row[3]]
    assert rates and all(isinstance(rate, int | float) for rate in rates)


def test_the_workbook_of_a_unit_holds_no_other_unit(many: Cast) -> None:
    response = signed_in(many.minh).get(reverse("statistics_export"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    cells = {str(value) for sheet in sheets for row in sheet for value in row}
    assert "Phòng Quản lý đất đai" in cells and not any("Chi nhánh" in value for value in cells)


def test_the_number_of_queries_of_the_page_is_constant(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.lan)
    for number, unit in enumerate((cast.ptd, cast.vpdk, cast.cn1, cast.cn2, cast.vp)):
        cast.task(f"NV{number}", unit)
    with django_assert_max_num_queries(24):
        client.get(reverse("statistics"))
    for number in range(5, 12):
        cast.task(f"NV{number}", cast.ptd)
    with django_assert_max_num_queries(24):
        client.get(reverse("statistics"))
    assert TODAY.year == 2026
