"""Five months of figures: the same period says the same numbers, to the digit, on the page, in Excel and in Word."""

import io
import re
from decimal import Decimal
from fractions import Fraction
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from core.periods import Period, parse
from core.sheets.formats import XLSX
from core.text import number_vi
from plans.actions import accept_figure, report_figure
from plans.models import Indicator, Target
from reports import prose
from reports.collect import collect
from reports.layouts import progress
from reports.models import AgencyProfile
from reports.profiles import default_profile, letterhead_of
from tests.cast import TODAY, Cast
from tests.plans.promised import indicator, target
from units.models import Unit, User

pytestmark = pytest.mark.django_db

MONTHS = [parse("month", f"2026-{month:02d}") for month in range(5, 10)]
# Rates that round to neither side by chance: thirds, sevenths, a half of the last digit, large and small numbers.
RATES = [(1, 3), (2, 3), (1234, 1799), (12_345, 17_777), (7, 9)]
COUNTS = [3, 12, 1_204, 12_345, 12_346]


@pytest.fixture
def share(cast: Cast) -> Indicator:
    return indicator("HSTT")


@pytest.fixture
def count(cast: Cast) -> Indicator:
    return indicator("SOHOA", "Số hồ sơ số hóa", measure_unit="hồ sơ", basis="cumulative", denominator="")


@pytest.fixture
def promised(cast: Cast, share: Indicator, count: Indicator) -> list[Target]:
    """The division's own rate and count, and a rate of both branches together: five months each."""
    made = [
        target(cast.plan, share, cast.ptd, (MONTHS[4].end, "ge", "60")),
        target(cast.plan, count, cast.ptd, (MONTHS[4].end, "ge", "12000")),
        target(cast.plan, indicator("DUNGHAN", "Tỷ lệ đúng hạn"), cast.branches, (MONTHS[4].end, "ge", "70"),
               scope="together"),
    ]  # fmt: skip
    joint = made[2].indicators.get()
    for month, (num, den), amount in zip(MONTHS, RATES, COUNTS, strict=True):
        known(share, cast.ptd, month, num, den)
        known(count, cast.ptd, month, amount, None)
        known(joint, cast.cn1, month, num, den)
        known(joint, cast.cn2, month, den, 2 * den)
    return made


def known(of: Indicator, unit: Unit, month: Period, numerator: int, denominator: int | None) -> None:
    system = User.objects.system()
    den = None if denominator is None else Decimal(denominator)
    accept_figure(
        report_figure(of, unit, month, by=system, numerator=Decimal(numerator), denominator=den), by=system
    )


Said = tuple[str, str, str]  # numerator, denominator, result as printed


def on_the_page(client: Client, of: Indicator, unit: Unit) -> dict[str, Said]:
    """Period → what its row of the figure's page says."""
    html = client.get(reverse("figure", args=[of.pk, unit.pk])).content.decode()
    table = html[html.index("Số liệu theo kỳ, mới nhất ở trên") :].split("</table>")[0]
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", table.split("<tbody>")[1], re.S):
        cells = [
            unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in re.findall(r"<td.*?</td>", row, re.S)
        ]
        name = re.findall(r'<span class="row-title">(.*?)</span>', row)[0]
        found[name] = (cells[1], cells[2], cells[3]) if of.is_ratio else ("", "", cells[1])
    return found


def in_excel(client: Client, of: Indicator, unit: Unit) -> dict[str, Said]:
    data = XLSX().create_dataset(client.get(reverse("figures_export")).content)
    found = {}
    for row in (dict(zip(data.headers, each, strict=True)) for each in data):
        if (row["Mã chỉ số"], row["Đơn vị"]) == (of.code, unit.name):
            month = next(each for each in MONTHS if each.end == row["Đến ngày"])
            numerator, denominator = number_vi(row["Tử số"]), number_vi(row["Mẫu số"] or 0)
            value = Fraction(str(row["Kết quả"]))
            whole = value.denominator == 1
            assert (value * 10).denominator == 1, "what the cell shows is what is printed elsewhere"
            result = f"{number_vi(value, 0 if whole else 1)}%" if of.is_ratio else f"{number_vi(value)} hồ sơ"
            found[month.label] = (numerator, denominator, result) if of.is_ratio else ("", "", result)
    return found


