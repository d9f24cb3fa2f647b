"""Figures of other systems on their pages: upload, columns and names once, preview; then two sources side by side."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from plans import sources
from plans.models import Indicator, Measurement, SourceFigure, SourceFile, SourceMapping, SourceName
from tests.cast import Cast
from tests.plans.promised import indicator, report, target
from tests.tracker.exports import ONE_STOP, by_field, one_stop
from units.models import Unit

pytestmark = pytest.mark.django_db

HERE = "/so-lieu/nhap-he-thong/"


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def online(cast: Cast) -> Indicator:
    made = indicator()
    target(cast.plan, made, cast.ptd)
    target(cast.plan, made, cast.branches)
    return made


@pytest.fixture
def lan(cast: Cast, client: Client, online: Indicator) -> Client:
    client.force_login(cast.lan)
    return client


def upload(client: Client, data: bytes, name: str = "tong-hop.xlsx", **fields: str) -> Any:
    about = {"system": "one_stop", "period": "month:2026-09", "as_of": "", "answer_by": ""}
    return client.post(HERE, about | fields | {"file": SimpleUploadedFile(name, data)})


def text(response: Any) -> str:
    return response.content.decode()


def carried(response: Any) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([a-z_0-9]+)" value="([^"]*)"', text(response))
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def map_columns(client: Client, response: Any, of: Indicator, **fields: str) -> Any:
    chosen = {"unit": "1", f"n{of.pk}": "3", f"d{of.pk}": "2"}
    return client.post(HERE, carried(response) | chosen | fields)


def apply(client: Client, response: Any) -> Any:
    return client.post(HERE, carried(response) | {"step": "apply"})


def errors(response: Any) -> list[tuple[str, str, str]]:
    """(row, column, message)."""
    return [
        (each.get("row", ""), each.get("column", "")[:1], each["message"])
        for each in response.context["errors"]
    ]


# --- Bringing in ------------------------------------------------------------------------------------------------------


def test_from_an_export_to_figures_of_every_unit(lan: Client, cast: Cast, online: Indicator) -> None:
    first = upload(lan, one_stop())
    assert "Hồ sơ tiếp nhận › Trong đó › Trực tuyến" in text(first) and not SourceFigure.objects.exists()
    preview = map_columns(lan, first, online)
    shown = text(preview)
    assert "67,9%" in shown and "1.250/1.840" in shown and "trang “TH”, dòng 8, cột D/C" in shown
    assert not SourceFigure.objects.exists()
    done = apply(lan, preview)
    assert done.status_code == 302 and done["Location"] == reverse("source_figures")
    made = SourceFigure.objects.order_by("unit__code")
    assert [(each.unit, each.numerator, each.denominator) for each in made] == [
        (cast.cn1, 1250, 1840),
        (cast.cn2, 1200, 1264),
    ]
    assert (made[0].as_of, made[0].answer_by) == (date(2026, 9, 14), date(2026, 10, 16))
    kept = SourceFile.objects.get()
    assert kept.is_intact() and kept.uploaded_by == cast.lan and len(kept.sha256) == 64


def test_the_next_month_goes_from_upload_to_preview_at_once(lan: Client, online: Indicator) -> None:
    apply(lan, map_columns(lan, upload(lan, one_stop()), online))
    next_month = upload(lan, one_stop([("Chi nhánh Bình Sơn", 900, 800)]), period="month:2026-10")
    assert "Xem trước, chưa nhập" in text(next_month) and "88,9%" in text(next_month)
    assert "Tệp không có số liệu của 02 đơn vị" in text(next_month)
    assert apply(lan, next_month).status_code == 302


def test_the_same_file_again_changes_nothing(lan: Client, online: Indicator) -> None:
    apply(lan, map_columns(lan, upload(lan, one_stop()), online))
    again = upload(lan, one_stop())
    assert "Tệp không có gì mới" in text(again)
    assert apply(lan, again).status_code == 302
    assert SourceFigure.objects.count() == 2 and SourceFile.objects.count() == 1


def test_a_changed_figure_is_shown_beside_the_one_before(lan: Client, online: Indicator) -> None:
    apply(lan, map_columns(lan, upload(lan, one_stop()), online))
    changed = upload(lan, one_stop([("Chi nhánh Bình Sơn", 1840, 1260), ONE_STOP[1]]))
    assert "trước: 1.250/1.840" in text(changed) and "Nhập 01 số liệu" in text(changed)
    apply(lan, changed)
    assert SourceFigure.objects.count() == 3


def test_names_of_the_other_system_are_asked_once(lan: Client, cast: Cast, online: Indicator) -> None:
    rows = [("CN Bình Sơn (VPĐKĐĐ)", 10, 5), ("Chi nhánh An Phu", 10, 6), ("Bưu điện tỉnh", 3, 1)]
    asked = map_columns(lan, upload(lan, one_stop(rows, total=False)), online)
    shown = text(asked)
    assert "Tên này là đơn vị nào" in shown and "CN Bình Sơn (VPĐKĐĐ)" in shown
    assert "Chi nhánh An Phu" not in shown, "accents and case are no difference"
    assert shown.index("Gần giống") < shown.index("Chi nhánh Bình Sơn") < shown.index("Khác")
    wrong = lan.post(HERE, carried(asked) | {"step": "names", "name0": "", "name1": "bo-qua"})
    assert wrong.status_code == 422
    preview = lan.post(HERE, carried(asked) | {"step": "names", "name0": str(cast.cn1.pk), "name1": "bo-qua"})
    assert apply(lan, preview).status_code == 302
    assert set(SourceFigure.objects.values_list("unit", flat=True)) == {cast.cn1.pk, cast.cn2.pk}
    assert SourceName.objects.count() == 2
    assert "Xem trước" in text(upload(lan, one_stop(rows, total=False), period="month:2026-10"))


def test_rows_by_field_are_added_up_to_one_unit(lan: Client, cast: Cast, online: Indicator) -> None:
    rows = [("Đất đai", 100, 60), ("Môi trường", 50, 30), ("Khoáng sản", 10, 10)]
    first = upload(lan, one_stop(rows))
    preview = map_columns(lan, first, online, unit="", whole=str(cast.ptd.pk))
    assert "100/160" in text(preview) and "dòng 8–10" in text(preview)
    apply(lan, preview)
    made = SourceFigure.objects.get()
    assert (made.unit, made.numerator, made.denominator) == (cast.ptd, 100, 160)


def test_rows_by_field_below_a_merged_name_are_added_up_to_each_unit(
    lan: Client, cast: Cast, online: Indicator
) -> None:
    columns = {"unit": "0", f"n{online.pk}": "3", f"d{online.pk}": "2"}
    once = map_columns(lan, upload(lan, by_field()), online, **columns)
    assert [message[:13] for _, _, message in errors(once)] == ["Đã có số liệu"] * 2
    # The columns are remembered as they were read; from the preview they can be put right.
    again = lan.post(HERE, carried(once) | {"step": "remap"})
    preview = map_columns(lan, again, online, by_field="on", **columns)
    apply(lan, preview)
    assert {(each.unit, each.numerator, each.denominator) for each in SourceFigure.objects.all()} == {
        (cast.cn1, 90, 150),
        (cast.cn2, 10, 10),
    }


def test_a_numerator_in_two_columns_is_their_sum(lan: Client, cast: Cast, online: Indicator) -> None:
    data = (
        "Đơn vị;Tổng số;Một phần;Toàn trình\nChi nhánh Bình Sơn;100;20;50\nChi nhánh An Phú;10;;7\n"
        "Phòng Quản lý đất đai;10;;\n"
    )
    columns = {"unit": "0", f"n{online.pk}": "2", f"p{online.pk}": "3", f"d{online.pk}": "1"}
    first = upload(lan, data.encode(), "th.csv")
    same = map_columns(lan, first, online, **(columns | {f"p{online.pk}": "2"}))
    assert same.status_code == 422 and "Cột cộng thêm phải khác" in text(same)
    found = map_columns(lan, first, online, **columns)
    assert errors(found) == [("4", "C", "Chưa có số. Tử số và mẫu số cần cùng có số.")]
    rows = {row["unit"]: (row["amounts"], row["place"]) for row in found.context["rows"]}
    assert rows["Chi nhánh Bình Sơn"] == ("70/100", "trang “CSV”, dòng 2, cột C+D/B")
    assert rows["Chi nhánh An Phú"][0] == "7/10"


def test_a_total_that_is_not_the_sum_of_its_rows_is_said_and_never_a_figure(
    lan: Client, online: Indicator
) -> None:
    rows = [*ONE_STOP, ("Tổng số", 5000, 4000)]
    preview = map_columns(lan, upload(lan, one_stop(rows, total=False)), online)
    assert "Cột C: dòng tổng 10 ghi 5.000, cộng các dòng được 3.104." in text(preview)
    assert preview.context["count"] == 2


def test_a_unit_no_plan_asks_is_said_and_left_out(lan: Client, cast: Cast, online: Indicator) -> None:
    preview = map_columns(lan, upload(lan, one_stop([*ONE_STOP, ("Văn phòng Sở", 5, 5)])), online)
    assert "không có kế hoạch nào yêu cầu số liệu của: Văn phòng Sở" in text(preview)
    assert preview.context["count"] == 2


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (("Chi nhánh Bình Sơn", 1840, 0.95), "D", "tỷ lệ 95%"),
        (("Chi nhánh Bình Sơn", 1840, "95%"), "D", "Hãy nhập số lượng"),
        (("Chi nhánh Bình Sơn", 1840, "nhiều"), "D", "không phải là số"),
        (("Chi nhánh Bình Sơn", 1840, "NaN"), "D", "không phải là số"),
        (("Chi nhánh Bình Sơn", 1840, -5), "D", "không được âm"),
        (("Chi nhánh Bình Sơn", 1840, "1,234"), "D", "có thể hiểu hai cách"),
        (("Chi nhánh Bình Sơn", 1840, 1841), "D", "Tử số không được lớn hơn mẫu số"),
        (("Chi nhánh Bình Sơn", "", 5), "C", "chưa có số"),
        (("", 1840, 5), "B", "không có tên đơn vị"),
        (("Chi nhánh An Phú", 1840, 5), "B", "đã có số liệu kỳ này ở dòng 8"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_saved(
    lan: Client, online: Indicator, row: tuple, column: str, words: str
) -> None:
    found = map_columns(lan, upload(lan, one_stop([ONE_STOP[1], row], total=False)), online)
    assert found.status_code == 422
    ((number, at, message),) = errors(found)
    assert (number, at) == ("9", column) and words.lower() in message.lower()
    assert 'value="apply"' not in text(found)
    assert apply(lan, found).status_code == 422 and not SourceFigure.objects.exists()
    assert not SourceFile.objects.exists()


def test_a_text_with_a_thousands_dot_is_read_as_people_here_write_it(lan: Client, online: Indicator) -> None:
    data = "Đơn vị;Tổng số;Trực tuyến\nChi nhánh An Phú;1.840;1.250\n".encode()
    found = map_columns(
        lan, upload(lan, data, "th.csv"), online, unit="0", **{f"n{online.pk}": "2", f"d{online.pk}": "1"}
    )
    assert "1.250/1.840" in text(found)


def test_a_closed_unit_is_named(lan: Client, cast: Cast, online: Indicator) -> None:
    Unit.objects.filter(pk=cast.cn1.pk).update(closed_on=date(2026, 8, 1))
    found = map_columns(lan, upload(lan, one_stop()), online)
    assert errors(found) == [("8", "B", "Chi nhánh Bình Sơn đã chấm dứt hoạt động trước kỳ này.")]


def test_columns_must_be_chosen_in_pairs_and_name_the_unit(lan: Client, online: Indicator) -> None:
    first = upload(lan, one_stop())
    for fields, words in (
        ({"unit": ""}, "Hãy chọn cột tên đơn vị"),
        ({f"d{online.pk}": ""}, "cả cột tử số và cột mẫu số"),
        ({f"d{online.pk}": "3"}, "không thể là cùng một cột"),
        ({f"n{online.pk}": "", f"d{online.pk}": ""}, "ít nhất một chỉ số"),
    ):
        found = map_columns(lan, first, online, **fields)
        assert found.status_code == 422 and words in text(found)
    assert not SourceMapping.objects.exists()


@pytest.mark.parametrize(
    ("data", "name", "status"),
    [(b"%PDF-1.4", "a.pdf", 422), (b"xyz", "a.exe", 415), (b"Khong co bang\nx\n", "a.csv", 422)],
)
def test_another_kind_of_file_is_refused(lan: Client, data: bytes, name: str, status: int) -> None:
    found = upload(lan, data, name)
    assert found.status_code == status and not SourceFile.objects.exists()


def test_a_preview_that_is_no_longer_true_is_shown_again(lan: Client, cast: Cast, online: Indicator) -> None:
    preview = map_columns(lan, upload(lan, one_stop()), online)
    apply(lan, upload(lan, one_stop([("Chi nhánh Bình Sơn", 1840, 1260)])))
    found = apply(lan, preview)
    assert found.status_code == 409 and SourceFigure.objects.count() == 1
    assert apply(lan, found).status_code == 302 and SourceFigure.objects.count() == 3


def test_a_preview_belongs_to_who_made_it(lan: Client, cast: Cast, online: Indicator) -> None:
    preview = carried(map_columns(lan, upload(lan, one_stop()), online))
    found = lan.post(HERE, preview | {"step": "apply", "key": "0" * 32})
    assert found.status_code == 409 and not SourceFigure.objects.exists()


# --- Two sources ------------------------------------------------------------------------------------------------------


@pytest.fixture
def brought(cast: Cast, lan: Client, online: Indicator) -> SourceFigure:
    """The system says 1.250/1.840 of the first branch, which has reported 1.264/1.840."""
    report(online, cast.cn1, 1264, 1840, by=cast.tu)
    apply(lan, map_columns(lan, upload(lan, one_stop()), online))
    return SourceFigure.objects.get(unit=cast.cn1)


def page(of: SourceFigure, verb: str = "figure") -> str:
    return reverse(f"source_{verb}", args=[of.pk])


def test_the_alarm_stands_on_figure_list_and_matrix_in_words(
    lan: Client, cast: Cast, online: Indicator, brought: SourceFigure
) -> None:
    addresses = (
        reverse("figure", args=[online.pk, cast.cn1.pk]),
        reverse("figures"),
        f"{reverse('figures')}?xem=cho-xac-nhan",
        f"{reverse('plan', args=[cast.plan.pk])}?xem=chi-tieu",
        reverse("source_figures"),
    )
    for address in addresses:
        shown = text(lan.get(address))
        assert "Hai nguồn khác nhau" in shown and page(brought) in shown, address
    side_by_side = text(lan.get(page(brought)))
    assert "67,9% (1.250/1.840)" in side_by_side and "68,7% (1.264/1.840)" in side_by_side
    assert Measurement.objects.get().numerator == 1264


def test_the_unit_confirms_and_the_alarm_is_gone(
    client: Client, cast: Cast, online: Indicator, brought: SourceFigure
) -> None:
    client.force_login(cast.tu)
    assert page(brought, "agree") in text(client.get(page(brought)))
    assert client.post(page(brought, "agree")).status_code == 302
    shown = text(client.get(page(brought)))
    assert "Đơn vị thống nhất" in shown and page(brought, "agree") not in shown
    assert "Hai nguồn khác nhau" not in text(client.get(reverse("figures")))
    assert client.post(page(brought, "agree")).status_code == 409


def test_home_tells_the_unit_what_to_answer_and_the_office_what_to_rule(
    client: Client, cast: Cast, brought: SourceFigure
) -> None:
    assert "Số liệu chờ kết luận đối chiếu" in text(client.get("/"))
    client.force_login(cast.tu)
    shown = text(client.get("/"))
    assert "Số liệu từ hệ thống khác chờ xác nhận" in shown and page(brought) in shown
    client.post(page(brought, "agree"))
    assert "Số liệu từ hệ thống khác chờ xác nhận" not in text(client.get("/"))
    client.force_login(cast.minh)
    assert "Số liệu từ hệ thống khác" not in text(client.get("/"))


def test_a_confirmed_figure_says_on_its_page_that_it_came_from_a_system(
    client: Client, cast: Cast, online: Indicator, brought: SourceFigure
) -> None:
    client.force_login(cast.tu)
    client.post(page(brought, "agree"))
    history = text(client.get(reverse("figure", args=[online.pk, cast.cn1.pk]))).split('id="lich-su"')[1]
    assert "Từ hệ thống khác" in history and "tong-hop.xlsx" in history


def test_the_unit_disputes_and_the_office_rules(
    client: Client, cast: Cast, online: Indicator, brought: SourceFigure
) -> None:
    client.force_login(cast.tu)
    own = {"numerator": "1.264", "denominator": "1.840", "reason": "14 hồ sơ bưu chính"}
    assert client.post(page(brought, "dispute"), own | {"reason": ""}).status_code == 422
    assert client.post(page(brought, "dispute"), own).status_code == 302
    assert client.post(page(brought, "rule"), {"stands": "unit", "reason": "x"}).status_code == 403
    client.force_login(cast.lan)
    assert "14 hồ sơ bưu chính" in text(client.get(page(brought)))
    assert client.post(page(brought, "rule"), {"stands": "other", "reason": "x"}).status_code == 422
    ruling = {
        "stands": "other", "numerator": "1.257", "denominator": "1.840", "reason": "07 hồ sơ trùng",
        "decided_by": "Trần Thị Hòa", "how": "meeting", "basis": "",
    }  # fmt: skip
    assert client.post(page(brought, "rule"), ruling).status_code == 302
    shown = text(client.get(page(brought)))
    assert "Người quyết định: Trần Thị Hòa (Họp giao ban, chưa có văn bản)" in shown
    assert "68,3% (1.257/1.840)" in shown and "07 hồ sơ trùng" in shown
    assert Measurement.objects.current().get(unit=cast.cn1).decision.verdict == "accepted"


def test_after_the_day_the_office_takes_a_figure_nobody_answered(
    lan: Client, cast: Cast, online: Indicator, brought: SourceFigure
) -> None:
    import time_machine

    silent = SourceFigure.objects.get(unit=cast.cn2)
    assert page(silent, "take") not in text(lan.get(page(silent)))
    assert lan.post(page(silent, "take")).status_code == 409
    with time_machine.travel("2026-10-19T09:00:00+07:00", tick=False):
        lan.force_login(cast.lan)
        assert page(silent, "take") in text(lan.get(page(silent)))
        assert lan.post(page(silent, "take")).status_code == 302
        assert "đơn vị chưa xác nhận" in text(lan.get(page(silent)))
        # The other branch had reported otherwise: its report can be ruled on.
        ruled = lan.post(page(brought, "rule"), {"stands": "source", "reason": "Đủ ngày nhận"})
        assert ruled.status_code == 302
    assert Measurement.objects.current().get(unit=cast.cn1).numerator == Decimal(1250)


def test_a_unit_reads_its_own_exchange_and_not_the_file_of_everybody(
    client: Client, cast: Cast, brought: SourceFigure
) -> None:
    client.force_login(cast.tu)
    assert "tong-hop.xlsx" in text(client.get(page(brought)))
    other = SourceFigure.objects.get(unit=cast.cn2)
    assert client.get(page(other)).status_code == 404
    file = reverse("source_file", args=[brought.file_id])
    assert client.get(file).status_code == 404
    client.force_login(cast.lan)
    found = client.get(file)
    assert found.status_code == 200 and b"".join(found.streaming_content) == stored_bytes(brought)


def stored_bytes(brought: SourceFigure) -> bytes:
    with brought.file.file.open("rb") as stored:
        return bytes(stored.read())


def test_the_list_of_figures_asks_one_question_for_all_alarms(
    lan: Client, cast: Cast, online: Indicator, brought: SourceFigure, django_assert_num_queries: Any
) -> None:
    pairs = [(online.pk, unit.pk) for unit in (cast.cn1, cast.cn2, cast.ptd)]
    with django_assert_num_queries(1):
        assert list(sources.alarms(pairs)) == [(online.pk, cast.cn1.pk)]
