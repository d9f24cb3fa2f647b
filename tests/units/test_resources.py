"""Downloads of units, calendar and coverage; the first two are read again as they were written."""

from datetime import date

import pytest
import tablib
from django.test import Client
from django.urls import reverse

from core.sheets.formats import XLSX, SafeCSV
from core.sheets.reading import SheetError
from core.sheets.resources import CatalogueResource, Loaded
from tests.cast import Cast, make_unit, make_user
from units.actions import record_check, renumber_tree, save_member
from units.models import AccountKind, CalendarDay, StaffMember, Unit, UnitName
from units.permissions import Role
from units.resources import CalendarResource, UnitResource

pytestmark = pytest.mark.django_db


def table(headings: list[str], *rows: list[object]) -> tablib.Dataset:
    """A file with these rows, as our reader hands it on."""
    return XLSX().create_dataset(XLSX().export_data(tablib.Dataset(*rows, headers=headings)))


def load(resource: CatalogueResource, headings: list[str], *rows: list[object], save: bool = True) -> Loaded:
    return resource.load(table(headings, *rows), save=save)


def downloaded(client: Client, name: str, **query: str) -> tablib.Dataset:
    response = client.get(reverse(name), query)
    assert response.status_code == 200 and response["Content-Disposition"].startswith("attachment; filename=")
    chosen = SafeCSV() if query.get("dang") == "csv" else XLSX()
    return chosen.create_dataset(response.content)


UNIT = ["Mã đơn vị", "Tên đơn vị", "Loại đơn vị", "Đơn vị cấp trên"]


# --- units ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_an_exported_organisation_imports_as_unchanged(cast: Cast, client: Client, kind: str) -> None:
    client.force_login(cast.lan)
    found = downloaded(client, "units_export", dang=kind)
    assert found["Mã đơn vị"] == ["SO", "VP", "PTD", "VPDK", "CN1", "CN2", "DOAN", "UBTX"]
    loaded = UnitResource().load(found, save=True)
    assert (loaded.created, loaded.changed, loaded.unchanged, loaded.errors) == (0, 0, 8, ())


def test_new_and_changed_units_are_written_by_the_verb(cast: Cast) -> None:
    loaded = load(
        UnitResource(), UNIT,
        ["PMT", "Phòng Môi trường", "phong chuyen mon", "Sở Nông nghiệp và Môi trường"],
        ["TO1", "Tổ Quan trắc", "Chi nhánh", "PMT"],
        ["PTD", "Phòng Đất đai", "Phòng chuyên môn", "SO"],
    )  # fmt: skip
    assert (loaded.created, loaded.changed, loaded.errors) == (2, 1, ())
    below = Unit.objects.get(code="TO1")
    assert below.parent.code == "PMT" and below.tree_start > below.parent.tree_start > 0
    assert "moi truong" in Unit.objects.get(code="PMT").search
    assert UnitName.objects.filter(unit__code="PTD").count() == 2


def test_a_look_saves_nothing(cast: Cast) -> None:
    loaded = load(UnitResource(), UNIT, ["PMT", "Phòng Môi trường", "Phòng chuyên môn", "SO"], save=False)
    assert loaded.created == 1
    assert not Unit.objects.filter(code="PMT").exists()


@pytest.mark.parametrize(
    ("row", "place", "why"),
    [
        (["PMT", "Phòng Môi trường", "Tập đoàn", "SO"], "C3 “Loại đơn vị”", "không có trong danh sách"),
        (
            ["PMT", "Phòng Môi trường", "Phòng chuyên môn", "Sở Lạ"],
            "D3 “Đơn vị cấp trên”",
            "không có đơn vị này",
        ),
        (["PMT", "", "Phòng chuyên môn", "SO"], "B3 “Tên đơn vị”", "không được để trắng"),
        (["", "Phòng Môi trường", "Phòng chuyên môn", "SO"], "A3 “Mã đơn vị”", "chưa có nội dung"),
        (["VP", "Văn phòng Sở", "Văn phòng", "SO"], "A3 “Mã đơn vị”", "trùng với dòng 2"),
    ],
)
def test_a_wrong_row_is_named_by_its_cell_and_nothing_is_saved(
    cast: Cast, row: list[object], place: str, why: str
) -> None:
    before = Unit.objects.count()
    loaded = load(UnitResource(), UNIT, ["VP", "Văn phòng mới", "Văn phòng", "SO"], row)
    assert len(loaded.errors) == 1
    error = loaded.errors[0]
    assert f"{error.column}{error.row} “{error.heading}”" == place and why in str(error)
    assert Unit.objects.count() == before and Unit.objects.get(code="VP").name == "Văn phòng Sở"


def test_a_unit_above_itself_is_refused(cast: Cast) -> None:
    loaded = load(UnitResource(), UNIT, ["SO", "Sở Nông nghiệp và Môi trường", "Sở, ban, ngành", "CN1"])
    assert loaded.errors and "cấp trên của chính nó" in str(loaded.errors[0])
    assert Unit.objects.get(code="SO").parent is None


def test_a_missing_column_is_named(cast: Cast) -> None:
    with pytest.raises(SheetError, match="Thiếu cột bắt buộc: Loại đơn vị"):
        load(UnitResource(), ["Mã đơn vị", "Tên đơn vị"], ["X", "Y"])


# --- calendar ---------------------------------------------------------------------------------------------------------

DAYS = ["Ngày", "Loại ngày", "Tên gọi", "Tạm tính"]


