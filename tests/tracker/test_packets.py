"""Update packets: open figures and tasks of a unit in an Excel file, read back, nothing overwritten silently."""

import io
import re
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.periods import containing
from core.sheets.reading import open_workbook
from plans import rounds
from plans.actions import accept_figure, return_figure
from plans.models import Indicator, Measurement
from tasks import actions
from tasks.models import Event, Evidence, ProgressUpdate, Task
from tests.cast import TODAY, Cast
from tests.plans.promised import indicator, report, target
from tests.tracker.exports import one_stop
from tests.tracker.packing import Rows, filled, rows_of, saved
from tracker.packets import layout
from tracker.packets.keys import RowKey
from tracker.packets.planning import plan_of
from tracker.packets.reading import read_packet
from units.models import CalendarDay, Unit

pytestmark = pytest.mark.django_db

FIGURE = {"numerator": 800, "denominator": 1000}
MAIL = {"sent_by": "Ông Nam", "how": "email", "received_on": "12/10/2026", "paper": ""}


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def online(cast: Cast) -> Indicator:
    made = indicator(data_source="Hệ thống một cửa")
    target(cast.plan, made, cast.ptd, (date(2026, 9, 10), "ge", "70"))
    return made


@pytest.fixture
def task(cast: Cast) -> Task:
    return cast.task()


@pytest.fixture
def lan(cast: Cast, client: Client, online: Indicator, task: Task) -> Client:
    client.force_login(cast.lan)
    return client


def here(unit: Unit, name: str = "packet") -> str:
    return reverse(name, args=[unit.pk])


def packet(client: Client, unit: Unit) -> bytes:
    return client.get(here(unit, "packet_download")).content


def send(client: Client, unit: Unit, data: bytes, name: str = "goi.xlsx", **fields: str) -> Any:
    return client.post(here(unit), MAIL | fields | {"file": SimpleUploadedFile(name, data)})


def text(response: Any) -> str:
    return response.content.decode()


def confirm(client: Client, unit: Unit, preview: Any, **choices: str) -> Any:
    found = re.findall(r'<input type="hidden" name="([a-z_0-9]+)" value="([^"]*)"', text(preview))
    carried = {name: value for name, value in found if name != "csrfmiddlewaretoken"}
    return client.post(here(unit), carried | choices)


def errors(response: Any) -> list[tuple[str, str, str]]:
    """(sheet, column, message)."""
    return [
        (each.get("sheet", ""), each.get("column", "")[:1], each["message"])
        for each in response.context["errors"]
    ]


# --- The file ---------------------------------------------------------------------------------------------------------


def test_it_holds_what_is_open_and_only_yellow_cells_take_typing(lan: Client, cast: Cast) -> None:
    response = lan.get(here(cast.ptd, "packet_download"))
    assert response["Content-Disposition"].endswith('"Goi-cap-nhat-phong-quan-ly-dat-dai-13-10-2026.xlsx"')
    book = open_workbook(response.content, "goi.xlsx")
    assert book.sheet_names == [layout.GUIDE, layout.FIGURES, layout.TASKS]
    figures = rows_of(response.content, layout.FIGURES)
    assert [(row["indicator"], row["period"][:7], row["demand"]) for row in figures] == [
        ("Tỷ lệ hồ sơ tiếp nhận trực tuyến", "tháng 9", "≥ 70%"),
        ("Tỷ lệ hồ sơ tiếp nhận trực tuyến", "tháng 1", "≥ 70%"),
    ]
    (row,) = rows_of(response.content, layout.TASKS)
    assert (row["code"], row["due"], row["percent"]) == ("NV01", date(2026, 10, 30), None)
    with zipfile.ZipFile(io.BytesIO(response.content)) as parts:
        xml = parts.read("xl/worksheets/sheet2.xml").decode()
        styles = parts.read("xl/styles.xml").decode()
    assert "<sheetProtection " in xml and 'hidden="1"' in xml and '<protection locked="0"/>' in styles
    assert '<dataValidation type="list"' in xml and '<dataValidation type="decimal"' in xml


