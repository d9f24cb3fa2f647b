"""The catalogue on the page: read by everybody with a role, written by whoever keeps it."""

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
import tablib
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from core.periods import containing
from core.sheets.formats import XLSX
from plans.actions import accept_figure
from plans.catalogue import READY
from plans.definitions import redefine
from plans.models import Indicator
from plans.resources import IndicatorResource
from tests.cast import TODAY, Cast
from tests.plans.promised import CLOSED, RUNNING, indicator, report, target
from tracker.jobs import redefine_today
from units.models import User

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def typed(answer: Any, **changes: str) -> dict[str, str]:
    """What the form shows, with changes."""
    form = answer.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    data = {name: "" if value in (None, False) else str(value) for name, value in shown.items()}
    return {
        name: value for name, value in (data | changes).items() if value != "" or name not in ("may_exceed",)
    }


# --- reading ----------------------------------------------------------------------------------------------------


def test_everybody_with_a_role_reads_the_catalogue(cast: Cast) -> None:
    of = indicator()
    for person in (cast.lan, cast.hoa, cast.minh, cast.mai, cast.tu, cast.son):
        page = signed_in(person).get(reverse("indicators"), {"q": "trực tuyến"})
        assert of.name in page.content.decode()
        assert signed_in(person).get(reverse("indicator", args=[of.pk])).status_code == 200
    stranger = signed_in(cast.stranger)
    assert of.name not in stranger.get(reverse("indicators")).content.decode()
    assert stranger.get(reverse("indicator", args=[of.pk])).status_code == 404


def test_the_last_day_of_an_indicator_is_said_as_its_last(cast: Cast) -> None:
    ended, ends = indicator("CU"), indicator("NAY")
    Indicator.objects.filter(pk=ended.pk).update(valid_to=TODAY - timedelta(days=1))
    Indicator.objects.filter(pk=ends.pk).update(valid_to=TODAY)
    page = signed_in(cast.lan).get(reverse("indicators")).content.decode()
    assert page.count("Áp dụng đến hết 12/10/2026") == 1 and page.count("Đang áp dụng") == 1


def test_a_page_below_a_section_lights_it_up(cast: Cast) -> None:
    of = target(cast.plan, indicator(), cast.ptd)
    here = '<a href="{}" aria-current="page">'
    for address, section in (
        (reverse("indicators"), "figures"), (reverse("rounds"), "figures"), (reverse("figures"), "figures"),
        (reverse("target", args=[of.pk]), "plans"),
    ):  # fmt: skip
        page = signed_in(cast.lan).get(address).content.decode()
        assert here.format(reverse(section)) in page, address


def test_a_definition_is_told_in_full(cast: Cast) -> None:
    of = indicator(data_source="Hệ thống một cửa", legal_basis="12/QĐ", confirmed_by="Văn phòng Sở")
    target(cast.plan, of, cast.ptd)
    text = signed_in(cast.lan).get(reverse("indicator", args=[of.pk])).content.decode()
    for words in ("Hồ sơ trực tuyến", "Tổng hồ sơ tiếp nhận", "Hằng tháng", "Số trong kỳ", "Hệ thống một cửa",
                  "12/QĐ", "Văn phòng Sở", "không lớn hơn mẫu số", cast.plan.title):  # fmt: skip
        assert words in text


# --- writing ----------------------------------------------------------------------------------------------------


def test_the_owner_adds_an_indicator(cast: Cast) -> None:
    client, url = signed_in(cast.lan), reverse("indicator_new")
    data = typed(client.get(url), code="MOI", name="Chỉ số mới", numerator="Tử", denominator="Mẫu")
    assert client.post(url, data).status_code == 302
    made = Indicator.objects.get(code="MOI")
    assert (made.measure_unit, made.denominator, made.may_exceed) == ("%", "Mẫu", False)


def test_a_share_without_a_denominator_and_a_code_twice_are_named(cast: Cast) -> None:
    indicator()
    client, url = signed_in(cast.lan), reverse("indicator_new")
    answer = client.post(url, typed(client.get(url), code="HSTT", name="Lại", numerator="Tử"))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"code", "denominator"}


def test_a_definition_in_use_asks_from_when_and_why(cast: Cast) -> None:
    of = indicator()
    report(of, cast.ptd, 7, 10)
    client, url = signed_in(cast.lan), reverse("indicator_edit", args=[of.pk])
    page = client.get(url)
    assert "đã có số liệu" in page.content.decode()
    answer = client.post(url, typed(page, denominator="Hồ sơ đủ điều kiện", reason=""))
    assert answer.status_code == 422 and set(answer.context["form"].errors) == {"reason"}
    answer = client.post(
        url, typed(page, denominator="Hồ sơ đủ điều kiện", reason="Công văn 15", begins="01/10/2026")
    )
    assert answer.status_code == 422 and "không phải là ngày đầu" in answer.content.decode()
    assert not of.versions.exists()
    answer = client.post(url, typed(page, denominator="Hồ sơ đủ điều kiện", reason="Công văn 15"))
    assert answer.status_code == 302
    text = client.get(reverse("indicator", args=[of.pk])).content.decode()
    assert "Cách tính lần 2, áp dụng từ ngày 15/09/2026" in text and "Công văn 15" in text
    assert "Hồ sơ đủ điều kiện" in text and "không so sánh trực tiếp" in text


def test_its_name_is_put_right_without_a_version(cast: Cast) -> None:
    of = indicator()
    report(of, cast.ptd, 7, 10)
    client, url = signed_in(cast.lan), reverse("indicator_edit", args=[of.pk])
    assert client.post(url, typed(client.get(url), name="Tên đúng")).status_code == 302
    of.refresh_from_db()
    assert of.name == "Tên đúng" and not of.versions.exists()