def test_days_are_read_day_first_and_exported_again(cast: Cast, client: Client) -> None:
    loaded = load(
        CalendarResource(), DAYS,
        ["03/04/2026", "Nghỉ lễ, tết", "Một ngày nghỉ", "Có"],
        [date(2026, 9, 2), "Nghỉ lễ, tết", "Quốc khánh", ""],
    )  # fmt: skip
    assert loaded.created == 2
    assert [(day.day, day.provisional) for day in CalendarDay.objects.all()] == [
        (date(2026, 4, 3), True), (date(2026, 9, 2), False),
    ]  # fmt: skip
    client.force_login(cast.minh)
    found = downloaded(client, "calendar_export")
    assert found["Ngày"] == [date(2026, 4, 3), date(2026, 9, 2)] and found["Tạm tính"] == ["Có", "Không"]
    assert CalendarResource().load(found, save=True).unchanged == 2


@pytest.mark.parametrize("typed", ["31/02/2026", "01/01/1999", "sắp tới"])
def test_a_day_that_is_none_is_an_error(cast: Cast, typed: str) -> None:
    loaded = load(CalendarResource(), DAYS, [typed, "Làm bù", "Ngày làm bù", ""])
    assert len(loaded.errors) == 1 and loaded.errors[0].heading == "Ngày"
    assert not CalendarDay.objects.exists()


# --- coverage: counts, never names ------------------------------------------------------------------------------------


@pytest.fixture
def roster(cast: Cast) -> None:
    kind = AccountKind.objects.create(
        code="vneid-2", name="Định danh mức 2", short_name="VNeID mức 2", counts_when="activated"
    )
    for code, unit in (("A", cast.ptd), ("B", cast.ptd), ("C", cast.cn1)):
        save_member(StaffMember(code=code, full_name=f"Nguyễn Văn {code}", unit=unit))
    record_check(
        StaffMember.objects.get(code="A"), kind, by=cast.minh, state="activated", checked_on=date(2026, 10, 1)
    )


def test_leadership_downloads_counts_of_every_unit(cast: Cast, roster: None, client: Client) -> None:
    client.force_login(cast.hoa)
    found = downloaded(client, "coverage_export")
    assert found.headers == [
        "Đơn vị", "Đang làm việc", "VNeID mức 2: đã có", "VNeID mức 2: phải có", "Còn thiếu", "Được miễn", "Không tính",
    ]  # fmt: skip
    assert list(found) == [
        ("Phòng Quản lý đất đai", 2, 1, 2, 1, 0, 0),
        ("Chi nhánh Bình Sơn", 1, 0, 1, 1, 0, 0),
    ]


def test_a_head_downloads_the_counts_of_the_own_unit(cast: Cast, roster: None, client: Client) -> None:
    client.force_login(cast.minh)
    assert downloaded(client, "coverage_export")["Đơn vị"] == ["Phòng Quản lý đất đai"]


def test_another_agency_downloads_nothing_of_ours(cast: Cast, roster: None, client: Client) -> None:
    other = make_unit("KHAC", "Sở Khác", Unit.Kind.DEPARTMENT)
    renumber_tree()
    other.refresh_from_db()
    client.force_login(make_user("khac", "Người Khác", (Role.PLAN_OWNER, other), (Role.LEADER, other)))
    assert len(list(downloaded(client, "coverage_export"))) == 0


# --- who --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["units_export", "calendar_export", "coverage_export"])
def test_somebody_without_a_role_downloads_nothing(
    cast: Cast, roster: None, client: Client, name: str
) -> None:
    CalendarDay.objects.create(day=date(2026, 9, 2), kind="holiday", name="Quốc khánh")
    client.force_login(cast.stranger)
    response = client.get(reverse(name))
    assert len(list(XLSX().create_dataset(response.content))) == 0
    assert client.post(reverse(name)).status_code == 405


def test_a_day_may_be_of_one_unit_beside_the_common_one(cast: Cast, client: Client) -> None:
    headings = [*DAYS, "Lịch riêng của đơn vị"]
    day = date(2026, 10, 17)
    loaded = load(
        CalendarResource(), headings,
        [day, "Nghỉ lễ, tết", "Nghỉ chung", "", ""],
        [day, "Làm bù", "Trực một cửa", "", "Văn phòng Đăng ký đất đai"],
    )  # fmt: skip
    assert (loaded.created, loaded.errors) == (2, ())
    assert set(CalendarDay.objects.values_list("unit", "kind")) == {
        (None, "holiday"),
        (cast.vpdk.pk, "makeup"),
    }
    client.force_login(cast.minh)
    assert CalendarResource().load(downloaded(client, "calendar_export"), save=True).unchanged == 2
    assert load(CalendarResource(), DAYS, [day, "Nghỉ lễ, tết", "Nghỉ chung", ""]).unchanged == 1


def test_the_same_day_of_the_same_unit_twice_is_an_error(cast: Cast) -> None:
    headings = [*DAYS, "Lịch riêng của đơn vị"]
    row = [date(2026, 10, 17), "Làm bù", "Trực một cửa", "", "VPDK"]
    loaded = load(CalendarResource(), headings, row, row)
    assert len(loaded.errors) == 1 and "trùng với dòng 2" in str(loaded.errors[0])


def test_a_day_of_a_unit_nobody_knows_is_refused(cast: Cast) -> None:
    loaded = load(
        CalendarResource(),
        [*DAYS, "Lịch riêng của đơn vị"],
        [date(2026, 10, 17), "Làm bù", "Trực", "", "Sở Lạ"],
    )
    assert "Sở Lạ" in str(loaded.errors[0]) and "không có đơn vị này" in str(loaded.errors[0])
    assert not CalendarDay.objects.exists()