def test_what_is_accepted_or_waits_for_the_office_is_not_asked_again(
    lan: Client, cast: Cast, online: Indicator
) -> None:
    accept_figure(report(online, cast.ptd, 800, 1000), by=cast.lan)
    assert [row["period"][:8] for row in rows_of(packet(lan, cast.ptd), layout.FIGURES)] == ["tháng 10"]


@pytest.mark.parametrize(
    ("who", "status"),
    [("lan", 200), ("minh", 200), ("mai", 200), ("tu", 403), ("hoa", 403), ("son", 403), ("stranger", 404)],
)
def test_a_packet_is_for_the_unit_and_the_office(
    client: Client, cast: Cast, online: Indicator, who: str, status: int
) -> None:
    client.force_login(getattr(cast, who))
    leads_there = here(cast.ptd) in text(client.get(reverse("unit", args=[cast.ptd.pk])))
    assert leads_there == (status == 200)
    assert client.get(here(cast.ptd, "packet_download")).status_code == status
    assert client.get(here(cast.ptd)).status_code == status


def test_a_body_outside_our_authority_gets_one_where_it_owes_something(lan: Client, cast: Cast) -> None:
    assert lan.get(here(cast.ubtx)).status_code == 403
    cast.task("NV09", cast.ubtx)
    assert [row["code"] for row in rows_of(packet(lan, cast.ubtx), layout.TASKS)] == ["NV09"]


# --- Back again -------------------------------------------------------------------------------------------------------


def test_figures_and_tasks_go_through_the_ordinary_verbs_as_entered_for_the_unit(
    lan: Client, cast: Cast, online: Indicator, task: Task
) -> None:
    given = {
        "percent": 60, "text": "Đã rà soát 12 quy trình", "obstacle": "Thiếu máy quét", "proposal": "Bổ sung",
        "number": "45/BC-QLDD", "issued_on": date(2026, 10, 9),
    }  # fmt: skip
    preview = send(lan, cast.ptd, filled(packet(lan, cast.ptd), FIGURE, given))
    shown = text(preview)
    assert "80% (800/1.000)" in shown and "Tỷ lệ hoàn thành: 60%" in shown and "45/BC-QLDD" in shown
    assert not Measurement.objects.exists() and not ProgressUpdate.objects.exists()
    assert confirm(lan, cast.ptd, preview).status_code == 302
    made = Measurement.objects.get()
    assert (made.numerator, made.denominator, made.period_key) == (800, 1000, "2026-09")
    assert made.recorded_for_unit and made.recorded_by == cast.lan
    assert made.source == "Hệ thống một cửa; gói cập nhật, thư điện tử ngày 12/10/2026"
    update = ProgressUpdate.objects.get()
    assert (update.text, update.percent, update.obstacle) == ("Đã rà soát 12 quy trình", 60, "Thiếu máy quét")
    assert update.recorded_for_unit
    paper = Evidence.objects.get()
    assert (paper.number, paper.issued_on, paper.recorded_for_unit) == ("45/BC-QLDD", date(2026, 10, 9), True)
    line = Event.objects.filter(verb="update").get()
    assert "Ông Nam" in line.content and "gói cập nhật, thư điện tử ngày 12/10/2026" in line.content


def test_the_unit_itself_may_send_it_back(client: Client, cast: Cast, online: Indicator, task: Task) -> None:
    client.force_login(cast.minh)
    shown = text(client.get(here(cast.ptd)))
    assert "Người gửi" not in shown
    preview = send(client, cast.ptd, filled(packet(client, cast.ptd), FIGURE, {"percent": 10}))
    assert confirm(client, cast.ptd, preview).status_code == 302
    assert (
        not Measurement.objects.get().recorded_for_unit and not ProgressUpdate.objects.get().recorded_for_unit
    )
    assert ProgressUpdate.objects.get().text == "Cập nhật tỷ lệ hoàn thành 10%."