def in_word(cast: Cast, month: Period) -> list[list[str]]:
    """Rows of the table of targets in the report of a month."""
    snapshot = collect(cast.plan, month, month.end)
    head = letterhead_of(default_profile(cast.vp, AgencyProfile.Reach.INTERNAL))
    document = Document(io.BytesIO(progress.build(snapshot, prose.write(snapshot), head, {})))
    table = next(each for each in document.tables if "Tử số" in [cell.text for cell in each.rows[0].cells])
    return [[cell.text.replace("\u00a0", " ") for cell in row.cells] for row in table.rows]


def word_row(cast: Cast, month: Period, number: int, *, ratio: bool) -> Said:
    row = next(each for each in in_word(cast, month) if each[0] == str(number))
    numerator, denominator, result = row[6:9]
    return (numerator, denominator, result) if ratio else ("", "", result)


@pytest.mark.parametrize("which", ["share", "count"])
def test_a_unit_s_figures_of_five_months(
    cast: Cast, client: Client, promised: list[Target], request: pytest.FixtureRequest, which: str
) -> None:
    of: Indicator = request.getfixturevalue(which)
    client.force_login(cast.lan)
    page, excel = on_the_page(client, of, cast.ptd), in_excel(client, of, cast.ptd)
    number = 1 if which == "share" else 2
    word = {month.label: word_row(cast, month, number, ratio=of.is_ratio) for month in MONTHS}
    assert page == excel == word
    assert len(page) == len(MONTHS)


def test_a_total_is_the_same_on_the_plan_s_page_in_word_and_from_the_rows_of_excel(
    cast: Cast, client: Client, promised: list[Target]
) -> None:
    joint = promised[2].indicators.get()
    client.force_login(cast.lan)
    data = XLSX().create_dataset(client.get(reverse("figures_export")).content)
    rows = [dict(zip(data.headers, each, strict=True)) for each in data]
    newest = [row for row in rows if row["Mã chỉ số"] == joint.code and row["Đến ngày"] == MONTHS[4].end]
    numerator, denominator = (sum(row[name] for row in newest) for name in ("Tử số", "Mẫu số"))
    result = f"{number_vi(Fraction(numerator) * 100 / denominator, 1)}%"
    assert word_row(cast, MONTHS[4], 3, ratio=True) == (number_vi(numerator), number_vi(denominator), result)
    plan = client.get(reverse("plan", args=[cast.plan.pk]) + "?xem=chi-tieu").content.decode()
    assert f"{result}<span" in plan and f"{number_vi(numerator)}/{number_vi(denominator)}" in plan
    target_page = client.get(reverse("target", args=[promised[2].pk])).content.decode()
    assert f"{result} ({number_vi(numerator)}/{number_vi(denominator)})" in target_page


def test_where_it_should_be_is_the_same_on_the_page_and_in_the_report(
    cast: Cast, client: Client, promised: list[Target]
) -> None:
    late = target(
        cast.plan,
        indicator("THANHTOAN", "Tỷ lệ thanh toán"),
        cast.ptd,
        (parse("month", "2026-12").end, "ge", "90"),
    )
    known(late.indicators.get(), cast.ptd, MONTHS[0], 1, 3)
    client.force_login(cast.lan)
    page = client.get(reverse("target", args=[late.pk])).content.decode()
    course = next(
        each for each in collect(cast.plan, MONTHS[4], TODAY).courses if each.indicator == "Tỷ lệ thanh toán"
    )
    assert course.expected is not None and f"{number_vi(course.expected, 1)}%" in page
    assert course.word in page
