"""Import of units, calendar and indicators: choose, look, save; for administrators and the agency's own office."""

import re
from pathlib import Path
from typing import Any

import pytest
import tablib
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.sheets.formats import XLSX, SafeCSV
from plans.models import Indicator
from tests.cast import Cast, make_unit, make_user
from units.actions import renumber_tree
from units.models import CalendarDay, Unit
from units.permissions import Role

pytestmark = pytest.mark.django_db

HERE = "/danh-muc/nhap/"
DAYS = tablib.Dataset(
    ["02/9/2026", "Nghỉ lễ, tết", "Quốc khánh", "Bộ luật Lao động"],
    headers=["Ngày", "Loại ngày", "Tên gọi", "Văn bản căn cứ"],
)


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def lan(cast: Cast, client: Client) -> Client:
    client.force_login(cast.lan)
    return client


def upload(client: Client, catalogue: str, data: bytes, name: str = "danh-muc.xlsx"):
    return client.post(HERE, {"catalogue": catalogue, "file": SimpleUploadedFile(name, data)})


def hidden(page: str) -> dict[str, str]:
    return dict(
        re.findall(r'<input type="hidden" name="(catalogue|key|sha256|expected|name)" value="([^"]*)"', page)
    )


@pytest.mark.parametrize(("format_", "name"), [(XLSX(), "lich.xlsx"), (SafeCSV(), "lich.csv")])
def test_days_are_looked_at_first_and_then_saved(lan: Client, format_: Any, name: str) -> None:
    looked = upload(lan, "lich", format_.export_data(DAYS), name)
    page = looked.content.decode()
    assert looked.status_code == 200 and "1 dòng mới" in page and "02/09/2026" in page
    assert not CalendarDay.objects.exists()
    assert lan.post(HERE, hidden(page)).status_code == 302
    assert CalendarDay.objects.get().name == "Quốc khánh"
    again = upload(lan, "lich", format_.export_data(DAYS), name).content.decode()
    assert "Không có gì thay đổi" in again and ">Lưu</button>" not in again


def test_an_indicator_file_goes_to_the_indicators(lan: Client) -> None:
    data = tablib.Dataset(["HSTT", "Hồ sơ trực tuyến"], headers=["Mã chỉ số", "Tên chỉ số"])
    page = upload(lan, "chi-so", XLSX().export_data(data)).content.decode()
    lan.post(HERE, hidden(page))
    assert Indicator.objects.get().name == "Hồ sơ trực tuyến"


def test_wrong_rows_are_named_and_nothing_is_saved(lan: Client) -> None:
    data = tablib.Dataset(
        ["31/02/2026", "Nghỉ lễ, tết", "A"], ["02/9/2026", "Nghỉ chơi", "B"], headers=DAYS.headers[:3]
    )
    response = upload(lan, "lich", XLSX().export_data(data))
    page = response.content.decode()
    assert response.status_code == 422
    assert "A “Ngày”" in page and "B “Loại ngày”" in page and "02 lỗi" in page
    assert not CalendarDay.objects.exists()


def test_a_file_of_another_list_names_the_columns_it_lacks(lan: Client) -> None:
    response = upload(lan, "don-vi", XLSX().export_data(DAYS))
    assert response.status_code == 422
    assert "Thiếu cột bắt buộc: Mã đơn vị, Tên đơn vị, Loại đơn vị." in response.content.decode()


def test_data_that_changed_meanwhile_are_shown_again(lan: Client) -> None:
    fields = hidden(upload(lan, "lich", XLSX().export_data(DAYS)).content.decode())
    CalendarDay.objects.create(day="2026-09-02", kind="holiday", name="Quốc khánh", basis="Bộ luật Lao động")
    response = lan.post(HERE, fields)
    assert response.status_code == 409 and "Dữ liệu đã thay đổi" in response.content.decode()


def test_only_those_who_keep_the_catalogues(cast: Cast, client: Client) -> None:
    foreign = make_unit("KHAC", "Sở Khác", Unit.Kind.DEPARTMENT)
    renumber_tree()
    foreign.refresh_from_db()
    others = [
        cast.minh,
        cast.hoa,
        cast.son,
        cast.stranger,
        make_user("khac", "Người Khác", (Role.PLAN_OWNER, foreign)),
    ]
    for user in others:
        client.force_login(user)
        assert client.get(HERE).status_code == 403
        assert upload(client, "lich", XLSX().export_data(DAYS)).status_code == 403
    administrator = make_user("quantri", "Quản Trị", (Role.ADMIN, cast.so))
    client.force_login(administrator)
    assert client.get(HERE).status_code == 200