def test_a_clerk_who_may_not_send_figures_has_none_in_the_packet(
    client: Client, cast: Cast, online: Indicator, task: Task
) -> None:
    client.force_login(cast.lan)
    whole = packet(client, cast.ptd)
    client.force_login(cast.mai)
    own = packet(client, cast.ptd)
    assert rows_of(own, layout.FIGURES) == [] and len(rows_of(own, layout.TASKS)) == 1
    refused = send(client, cast.ptd, filled(whole, FIGURE))
    assert refused.status_code == 422 and "không có quyền" in errors(refused)[0][2]


def test_nothing_typed_changes_nothing(lan: Client, cast: Cast) -> None:
    data = packet(lan, cast.ptd)
    for untouched in (data, filled(data)):
        preview = send(lan, cast.ptd, untouched)
        assert "không có gì để lưu" in text(preview)
    assert not Measurement.objects.exists() and not ProgressUpdate.objects.exists()


def test_the_same_packet_sent_twice_says_nothing_new(lan: Client, cast: Cast) -> None:
    given = {"percent": 60, "text": "Xong", "number": "45/BC", "issued_on": date(2026, 10, 9)}
    data = filled(packet(lan, cast.ptd), FIGURE, given)
    confirm(lan, cast.ptd, send(lan, cast.ptd, data))
    again = send(lan, cast.ptd, data)
    assert "không có gì để lưu" in text(again) and "02 dòng giống số liệu hiện có" in text(again)


def test_nothing_arisen_is_chosen_from_the_list(lan: Client, cast: Cast) -> None:
    preview = send(lan, cast.ptd, filled(packet(lan, cast.ptd), {"nothing": "Không phát sinh"}))
    assert "Không phát sinh (0/0)" in text(preview)
    confirm(lan, cast.ptd, preview)
    assert (Measurement.objects.get().numerator, Measurement.objects.get().denominator) == (0, 0)


def test_a_figure_short_of_its_level_wants_cause_and_remedy(lan: Client, cast: Cast) -> None:
    data = packet(lan, cast.ptd)
    short = {"numerator": 600, "denominator": 1000}
    refused = send(lan, cast.ptd, filled(data, short))
    assert errors(refused) == [
        ("Số liệu", "I", "Hãy ghi nguyên nhân (60% so với mức ≥ 70%)."),
        ("Số liệu", "J", "Hãy ghi biện pháp khắc phục (60% so với mức ≥ 70%)."),
    ]
    preview = send(lan, cast.ptd, filled(data, short | {"cause": "Mất điện", "remedy": "Làm bù"}))
    confirm(lan, cast.ptd, preview)
    assert (Measurement.objects.get().cause, Measurement.objects.get().remedy) == ("Mất điện", "Làm bù")


def test_a_figure_that_was_sent_back_may_be_sent_again_as_it_was(
    lan: Client, cast: Cast, online: Indicator
) -> None:
    return_figure(report(online, cast.ptd, 800, 1000, by=cast.minh), by=cast.lan, reason="Kiểm tra lại")
    preview = send(lan, cast.ptd, filled(packet(lan, cast.ptd), FIGURE))
    confirm(lan, cast.ptd, preview)
    assert Measurement.objects.current().get().revision == 2


# --- Conflicts --------------------------------------------------------------------------------------------------------


def choice(preview: Any, number: int = 0) -> str:
    return preview.context["conflicts"][number]["change"].name


def test_a_row_that_moved_since_shows_both_values_and_waits_for_a_choice(
    lan: Client, cast: Cast, online: Indicator, task: Task
) -> None:
    data = packet(lan, cast.ptd)
    report(online, cast.ptd, 750, 1000, by=cast.minh)
    actions.update_progress(task, by=cast.minh, text="Đang làm", percent=40)
    preview = send(lan, cast.ptd, filled(data, FIGURE, {"percent": 60}))
    shown = text(preview)
    assert "75% (750/1.000), Lê Văn Minh ghi lúc" in shown and "80% (800/1.000)" in shown
    assert "40%, đang thực hiện" in shown and "Tỷ lệ hoàn thành: 60% (đang ghi nhận 40%)" in shown
    refused = confirm(lan, cast.ptd, preview)
    assert refused.status_code == 422 and "Hãy chọn giữ số hiện nay" in text(refused)
    assert Measurement.objects.count() == 1
    done = confirm(lan, cast.ptd, preview, **{choice(preview): "keep", choice(preview, 1): "use"})
    assert done.status_code == 302
    assert Measurement.objects.get().numerator == 750
    task.refresh_from_db()
    assert task.percent == 60