def test_two_people_at_once(cast: Cast) -> None:
    of = indicator()
    client, url = signed_in(cast.lan), reverse("indicator_edit", args=[of.pk])
    page = client.get(url)
    client.post(url, typed(page, name="Của người khác"))
    answer = client.post(url, typed(page, name="Của tôi"))
    assert answer.status_code == 409
    assert (
        answer.context["form"]["name"].value() == "Của tôi"
        and "vừa có người khác sửa" in answer.content.decode()
    )
    of.refresh_from_db()
    assert of.name == "Của người khác"
    assert client.post(url, typed(answer)).status_code == 302


def test_only_who_keeps_the_catalogue_has_the_form(cast: Cast) -> None:
    of = indicator()
    for person in (cast.hoa, cast.minh, cast.tu, cast.son, cast.stranger):
        client = signed_in(person)
        assert client.get(reverse("indicator_new")).status_code == 403
        assert client.post(reverse("indicators_ready")).status_code == 403
        assert client.get(reverse("indicator_edit", args=[of.pk])).status_code in (403, 404)
    assert Indicator.objects.count() == 1


def test_a_list_does_not_change_a_definition_in_use(cast: Cast) -> None:
    used, free = indicator(), indicator("TTTT", "Thanh toán trực tuyến")
    report(used, cast.ptd, 7, 10)

    def bring(code: str) -> Any:
        data = tablib.Dataset([code, "Tên mới", "Mẫu số khác"], headers=["Mã chỉ số", "Tên chỉ số", "Mẫu số"])
        return IndicatorResource().load(XLSX().create_dataset(XLSX().export_data(data)), save=True)

    assert "bằng một lần mới" in str(bring("HSTT").errors[0])
    assert bring("TTTT").changed == 1
    free.refresh_from_db()
    assert free.denominator == "Mẫu số khác"


# --- the ready catalogue ----------------------------------------------------------------------------------------


def test_every_ready_indicator_has_its_ground_and_its_dates() -> None:
    assert len({each["code"] for each in READY}) == len(READY)
    for each in READY:
        assert each["legal_basis"] and each["valid_from"] and each["numerator"] and each["data_source"]
        assert bool(each.get("denominator")) == (each["measure_unit"] == "%")
        ended = each.get("valid_to")
        assert ended is None or ended > each["valid_from"]


def test_the_groups_of_the_index_make_a_hundred_points() -> None:
    most = {each["code"]: int(each["name"].rsplit("tối đa ", 1)[1].split()[0]) for each in READY
            if each["code"].startswith("QD766")}  # fmt: skip
    assert most.pop("QD766") == 100 == sum(most.values())


def test_the_button_adds_what_is_lacking_and_leaves_what_is_there(cast: Cast) -> None:
    edited = indicator("CCHC-TNTT", "Của cơ quan", denominator="Mẫu số riêng")
    client = signed_in(cast.lan)
    assert f"({len(READY) - 1})" in client.get(reverse("indicators")).content.decode()
    assert client.post(reverse("indicators_ready")).status_code == 302
    edited.refresh_from_db()
    assert (edited.name, edited.denominator) == ("Của cơ quan", "Mẫu số riêng")
    assert Indicator.objects.count() == len(READY)
    client.post(reverse("indicators_ready"))
    assert Indicator.objects.count() == len(READY)
    assert "Thêm từ danh mục mẫu" not in client.get(reverse("indicators")).content.decode()


def test_the_command_adds_them_once(db: None) -> None:
    said = StringIO()
    for _ in range(2):
        call_command("add_indicators", stdout=said)
    assert said.getvalue().splitlines() == [
        f"Đã thêm {len(READY)}/{len(READY)} chỉ số của danh mục mẫu.",
        f"Đã thêm 0/{len(READY)} chỉ số của danh mục mẫu.",
    ]


# --- where figures of two definitions meet -----------------------------------------------------------------------


@pytest.fixture
def redefined(cast: Cast) -> Indicator:
    """Counted another way from the window that is running."""
    of = indicator()
    target(cast.plan, of, cast.ptd, (date(2026, 12, 31), "ge", "80"))
    for period in (CLOSED.previous(), CLOSED):
        accept_figure(report(of, cast.ptd, 7, 10, period=period), by=User.objects.system())
    redefine(of, by=cast.lan, valid_from=RUNNING.start, reason="Công văn 15", denominator="Mẫu số khác")
    accept_figure(report(of, cast.ptd, 3, 10, period=RUNNING), by=User.objects.system())
    return of


def test_the_figure_page_says_where_the_definition_changed(cast: Cast, redefined: Indicator) -> None:
    page = signed_in(cast.minh).get(reverse("figure", args=[redefined.pk, cast.ptd.pk]))
    assert "Cách tính thay đổi từ 15/09/2026" in page.content.decode()
    assert [row["redefined"] for row in page.context["page"]] == [RUNNING.start, None, None]
    assert page.context["trend"] is None, "no line joins figures of two definitions"


def test_the_matrix_says_so_too(cast: Cast, redefined: Indicator) -> None:
    page = signed_in(cast.lan).get(reverse("plan", args=[cast.plan.pk]), {"xem": "chi-tieu"})
    assert "Cách tính thay đổi từ 15/09/2026" in page.content.decode()


def test_a_definition_of_tomorrow_comes_into_force_by_the_daily_run(cast: Cast) -> None:
    of = indicator()
    begins = containing("month", TODAY).next().start
    redefine(of, by=cast.lan, valid_from=begins, reason="x", denominator="Mẫu số khác")
    assert redefine_today() and not redefine_today()
    of.refresh_from_db()
    assert of.denominator == "Tổng hồ sơ tiếp nhận"
