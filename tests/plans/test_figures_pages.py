"""Pages of figures as people use them: the unit reports, the office accepts or sends back, others read."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.periods import Period
from plans.actions import accept_figure, return_figure
from plans.models import Indicator, Measurement, Plan
from tests.cast import Cast, make_unit, make_user
from tests.plans.promised import CLOSED, RUNNING, indicator, report, target
from units.actions import renumber_tree, set_group
from units.models import Unit
from units.permissions import Role


@pytest.fixture
def online(cast: Cast) -> Indicator:
    """Phòng Quản lý đất đai must have 70 % by 10/9 and 80 % by 31/10."""
    made = indicator()
    target(cast.plan, made, cast.ptd, (date(2026, 9, 10), "ge", "70"), (date(2026, 10, 31), "ge", "80"))
    return made


def page(of: Indicator, unit: Unit) -> str:
    return reverse("figure", args=[of.pk, unit.pk])


def text(response: HttpResponse) -> str:
    return response.content.decode()


def send(client: Client, of: Indicator, unit: Unit, period: Period = CLOSED, **fields: str) -> Any:
    newest = Measurement.objects.filter(indicator=of, unit=unit).order_by("-pk").first()
    data = {
        "seen": str(newest.pk if newest else 0),
        "period": period.key,
        "numerator": "800",
        "denominator": "1.000",
        "as_of": "",
        "source": "Báo cáo số 5/BC",
        "cause": "",
        "remedy": "",
        "note": "",
    }
    return client.post(page(of, unit), data | fields)


# --- Reporting ------------------------------------------------------------------------------------


def test_the_head_reports_numerator_and_denominator_and_reads_the_percentage(
    cast: Cast, client: Client, online: Indicator
) -> None:
    client.force_login(cast.minh)
    response = send(client, online, cast.ptd, numerator="1.234", denominator="1.400,5", as_of="14/9/2026")
    assert response.status_code == 302
    made = Measurement.objects.get()
    assert (made.numerator, made.denominator) == (Decimal("1234"), Decimal("1400.5"))
    assert (made.period_key, made.as_of, made.recorded_for_unit) == ("2026-09", date(2026, 9, 14), False)
    shown = text(client.get(response["Location"]))
    assert "Đã gửi số liệu tháng 9 năm 2026: 88,1% (1.234/1.400,5)" in shown
    assert "Chờ xác nhận" in shown and "lần 1" in shown and "Lê Văn Minh" in shown


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("numerator", "-5", "Số liệu không được âm."),
        ("denominator", "-5", "Số liệu không được âm."),
        ("numerator", "nhiều", "không phải là số"),
        ("numerator", "NaN", "không phải là số"),
        ("numerator", "Infinity", "không phải là số"),
        ("numerator", "1e3", "không phải là số"),
        ("numerator", "1,234.5", "hãy nhập 1234,5"),
        ("numerator", "1,234", "có thể hiểu hai cách"),
        ("numerator", "1,23456", "quá hai chữ số sau dấu phẩy"),
        ("numerator", "80%", "Hãy nhập số lượng"),
        ("numerator", "9999999999999", "Số quá lớn"),
        ("numerator", "", "Hãy nhập tử số."),
        ("denominator", "", "Hãy nhập mẫu số."),
        ("numerator", "1.001", "Tử số không được lớn hơn mẫu số."),
        ("as_of", "14/10/2026", "không được sau hôm nay"),
        ("as_of", "31/02/2026", "không phải là ngày có thật"),
        ("as_of", "15/09/2026", "một ngày trong kỳ, từ 15/08/2026 đến 14/09/2026"),
        ("note", "Báo cáo số 3 - TỐI MẬT", "bí mật nhà nước"),
        ("cause", "Báo cáo số 3 - TỐI MẬT", "bí mật nhà nước"),
        ("remedy", "Báo cáo số 3 - TỐI MẬT", "bí mật nhà nước"),
    ],
)
def test_a_wrong_value_is_named_at_its_field_and_nothing_is_lost(
    cast: Cast, client: Client, online: Indicator, field: str, typed: str, words: str
) -> None:
    client.force_login(cast.minh)
    response = send(client, online, cast.ptd, **{"numerator": "987", "source": "Văn bản 77"} | {field: typed})
    assert response.status_code == 422 and not Measurement.objects.exists()
    form = response.context["report_form"]
    assert list(form.errors) == [field] and words in form.errors[field][0]
    shown = text(response)
    assert 'value="Văn bản 77"' in shown
    if typed and field not in ("note", "cause", "remedy"):
        assert f'value="{typed}"' in shown


def test_several_wrong_values_are_named_at_once(cast: Cast, client: Client, online: Indicator) -> None:
    client.force_login(cast.minh)
    response = send(client, online, cast.ptd, numerator="x", denominator="", as_of="30/12/2026")
    assert set(response.context["report_form"].errors) == {"numerator", "denominator", "as_of"}


def test_a_window_that_is_not_open_is_refused(cast: Cast, client: Client, online: Indicator) -> None:
    client.force_login(cast.minh)
    assert send(client, online, cast.ptd, period=RUNNING.next()).status_code == 422
    assert not Measurement.objects.exists()


@pytest.mark.parametrize(
    ("numerator", "comparator", "asked"),
    [
        ("699", "ge", True),
        ("700", "ge", False),
        ("700", "gt", True),
        ("701", "gt", False),
        ("701", "le", True),
    ],
)
def test_a_figure_short_of_the_level_in_force_needs_cause_and_remedy(
    cast: Cast, client: Client, numerator: str, comparator: str, asked: bool
) -> None:
    made = indicator()
    target(cast.plan, made, cast.ptd, (date(2026, 9, 10), comparator, "70"))
    client.force_login(cast.minh)
    response = send(client, made, cast.ptd, numerator=numerator)
    if asked:
        assert response.status_code == 422
        assert set(response.context["report_form"].errors) == {"cause", "remedy"}
        response = send(client, made, cast.ptd, numerator=numerator, cause="Người dân chưa quen")
        assert response.status_code == 422 and set(response.context["report_form"].errors) == {"remedy"}
        said = {"cause": "Người dân chưa quen", "remedy": "Hướng dẫn tại chỗ"}
        response = send(client, made, cast.ptd, numerator=numerator, **said)
        assert [(each.cause, each.remedy) for each in Measurement.objects.all()] == [tuple(said.values())]
    assert response.status_code == 302 and Measurement.objects.count() == 1


def test_a_figure_behind_its_line_needs_them_too_although_the_level_in_force_is_kept(
    cast: Cast, client: Client
) -> None:
    """Up to 14/9 the line from 60 % on 31/8 to 90 % on 30/9 asks for 74 %."""
    made = indicator()
    target(cast.plan, made, cast.ptd, (date(2026, 8, 31), "ge", "60"), (date(2026, 9, 30), "ge", "90"))
    client.force_login(cast.minh)
    response = send(client, made, cast.ptd, numerator="620")
    assert response.status_code == 422
    errors = response.context["report_form"].errors
    assert errors["cause"] == ["Hãy ghi nguyên nhân (62% so với lộ trình cần có 74%)."]
    assert send(client, made, cast.ptd, numerator="730").status_code == 302


def test_of_a_figure_from_another_system_the_unit_is_asked_afterwards(cast: Cast, client: Client) -> None:
    made = indicator()
    target(cast.plan, made, cast.ptd, (date(2026, 9, 10), "ge", "70"))
    Measurement.objects.create(
        indicator=made, unit=cast.ptd, period_kind=CLOSED.kind, period_key=CLOSED.key, period_start=CLOSED.start,
        period_end=CLOSED.end, numerator=600, denominator=1000, as_of=CLOSED.end, origin="system",
        source="Một cửa điện tử", recorded_by=cast.lan,
    )  # fmt: skip
    client.force_login(cast.minh)
    shown = text(client.get(page(made, cast.ptd)))
    assert "Số liệu tháng 9 năm 2026 (60% (600/1.000)) lấy từ hệ thống khác" in shown
    filled = text(client.get(page(made, cast.ptd) + f"?ky={CLOSED.key}"))
    assert 'value="600"' in filled and 'value="1.000"' in filled and "Một cửa điện tử" in filled
    send(client, made, cast.ptd, numerator="600", cause="Mạng hỏng", remedy="Thay thiết bị")
    assert "lấy từ hệ thống khác" not in text(client.get(page(made, cast.ptd)))


def test_a_level_of_a_later_day_asks_for_no_cause_yet(cast: Cast, client: Client, online: Indicator) -> None:
    """75 % is enough for 10/9; the 80 % of 31/10 do not hold in September."""
    client.force_login(cast.minh)
    assert send(client, online, cast.ptd, numerator="750").status_code == 302


def test_a_unit_is_not_asked_for_the_cause_of_a_level_of_the_whole_group(cast: Cast, client: Client) -> None:
    made = indicator()
    target(cast.plan, made, cast.branches, (date(2026, 9, 10), "ge", "98"), scope="together")
    client.force_login(cast.tu)
    assert send(client, made, cast.cn1, numerator="10").status_code == 302


def test_nothing_arisen_is_neither_zero_nor_hundred_and_asks_for_no_cause(
    cast: Cast, client: Client, online: Indicator
) -> None:
    client.force_login(cast.minh)
    response = send(client, online, cast.ptd, numerator="0", denominator="0")
    assert response.status_code == 302
    shown = text(client.get(response["Location"]))
    assert "Không phát sinh (0/0)" in shown and "100%" not in shown


def test_a_count_has_one_field_and_its_own_unit(cast: Cast, client: Client) -> None:
    videos = indicator("VD", "Số video hướng dẫn", measure_unit="video", denominator="")
    target(cast.plan, videos, cast.ptd)
    client.force_login(cast.minh)
    shown = text(client.get(page(videos, cast.ptd)))
    assert "Số liệu (video)" in shown and 'name="denominator"' not in shown
    response = send(client, videos, cast.ptd, numerator="3")
    assert "3 video" in text(client.get(response["Location"]))
    assert Measurement.objects.get().denominator is None


def test_a_second_report_is_a_second_revision_and_the_first_stays(
    cast: Cast, client: Client, online: Indicator
) -> None:
    client.force_login(cast.minh)
    send(client, online, cast.ptd, numerator="800")
    response = send(client, online, cast.ptd, numerator="810")
    shown = text(client.get(response["Location"]))
    assert "Báo cáo tháng 9 năm 2026, lần 1" in shown and "Báo cáo tháng 9 năm 2026, lần 2" in shown
    assert "80% (800/1.000)" in shown and "81% (810/1.000)" in shown
    assert list(Measurement.objects.values_list("revision", flat=True)) == [1, 2]


def test_a_report_over_unread_news_is_shown_that_news_first(
    cast: Cast, client: Client, online: Indicator
) -> None:
    report(online, cast.ptd, 790, 1000, by=cast.minh)
    client.force_login(cast.lan)
    response = send(client, online, cast.ptd, seen="0", numerator="801")
    assert response.status_code == 409 and Measurement.objects.count() == 1
    shown = text(response)
    assert "79% (790/1.000)" in shown and 'value="801"' in shown
    again = response.context["report_form"].data
    assert client.post(page(online, cast.ptd), again).status_code == 302


def test_the_office_enters_for_a_unit_names_its_source_and_the_page_says_so(
    cast: Cast, client: Client, online: Indicator
) -> None:
    client.force_login(cast.lan)
    response = send(client, online, cast.ptd, source="")
    assert "Hãy ghi nguồn số liệu của đơn vị." in response.context["report_form"].errors["source"]
    response = send(client, online, cast.ptd, source="Thư điện tử ngày 12/10")
    assert Measurement.objects.get().recorded_for_unit
    shown = text(client.get(response["Location"]))
    assert "Văn phòng nhập thay" in shown and "Thư điện tử ngày 12/10" in shown


def test_a_clerk_sends_only_where_the_unit_lets_the_clerk(
    cast: Cast, client: Client, online: Indicator
) -> None:
    client.force_login(cast.mai)
    assert "bao-cao" not in text(client.get(page(online, cast.ptd)))
    assert send(client, online, cast.ptd).status_code == 403
    Unit.objects.filter(pk=cast.ptd.pk).update(clerk_may_send=True)
    assert send(client, online, cast.ptd).status_code == 302


@pytest.mark.parametrize("who", ["hoa", "son"])
def test_leaders_and_auditors_read_and_change_nothing(
    cast: Cast, client: Client, online: Indicator, who: str
) -> None:
    made = report(online, cast.ptd, 800, 1000)
    client.force_login(getattr(cast, who))
    shown = text(client.get(page(online, cast.ptd)))
    assert "80%" in shown and '<form method="post" action="/so-lieu/' not in shown
    assert send(client, online, cast.ptd).status_code == 403
    assert client.post(reverse("figure_accept", args=[made.pk])).status_code == 403
    assert client.post(reverse("figure_return", args=[made.pk]), {"reason": "x"}).status_code == 403


def test_another_unit_and_another_pair_are_not_there(cast: Cast, client: Client, online: Indicator) -> None:
    made = report(online, cast.ptd, 800, 1000)
    client.force_login(cast.tu)
    assert client.get(page(online, cast.ptd)).status_code == 404
    assert send(client, online, cast.ptd).status_code == 404
    assert client.post(reverse("figure_accept", args=[made.pk])).status_code == 404
    # Nobody asks this figure of that branch, though its head could report for it.
    assert client.get(page(online, cast.cn1)).status_code == 404
    assert send(client, online, cast.cn1).status_code == 404


@pytest.mark.parametrize("source", ["staff_accounts", "tasks"])
def test_a_computed_figure_is_never_typed(cast: Cast, client: Client, source: str) -> None:
    made = indicator("VNEID", "Tỷ lệ có tài khoản định danh", source=source)
    target(cast.plan, made, cast.ptd)
    client.force_login(cast.minh)
    overview = text(client.get(reverse("figures")))
    assert "Số liệu do hệ thống tính, không phải nhập" in overview
    shown = text(client.get(page(made, cast.ptd)))
    assert "không phải nhập" in shown and 'name="numerator"' not in shown
    assert (reverse("coverage") in shown.split("<main")[1]) == (source == "staff_accounts")
    assert send(client, made, cast.ptd).status_code == 403


def test_past_figures_stay_readable_after_the_plan(cast: Cast, client: Client, online: Indicator) -> None:
    report(online, cast.ptd, 800, 1000)
    Plan.objects.update(state=Plan.State.CLOSED)
    client.force_login(cast.minh)
    shown = text(client.get(page(online, cast.ptd)))
    assert "80%" in shown and 'name="numerator"' not in shown
    assert send(client, online, cast.ptd).status_code == 403


# --- Deciding -------------------------------------------------------------------------------------


def test_the_office_accepts_from_the_list(cast: Cast, client: Client, online: Indicator) -> None:
    made = report(online, cast.ptd, 800, 1000, by=cast.minh)
    client.force_login(cast.lan)
    url = reverse("figure_accept", args=[made.pk])
    assert url in text(client.get(reverse("figures")))
    assert client.get(url).status_code == 405
    assert client.post(url, {"back": "figures"})["Location"] == reverse("figures")
    assert made.decision.decided_by == cast.lan and made.decision.verdict == "accepted"
    assert url not in text(client.get(reverse("figures")))


def test_sending_back_needs_a_reason_which_the_unit_reads_with_its_figures_in_the_form(
    cast: Cast, client: Client, online: Indicator
) -> None:
    made = report(online, cast.ptd, 800, 1234, by=cast.minh, note="Mất điện")
    url = reverse("figure_return", args=[made.pk])
    client.force_login(cast.lan)
    response = client.post(url, {f"{made.pk}-reason": "  "})
    assert response.status_code == 422 and "Hãy ghi rõ nội dung cần bổ sung." in text(response)
    assert client.post(url, {f"{made.pk}-reason": "Thiếu hồ sơ bưu chính"}).status_code == 302
    client.force_login(cast.minh)
    assert "Thiếu hồ sơ bưu chính" in text(client.get(reverse("figures")))
    shown = text(client.get(page(online, cast.ptd)))
    assert "Thiếu hồ sơ bưu chính" in shown and 'value="1.234"' in shown and "Mất điện" in shown


def test_a_decision_that_comes_too_late_is_refused(cast: Cast, client: Client, online: Indicator) -> None:
    decided = report(online, cast.ptd, 800, 1000, by=cast.minh)
    accept_figure(decided, by=cast.lan)
    superseded = report(online, cast.ptd, 810, 1000, by=cast.minh, period=RUNNING)
    report(online, cast.ptd, 820, 1000, by=cast.minh, period=RUNNING)
    client.force_login(cast.lan)
    response = client.post(reverse("figure_return", args=[decided.pk]), {f"{decided.pk}-reason": "Xem lại"})
    assert response.status_code == 409 and "đã được xử lý" in text(response)
    response = client.post(reverse("figure_accept", args=[superseded.pk]))
    assert response.status_code == 409 and "đã báo cáo lại" in text(response)
    assert not hasattr(Measurement.objects.get(pk=superseded.pk), "decision")


def test_the_head_does_not_accept_their_own_figure(cast: Cast, client: Client, online: Indicator) -> None:
    made = report(online, cast.ptd, 800, 1000, by=cast.minh)
    client.force_login(cast.minh)
    assert client.post(reverse("figure_accept", args=[made.pk])).status_code == 403
    both = make_user("viet", "Hoàng Quốc Việt", (Role.UNIT_HEAD, cast.ptd), (Role.PLAN_OWNER, cast.vp))
    own = report(online, cast.ptd, 810, 1000, by=both)
    client.force_login(both)
    assert reverse("figure_accept", args=[own.pk]) not in text(client.get(reverse("figures")))
    assert client.post(reverse("figure_accept", args=[own.pk])).status_code == 409


# --- The list -------------------------------------------------------------------------------------


def test_a_head_finds_what_is_owed_with_its_definition(cast: Cast, client: Client, online: Indicator) -> None:
    client.force_login(cast.minh)
    shown = text(client.get(reverse("figures")))
    assert "Tử số: Hồ sơ trực tuyến. Mẫu số: Tổng hồ sơ tiếp nhận. Số trong kỳ, hằng tháng." in shown
    assert "Kỳ vừa chốt: tháng 9 năm 2026 (15/08/2026 – 14/09/2026)" in shown
    assert f"{page(online, cast.ptd)}?ky=2026-09#bao-cao" in shown and "Chưa báo cáo" in shown
    form = client.get(f"{page(online, cast.ptd)}?ky=2026-10").context["report_form"]
    assert form["period"].value() == "2026-10"


def test_the_office_reads_how_many_reported_and_who_is_missing(cast: Cast, client: Client) -> None:
    made = indicator()
    target(cast.plan, made, cast.branches)
    target(cast.plan, made, cast.ubtx)
    return_figure(report(made, cast.cn1, 5, 10), by=cast.lan, reason="Đối chiếu lại mẫu số")
    client.force_login(cast.lan)
    shown = text(client.get(reverse("figures")))
    assert "01/02 đơn vị đã báo cáo; chưa báo cáo: Chi nhánh An Phú." in shown
    assert "Đối chiếu lại mẫu số" in shown
    assert "chưa báo cáo: Chi nhánh An Phú, UBND" not in shown


def test_the_list_filters_by_state_and_a_wrong_filter_shows_everything(cast: Cast, client: Client) -> None:
    made = indicator()
    target(cast.plan, made, cast.branches)
    report(made, cast.cn1, 5, 10)
    client.force_login(cast.dung)

    def rows(**query: str) -> list[str]:
        found = client.get(reverse("figures"), query).context["page"]
        return [row["unit"] for group in found for row in group["rows"]]

    assert rows() == rows(state="x") == rows(indicator="987") == ["Chi nhánh Bình Sơn", "Chi nhánh An Phú"]
    assert rows(state="waiting") == ["Chi nhánh Bình Sơn"]
    assert rows(state="missing") == ["Chi nhánh An Phú"]
    assert rows(state="accepted") == []


def test_a_person_without_figures_is_told_so(cast: Cast, client: Client) -> None:
    client.force_login(cast.stranger)
    assert "Không có số liệu phải báo cáo" in text(client.get(reverse("figures")))


def _many_branches(cast: Cast, count: int) -> list[Unit]:
    made = [make_unit(f"B{n}", f"Chi nhánh số {n:02d}", Unit.Kind.BRANCH, cast.vpdk) for n in range(count)]
    renumber_tree()
    return list(Unit.objects.filter(pk__in=[unit.pk for unit in made]))


@pytest.mark.parametrize("who", ["lan", "hoa", "dung"])
def test_the_list_asks_the_same_number_of_questions_for_few_and_many(
    cast: Cast, client: Client, who: str
) -> None:
    made = indicator()
    target(cast.plan, made, cast.branches, (date(2026, 9, 10), "ge", "70"))
    report(made, cast.cn1, 5, 10)
    client.force_login(getattr(cast, who))
    few = _count(client, reverse("figures"))
    branches = _many_branches(cast, 60)
    set_group("Các Chi nhánh VPĐKĐĐ", [cast.cn1, cast.cn2, *branches], since=date(2020, 1, 1))
    for unit in branches[:30]:
        report(made, unit, 5, 10)
    other = indicator("TTTT", "Tỷ lệ thanh toán trực tuyến")
    target(cast.plan, other, cast.branches)
    shown = client.get(reverse("figures")).context["page"]
    assert shown.paginator.count == 124 and sum(len(group["rows"]) for group in shown) == 50
    assert _count(client, reverse("figures")) == few


def test_one_figure_asks_the_same_number_of_questions_with_a_long_history(
    cast: Cast, client: Client, online: Indicator
) -> None:
    report(online, cast.ptd, 700, 1000, by=cast.minh)
    client.force_login(cast.lan)
    few = _count(client, page(online, cast.ptd))
    window = CLOSED
    for number in range(8):
        window = window.previous()
        for revision in range(2):
            made = report(online, cast.ptd, 700 + number + revision, 1000, by=cast.minh, period=window)
        accept_figure(made, by=cast.lan)
    assert _count(client, page(online, cast.ptd)) == few


def _count(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)
