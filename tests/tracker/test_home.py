"""The home page says to each of three people what to do now, and every number leads somewhere."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import periods
from core.deadlines import DeadlineKind
from plans.actions import report_figure
from plans.models import Document, Indicator, Plan, Target, TargetIndicator
from reports.models import AgencyProfile, Report, Snapshot
from tasks import actions
from tasks.models import Task
from tests.cast import LONG_AGO, TODAY, Cast
from tests.tasks.test_states_of_a_day import at
from units.actions import grant_role
from units.models import User
from units.permissions import Role

pytestmark = pytest.mark.django_db

PAST, SOON = date(2026, 10, 2), date(2026, 10, 16)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def home(user: User) -> str:
    response = signed_in(user).get(reverse("home"))
    assert response.status_code == 200
    return response.content.decode()


def counters(user: User, part: str) -> dict[str, int]:
    found = signed_in(user).get(reverse("home")).context[part]["counters"]
    return {each["label"]: each["value"] for each in found}


# --- a unit ---------------------------------------------------------------------------------------


def test_tasks_without_a_plan_stand_in_the_same_list_as_plans(cast: Cast) -> None:
    cast.task("TRONGKH", nominal_end=SOON)
    cast.task("PHATSINH", nominal_end=PAST, plan=None)
    parts = signed_in(cast.lan).get(reverse("home")).context["owner"]["plans"]
    assert parts[-1]["title"] == "Nhiệm vụ phát sinh" and "quá hạn 01" in parts[-1]["sentence"]
    linked = signed_in(cast.lan).get(parts[-1]["url"]).content.decode()
    assert "PHATSINH" in linked and "TRONGKH" not in linked


def test_a_unit_reads_first_what_to_do_now(cast: Cast) -> None:
    cast.task("QUAHAN", nominal_end=PAST)
    cast.task("SAPHAN", nominal_end=SOON)
    cast.task("MOI")
    back = cast.task("TRALAI", nominal_end=PAST)
    actions.submit(back, by=cast.minh, text="Xong")
    actions.return_result(back, by=cast.lan, reason="Thiếu số liệu")
    html = home(cast.mai)
    assert "Hôm nay, thứ Ba 13/10/2026" in html
    assert (
        "02 việc quá hạn, 01 việc đến hạn, sắp đến hạn, 01 việc phải bổ sung, 03 việc cần tiếp nhận." in html
    )
    groups = signed_in(cast.mai).get(reverse("home")).context["unit"]["groups"]
    assert [
        (group.title.split(":")[0], [row.place.split(" ")[0] for row in group.rows]) for group in groups
    ] == [
        ("Yêu cầu bổ sung", ["TRALAI"]),
        ("Quá hạn", ["QUAHAN"]),
        ("Đến hạn, sắp đến hạn", ["SAPHAN"]),
        ("Cần tiếp nhận", ["MOI"]),
    ]


def test_what_a_unit_sent_waits_for_others_and_is_not_its_to_do(cast: Cast) -> None:
    sent = cast.task("CHO", nominal_end=PAST)
    actions.submit(sent, by=cast.minh, text="Xong")
    html = home(cast.mai)
    assert "không có việc nào quá hạn" in html and "Đã trình, chờ xác nhận" in html


def test_a_unit_sees_where_it_works_along(cast: Cast) -> None:
    cast.task("NV01", cast.vpdk, title="Kết nối thuế điện tử", coordinators=[(cast.ptd, "coordinating")])
    html = home(cast.mai)
    assert "Phối hợp với đơn vị khác" in html and "Kết nối thuế điện tử" in html


def test_a_unit_sees_nothing_of_others(cast: Cast) -> None:
    cast.task("NV01", title="Việc riêng của phòng")
    assert "Việc riêng của phòng" not in home(cast.tu)
    assert "Không có việc nào cần làm ngay" in home(cast.tu)


def test_a_unit_is_asked_for_the_figures_it_owes_and_the_office_for_those_it_was_sent(cast: Cast) -> None:
    share = Indicator.objects.create(code="HSTT", name="Tỷ lệ hồ sơ trực tuyến")
    target = Target.objects.create(plan=cast.plan, code="CT1", name="Hồ sơ", scope="unit", unit=cast.ptd)
    TargetIndicator.objects.create(target=target, indicator=share)
    assert "01 số liệu cần báo cáo." in home(cast.minh) and "Tỷ lệ hồ sơ trực tuyến" in home(cast.minh)
    assert "Tỷ lệ hồ sơ trực tuyến" not in home(cast.tu)
    window = periods.containing("month", TODAY).previous()
    report_figure(share, cast.ptd, window, by=cast.minh, numerator=Decimal(9), denominator=Decimal(10))
    assert "số liệu cần báo cáo" not in home(cast.minh)
    assert "01 số liệu chờ xác nhận" in home(cast.lan)


# --- the office -----------------------------------------------------------------------------------


def test_the_office_reads_first_what_waits_for_it(cast: Cast) -> None:
    sent = cast.task("CHO")
    actions.submit(sent, by=cast.minh, text="Xong")
    asked = cast.task("XINHAN", cast.vpdk)
    actions.ask_extension(asked, by=cast.dung, proposed_end=date(2026, 11, 20), reason="Chờ thuế nâng cấp")
    cast.task("QUAHAN", nominal_end=PAST)
    cast.task("NGOAI", cast.ubtx, nominal_end=PAST)
    html = home(cast.lan)
    assert "01 kết quả chờ xác nhận, 01 đề nghị gia hạn chờ quyết định, 01 việc quá hạn cần đôn đốc." in html
    assert "Chờ thuế nâng cấp" in html and "30/10/2026 → 20/11/2026" in html
    assert counters(cast.lan, "owner") == {
        "Chờ xác nhận": 1,
        "Gia hạn chờ quyết định": 1,
        "Quá hạn": 1,
        "Đến hạn, sắp đến hạn": 0,
        "Chưa tiếp nhận": 2,
        "Chờ chuyển cấp": 0,
        "Số liệu chờ xác nhận": 0,
    }


def test_units_stand_in_the_order_of_the_organisation_and_outside_bodies_not_at_all(cast: Cast) -> None:
    cast.task("A", cast.cn1, nominal_end=PAST)
    cast.task("B", cast.ptd)
    cast.task("C", cast.ubtx, nominal_end=PAST)
    units = signed_in(cast.lan).get(reverse("home")).context["owner"]["units"]
    assert [unit["label"] for unit in units] == ["Phòng Quản lý đất đai", "Chi nhánh Bình Sơn"]


def test_a_draft_plan_waits_for_the_office_and_nobody_else(cast: Cast) -> None:
    paper = Document.objects.create(issuer="Sở", subject="Kế hoạch 2027")
    Plan.objects.create(
        code="KH2027", title="Kế hoạch năm sau", document=paper, issuer=cast.so, tracking_unit=cast.vp,
        starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
    )  # fmt: skip
    assert "Kế hoạch năm sau" in home(cast.lan)
    assert "Kế hoạch năm sau" not in home(cast.hoa)


# --- a leader -------------------------------------------------------------------------------------


def test_a_leader_reads_one_sentence_a_plan(cast: Cast) -> None:
    cast.task("QUAHAN", nominal_end=PAST)
    cast.task("TRONGHAN")
    done = cast.task("XONG")
    actions.submit(done, by=cast.minh, text="Xong")
    actions.confirm(done, by=cast.lan)
    cast.task("NHOM", lead_group=cast.branches)
    html = home(cast.hoa)
    assert "Tổng số 04; hoàn thành 01 (đúng hạn 01, quá hạn 0); đang thực hiện 03 (quá hạn 01)." in html


def test_a_leader_reads_the_total_and_who_is_late_before_what_waits_for_a_word(cast: Cast) -> None:
    cast.task("A", cast.cn1, nominal_end=PAST)
    cast.task("B", nominal_end=PAST)
    cast.task("C", cast.ubtx, nominal_end=PAST)
    cast.task("D", plan=None, source="oral", ordered_by="Trần Thị Hòa", ordered_how="phone", nominal_end=PAST)
    asked = cast.task("E")
    actions.ask_extension(asked, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ")
    # A period missed of a recurring duty is no task of the total, so it makes no unit late under that total either.
    with at(date(2026, 9, 28)):
        cast.task(
            "F", cast.doan, phrase="hằng tuần", deadline_kind=DeadlineKind.RECURRING, nominal_end=None,
            assigned_on=date(2026, 9, 28),
        )  # fmt: skip
    assert Task.objects.filter(duty__isnull=False, effective_end__lt=TODAY, lead_unit=cast.doan).exists()
    html = home(cast.hoa)
    total = "Tổng số 05; hoàn thành 0 (đúng hạn 0, quá hạn 0); đang thực hiện 05 (quá hạn 04)."
    late = "Đơn vị có việc quá hạn:"
    places = [html.index(words) for words in (total, late, "Việc cần ý kiến đồng chí", "Tình hình thực hiện")]
    assert places == sorted(places)
    units = signed_in(cast.hoa).get(reverse("home")).context["leader"]["late_units"]
    # In the order of the organisation; a body outside our authority is never called late.
    assert [(unit["label"], unit["late"]) for unit in units] == [
        ("Phòng Quản lý đất đai", "02"), ("Chi nhánh Bình Sơn", "01"),
    ]  # fmt: skip
    for unit in units:
        assert len(signed_in(cast.hoa).get(unit["url"]).context["rows"]) == int(unit["late"])


def test_where_nobody_is_late_the_page_says_so(cast: Cast) -> None:
    cast.task("A")
    assert "Không có đơn vị nào có việc quá hạn." in home(cast.hoa)


def test_a_leader_sees_only_requests_that_wait_for_their_word(cast: Cast) -> None:
    mine, other = cast.task("MINE"), cast.task("OTHER")
    for task in (mine, other):
        actions.ask_extension(
            task, by=cast.minh, proposed_end=date(2026, 11, 20), reason=f"Lý do {task.code}"
        )
    deputy = User.objects.create(username="pho", full_name="Phó Giám đốc")
    grant_role(deputy, Role.LEADER, cast.so, by=None, valid_from=LONG_AGO)
    Task.objects.filter(pk=other.pk).update(leader_in_charge=deputy)
    Plan.objects.filter(pk=cast.plan.pk).update(leader_in_charge=None)
    Task.objects.filter(pk=mine.pk).update(leader_in_charge=cast.hoa)
    assert "Lý do MINE" in home(cast.hoa) and "Lý do OTHER" not in home(cast.hoa)
    assert "Lý do OTHER" in home(deputy) and "Lý do MINE" not in home(deputy)


def test_a_leader_finds_the_newest_report_and_what_waits_for_a_signature(cast: Cast) -> None:
    snapshot = Snapshot.objects.create(
        plan=cast.plan, kind="month", period_key="2026-10", as_of=date(2026, 10, 12), data="{}", sha256="x",
        made_by=cast.lan,
    )  # fmt: skip
    profile = AgencyProfile.objects.create(
        unit=cast.vp, reach="internal", name="Nội bộ", parent_agency="SỞ", agency_lines="VĂN PHÒNG", symbol="/BC-VP",
        place="A", signer_lines="CHÁNH VĂN PHÒNG", recipients="Lưu: VT.", sender="Văn phòng", receiver="Giám đốc",
    )  # fmt: skip
    common = {
        "plan": cast.plan,
        "snapshot": snapshot,
        "profile": profile,
        "kind": "month",
        "created_by": cast.lan,
    }
    Report.objects.create(period_key="2026-10", title="Báo cáo tháng 10", **common)
    Report.objects.create(
        period_key="2026-09",
        title="Báo cáo tháng 9",
        state="submitted",
        submitted_at=timezone.now(),
        **common,
    )
    Report.objects.create(
        period_key="2026-08", title="Báo cáo tháng 8", state="issued", submitted_at=timezone.now(), number="10/BC-VP",
        issued_on=date(2026, 9, 1), signer="Nguyễn Văn A", signed_sha256="x",
        signed_file=ContentFile(b"%PDF-1.4", name="a.pdf"), **common,
    )  # fmt: skip
    html = home(cast.hoa)
    assert "Báo cáo mới nhất" in html and "Báo cáo tháng 8" in html
    assert "Báo cáo đang trình ký" in html and "Báo cáo tháng 9" in html
    assert "Báo cáo tháng 10" not in html


def test_nothing_waits_for_a_leader_and_the_page_says_so(cast: Cast) -> None:
    assert "Không có việc nào đang chờ ý kiến đồng chí." in home(cast.hoa)
    assert "Kế hoạch chưa có nhiệm vụ." in home(cast.hoa)


def test_an_auditor_reads_the_plans_and_is_asked_for_nothing(cast: Cast) -> None:
    html = home(cast.son)
    assert "Tình hình thực hiện kế hoạch" in html and "ý kiến đồng chí" not in html


# --- everybody ------------------------------------------------------------------------------------


def test_somebody_with_several_roles_sees_several_parts(cast: Cast) -> None:
    grant_role(cast.lan, Role.UNIT_HEAD, cast.vp, by=None, valid_from=LONG_AGO)
    html = home(User.objects.get(pk=cast.lan.pk))
    assert "Văn phòng theo dõi:" in html and "Đơn vị:" in html


def test_somebody_without_a_role_is_told_whom_to_ask(cast: Cast) -> None:
    assert "Đồng chí chưa được phân quyền" in home(cast.stranger)


@pytest.mark.parametrize("who", ["minh", "lan", "hoa"])
def test_every_counter_and_link_of_the_home_page_opens(cast: Cast, who: str) -> None:
    cast.task("QUAHAN", nominal_end=PAST)
    cast.task("NV02", coordinators=[(cast.vpdk, "coordinating")])
    client = signed_in(getattr(cast, who))
    html = client.get(reverse("home")).content.decode()
    links = {
        link.replace("&amp;", "&") for link in re.findall(r'href="(/(?:nhiem-vu|ke-hoach)/[^"#]*)', html)
    }
    assert len(links) > 3
    for link in links:
        assert client.get(link).status_code == 200, link


@pytest.mark.parametrize(("who", "most"), [("mai", 16), ("lan", 19), ("hoa", 15)])
def test_the_number_of_queries_does_not_grow(
    cast: Cast, who: str, most: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        cast.task(f"A{number}", nominal_end=PAST)
        sent = cast.task(f"B{number}")
        actions.submit(sent, by=cast.minh, text="Xong")
    client = signed_in(getattr(cast, who))
    with django_assert_max_num_queries(most):
        client.get(reverse("home"))


def test_the_home_page_speaks_vietnamese_only(cast: Cast) -> None:
    html = home(cast.lan)
    words = re.sub(r"<[^>]+>", " ", re.sub(r"<(head|script|style).*?</\1>", "", html, flags=re.S))
    assert not re.search(r"\b(deadline|task|dashboard|status|report|overdue|home|plan)\b", words, re.I)