def test_the_packets_figure_becomes_a_new_revision_where_it_is_chosen(
    lan: Client, cast: Cast, online: Indicator
) -> None:
    data = packet(lan, cast.ptd)
    report(online, cast.ptd, 750, 1000, by=cast.minh)
    preview = send(lan, cast.ptd, filled(data, FIGURE))
    confirm(lan, cast.ptd, preview, **{choice(preview): "use"})
    assert [each.numerator for each in Measurement.objects.all()] == [750, 800]


def test_what_moves_between_preview_and_saving_is_shown_again(
    lan: Client, cast: Cast, online: Indicator
) -> None:
    preview = send(lan, cast.ptd, filled(packet(lan, cast.ptd), FIGURE))
    report(online, cast.ptd, 750, 1000, by=cast.minh)
    again = confirm(lan, cast.ptd, preview)
    assert again.status_code == 409 and len(again.context["conflicts"]) == 1
    assert Measurement.objects.count() == 1


def test_a_task_finished_meanwhile_takes_nothing(lan: Client, cast: Cast, task: Task) -> None:
    data = packet(lan, cast.ptd)
    actions.submit(task, by=cast.minh, text="Xong")
    actions.confirm(task, by=cast.lan)
    refused = send(lan, cast.ptd, filled(data, None, {"percent": 60}))
    assert refused.status_code == 422 and "không còn chờ cập nhật" in errors(refused)[0][2]


def test_all_or_nothing(lan: Client, cast: Cast, task: Task, online: Indicator) -> None:
    preview = send(lan, cast.ptd, filled(packet(lan, cast.ptd), FIGURE, {"percent": 60}))
    # The unit closes between preview and saving: the figure of the period is still right, the second row is not.
    Unit.objects.filter(pk=cast.ptd.pk).update(closed_on=date(2026, 8, 1))
    answer = confirm(lan, cast.ptd, preview)
    assert answer.status_code in (409, 422) and not Measurement.objects.exists()
    assert not ProgressUpdate.objects.exists()


# --- What people do to files ------------------------------------------------------------------------------------------


def test_rows_gone_sorted_otherwise_and_a_sheet_deleted_do_no_harm(lan: Client, cast: Cast) -> None:
    cast.task("NV02")
    cast.task("NV03")
    data = packet(lan, cast.ptd)

    def turned(rows: Rows) -> Rows:
        kept = list(reversed(rows))[:2]
        kept[0]["percent"] = 30
        return kept

    rows = turned(rows_of(data, layout.TASKS))
    preview = send(lan, cast.ptd, saved({layout.TASKS: rows}))
    assert preview.context["count"] == 1
    assert "Tệp không có trang “Số liệu”: trang này không thay đổi gì." in text(preview)
    confirm(lan, cast.ptd, preview)
    assert Task.objects.get(percent=30).code == rows[0]["code"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: [*rows, {"percent": 5, "title": "Việc mới"}], "mã dòng không đúng"),
        (lambda rows: [rows[0] | {"key": rows[0]["key"][:-1] + "x", "percent": 5}], "mã dòng đã bị sửa"),
        (
            lambda rows: [rows[0] | {"key": re.sub(r"\|N\|\d+", "|N|987654", rows[0]["key"]), "percent": 5}],
            "đã bị sửa",
        ),
        (lambda rows: [rows[0] | {"percent": 5}, rows[0] | {"percent": 6}], "trùng với dòng 4"),
        (lambda rows: [rows[0] | {"key": None, "percent": 5}], "mã dòng không đúng"),
    ],
)
def test_rows_added_copied_or_with_another_key_are_named(
    lan: Client, cast: Cast, change: Any, words: str
) -> None:
    refused = send(lan, cast.ptd, filled(packet(lan, cast.ptd), None, change))
    assert refused.status_code == 422
    ((sheet, column, message),) = errors(refused)
    assert (sheet, column) == ("Nhiệm vụ", "L") and words.lower() in message.lower()
    assert not ProgressUpdate.objects.exists()


