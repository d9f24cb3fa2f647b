"""Downloads of plans, figures and indicators; indicators are read again as they were written."""

from datetime import date
from decimal import Decimal

import pytest
import tablib
from django.test import Client
from django.urls import reverse

from core.periods import parse
from core.sheets.formats import XLSX
from plans.actions import report_figure
from plans.models import Indicator, Target, TargetIndicator
from plans.resources import IndicatorResource
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def downloaded(client: Client, name: str, **query: object) -> tablib.Dataset:
    response = client.get(reverse(name), query)
    assert response.status_code == 200
    return XLSX().create_dataset(response.content)


@pytest.fixture
def indicator(cast: Cast) -> Indicator:
    found = Indicator.objects.create(code="HSTT", name="Hồ sơ trực tuyến", valid_from=date(2026, 1, 1))
    target = Target.objects.create(
        plan=cast.plan, code="CT01", name="Hồ sơ", scope="each", group=cast.branches
    )
    TargetIndicator.objects.create(target=target, indicator=found)
    return found


def test_plans_one_sees_with_real_dates(cast: Cast, client: Client) -> None:
    client.force_login(cast.lan)
    found = downloaded(client, "plans_export")
    row = dict(zip(found.headers, found[0], strict=True))
    assert (row["Mã kế hoạch"], row["Số, ký hiệu"], row["Từ ngày"]) == (
        "KH12",
        "12/KH-SNNMT",
        date(2026, 1, 1),
    )
    assert (row["Lãnh đạo phụ trách"], row["Tình trạng"]) == ("Trần Thị Hòa", "Đang thực hiện")
    assert len(list(downloaded(client, "plans_export", state="draft"))) == 0  # the filter of the list
    client.force_login(cast.tu)  # takes no part in it
    assert len(list(downloaded(client, "plans_export"))) == 0


@pytest.mark.parametrize(
    ("numerator", "denominator", "cell"),
    [
        (528, 573, 92.1),
        (1, 3, 33.3),
        (1, 2, 50),
        (2999, 3000, 99.97),
        (99999, 100000, 99.99),
        (449, 499, 89.98),
        (1, 16, 6.3),
    ],
)
def test_the_cell_of_a_share_shows_what_the_pages_print(
    cast: Cast, client: Client, indicator: Indicator, numerator: int, denominator: int, cell: float
) -> None:
    september = parse("month", "2026-09")
    amounts = {"numerator": Decimal(numerator), "denominator": Decimal(denominator)}
    report_figure(indicator, cast.cn1, september, by=cast.lan, **amounts)
    client.force_login(cast.lan)
    found = downloaded(client, "figures_export", plan=cast.plan.pk)
    assert dict(zip(found.headers, found[0], strict=True))["Kết quả"] == cell


def test_figures_with_exact_rates_and_nothing_at_zero_over_zero(
    cast: Cast, client: Client, indicator: Indicator
) -> None:
    september = parse("month", "2026-09")
    report_figure(indicator, cast.cn1, september, by=cast.lan, numerator=Decimal(1), denominator=Decimal(3))
    report_figure(indicator, cast.cn1, september, by=cast.lan, numerator=Decimal(2), denominator=Decimal(4))
    report_figure(indicator, cast.cn2, september, by=cast.lan, numerator=Decimal(0), denominator=Decimal(0))
    client.force_login(cast.lan)
    found = downloaded(client, "figures_export", plan=cast.plan.pk)
    rows = [dict(zip(found.headers, row, strict=True)) for row in found]
    assert [(row["Đơn vị"], row["Tử số"], row["Mẫu số"], row["Kết quả"]) for row in rows] == [
        ("Chi nhánh Bình Sơn", 2, 4, 50), ("Chi nhánh An Phú", 0, 0, None),
    ]  # fmt: skip
    assert rows[0]["Xác nhận"] == "Chờ xác nhận" and rows[0]["Loại số liệu"] == "Số trong kỳ"
    client.force_login(cast.minh)  # another unit's figures
    assert len(list(downloaded(client, "figures_export"))) == 0


def test_the_catalogue_goes_out_and_comes_in_unchanged(
    cast: Cast, client: Client, indicator: Indicator
) -> None:
    client.force_login(cast.minh)
    loaded = IndicatorResource().load(downloaded(client, "indicators_export"), save=True)
    assert (loaded.unchanged, loaded.created, loaded.changed, loaded.errors) == (1, 0, 0, ())


def test_a_new_indicator_takes_the_usual_values_for_blank_cells(cast: Cast) -> None:
    data = tablib.Dataset(["TTTT", "Thanh toán trực tuyến", None, "Hằng quý"],
                          headers=["Mã chỉ số", "Tên chỉ số *", "Đơn vị tính", "Tần suất"])  # fmt: skip
    loaded = IndicatorResource().load(XLSX().create_dataset(XLSX().export_data(data)), save=True)
    assert loaded.errors == () and loaded.created == 1
    found = Indicator.objects.get(code="TTTT")
    assert (found.measure_unit, found.frequency, found.direction) == ("%", "quarter", "higher")


def test_dates_the_wrong_way_round_are_an_error_of_the_row(cast: Cast) -> None:
    data = tablib.Dataset(["TTTT", "Thanh toán", "01/02/2026", "01/01/2026"],
                          headers=["Mã chỉ số", "Tên chỉ số", "Áp dụng từ", "Áp dụng đến"])  # fmt: skip
    loaded = IndicatorResource().load(XLSX().create_dataset(XLSX().export_data(data)), save=True)
    assert len(loaded.errors) == 1 and loaded.errors[0].row == 2
    assert not Indicator.objects.filter(code="TTTT").exists()