@pytest.mark.parametrize(
    ("figure", "work", "at", "words"),
    [
        ({"numerator": "80%", "denominator": 1000}, {}, "E", "Hãy nhập số lượng"),
        ({"numerator": 0.8, "denominator": 1000}, {}, "E", "tỷ lệ 80%"),
        ({"numerator": "nhiều", "denominator": 1000}, {}, "E", "không phải là số"),
        ({"numerator": "NaN", "denominator": 1000}, {}, "E", "không phải là số"),
        ({"numerator": "1,234", "denominator": 2000}, {}, "E", "có thể hiểu hai cách"),
        ({"numerator": -1, "denominator": 1000}, {}, "E", "không được âm"),
        ({"numerator": 1001, "denominator": 1000}, {}, "E", "không được lớn hơn mẫu số"),
        ({"numerator": 800}, {}, "F", "cần có mẫu số"),
        ({"source": "Sổ"}, {}, "E", "chưa có số"),
        ({"numerator": 800, "denominator": 1000, "nothing": "Không phát sinh"}, {}, "G", "không chọn"),
        ({"nothing": "Có"}, {}, "G", "không có trong danh sách"),
        ({"numerator": 800, "denominator": "=1/0"}, {}, "F", "công thức"),
        ({}, {"percent": "60%"}, "F", "số nguyên từ 0 đến 100"),
        ({}, {"percent": 0.6}, "F", "số nguyên từ 0 đến 100"),
        ({}, {"percent": 101}, "F", "số nguyên từ 0 đến 100"),
        ({}, {"number": "45/BC"}, "K", "chưa có ngày"),
        ({}, {"issued_on": date(2026, 10, 9)}, "J", "chưa có số, ký hiệu"),
        ({}, {"number": "45/BC", "issued_on": date(2026, 12, 9)}, "K", "sau hôm nay"),
        ({}, {"number": "45/BC", "issued_on": "31/02/2026"}, "K", "không phải là ngày có thật"),
        ({}, {"text": "Báo cáo số 3 - TỐI MẬT"}, "", "bí mật nhà nước"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_saved(
    lan: Client, cast: Cast, figure: dict, work: dict, at: str, words: str
) -> None:
    refused = send(lan, cast.ptd, filled(packet(lan, cast.ptd), figure, work))
    assert refused.status_code == 422 and not Measurement.objects.exists()
    assert not ProgressUpdate.objects.exists()
    if at:
        found = errors(refused)
        assert len(found) == 1 and found[0][1] == at and words.lower() in found[0][2].lower()
    else:
        assert words in text(refused)


def test_a_thousands_dot_is_read_as_people_here_write_it(lan: Client, cast: Cast) -> None:
    given = {"numerator": "1.264", "denominator": "1.840,5", "cause": "x", "remedy": "y"}
    assert "68,7% (1.264/1.840,5)" in text(send(lan, cast.ptd, filled(packet(lan, cast.ptd), given)))


def test_a_result_of_a_formula_counts(lan: Client, cast: Cast) -> None:
    given = {"numerator": "=700+100", "result": 800, "denominator": 1000}
    assert "80% (800/1.000)" in text(send(lan, cast.ptd, filled(packet(lan, cast.ptd), given)))


def test_a_renamed_column_is_named(lan: Client, cast: Cast) -> None:
    renamed = {"denominator": "MS"}
    refused = send(lan, cast.ptd, filled(packet(lan, cast.ptd), FIGURE, renamed=renamed))
    assert refused.status_code == 422 and "thiếu cột bắt buộc: Mẫu số" in text(refused)


def test_a_packet_of_another_unit_is_refused_by_its_name(lan: Client, cast: Cast) -> None:
    cast.task("NV02", cast.cn1)
    other = packet(lan, cast.cn1)
    for data in (other, filled(other, None, {"percent": 5})):
        refused = send(lan, cast.ptd, data)
        assert refused.status_code == 422 and "gói cập nhật của đơn vị “Chi nhánh Bình Sơn”" in text(refused)


def test_a_row_carried_over_from_another_packet_is_refused(lan: Client, cast: Cast) -> None:
    cast.task("NV02", cast.cn1)
    (foreign,) = rows_of(packet(lan, cast.cn1), layout.TASKS)
    mixed = filled(packet(lan, cast.ptd), None, lambda rows: [*rows, foreign | {"percent": 5}])
    refused = send(lan, cast.ptd, mixed)
    assert refused.status_code == 422 and "Dòng của đơn vị khác" in errors(refused)[0][2]


def test_another_edition_and_another_file_are_refused(lan: Client, cast: Cast, task: Task) -> None:
    old = RowKey(cast.ptd.pk, "N", str(task.pk), 1).signed().replace("GOI1|", "GOI0|")
    refused = send(lan, cast.ptd, saved({layout.TASKS: [{"percent": 5, "key": old}]}))
    assert refused.status_code == 422 and "Gói theo mẫu khác" in text(refused)
    refused = send(lan, cast.ptd, one_stop())
    assert refused.status_code == 422 and "không phải là gói cập nhật" in text(refused)
    assert send(lan, cast.ptd, b"%PDF-1.4", "a.pdf").status_code == 422


def test_a_rotated_secret_still_reads_packets_already_sent(lan: Client, cast: Cast, settings: Any) -> None:
    data = filled(packet(lan, cast.ptd), FIGURE)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert len(read_packet(data, "goi.xlsx").figures) == 1
    settings.SECRET_KEY_FALLBACKS = []
    assert len(read_packet(data, "goi.xlsx").errors) == 1


def test_the_office_says_whence_it_came(lan: Client, cast: Cast) -> None:
    data = filled(packet(lan, cast.ptd), FIGURE)
    refused = send(lan, cast.ptd, data, sent_by="", received_on="20/10/2026")
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"sent_by", "received_on"}


@pytest.mark.skipif(which("soffice") is None, reason="needs LibreOffice")
def test_a_packet_saved_by_libreoffice_is_read_alike(lan: Client, cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "goi.xlsx").write_bytes(packet(lan, cast.ptd))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(tmp_path / "goi.xlsx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    data = (tmp_path / "out" / "goi.xlsx").read_bytes()
    assert "không có gì để lưu" in text(send(lan, cast.ptd, data))
    assert "80% (800/1.000)" in text(send(lan, cast.ptd, filled(data, FIGURE)))


def test_reading_asks_as_many_questions_for_few_rows_as_for_many(lan: Client, cast: Cast) -> None:
    def asked(count: int) -> int:
        rows = [each | {"percent": 5} for each in rows_of(packet(lan, cast.ptd), layout.TASKS)]
        assert len(rows) == count
        read = read_packet(saved({layout.TASKS: rows}), "goi.xlsx")
        with CaptureQueriesContext(connection) as captured:
            assert len(plan_of(read, cast.ptd, cast.lan).changes) == count
        return len(captured)

    few = asked(1)
    for number in range(2, 12):
        cast.task(f"NV{number:02d}")
    assert asked(11) == few


def test_a_figure_of_a_locked_period_is_refused_at_its_row(
    lan: Client, cast: Cast, online: Indicator
) -> None:
    data = packet(lan, cast.ptd)
    window = containing("month", TODAY).previous()
    usual = rounds.usual_days(window, CalendarDay.objects.as_calendar())
    rounds.open_round(cast.vp, window, [(online, cast.ptd)], usual, by=cast.lan)
    preview = send(lan, cast.ptd, filled(data, FIGURE))
    refused = confirm(lan, cast.ptd, preview) if preview.status_code == 200 else preview
    assert "đã khóa số liệu" in text(refused) and not Measurement.objects.exists()
