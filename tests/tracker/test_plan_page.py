"""Plans: the list, and one plan as its readers may see it: outline with tasks, targets, units."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import periods
from core.deadlines import DeadlineKind
from plans.actions import accept_figure, report_figure
from plans.models import Clause, Document, Indicator, Milestone, Plan, Target, TargetIndicator
from tasks import actions
from tasks.models import Task
from tests.cast import TODAY, Cast
from tests.plans.promised import CLOSED, indicator, report, target
from units.models import User

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, plan: Plan, view: str = "") -> str:
    response = signed_in(user).get(reverse("plan", args=[plan.pk]), {"xem": view})
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def draft(cast: Cast) -> Plan:
    paper = Document.objects.create(issuer="Sở", subject="Kế hoạch 2027")
    return Plan.objects.create(
        code="KH2027", title="Kế hoạch năm 2027", document=paper, issuer=cast.so, tracking_unit=cast.vp,
        starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
    )  # fmt: skip


# --- the list -------------------------------------------------------------------------------------


def test_the_list_shows_each_plan_with_what_is_done_and_late(cast: Cast) -> None:
    cast.task("QUAHAN", nominal_end=date(2026, 10, 2))
    done = cast.task("XONG")
    actions.submit(done, by=cast.minh, text="Xong")
    actions.confirm(done, by=cast.lan)
    response = signed_in(cast.hoa).get(reverse("plans"))
    (row,) = response.context["rows"]
    assert (row["done"], row["total"], row["overdue"], row["own"]) == (1, 2, 1, False)


def test_a_unit_sees_its_plans_with_its_own_counts(cast: Cast) -> None:
    cast.task("NV01")
    cast.task("NV02", cast.cn1)
    (row,) = signed_in(cast.tu).get(reverse("plans")).context["rows"]
    assert (row["total"], row["own"]) == (1, True)
    assert signed_in(cast.stranger).get(reverse("plans")).context["rows"] == []


def test_drafts_are_the_owners_alone(cast: Cast, draft: Plan) -> None:
    assert "Kế hoạch năm 2027" in signed_in(cast.lan).get(reverse("plans")).content.decode()
    for other in (cast.hoa, cast.minh, cast.son):
        assert signed_in(other).get(reverse("plan", args=[draft.pk])).status_code == 404


def test_the_list_is_searched_and_filtered(cast: Cast, draft: Plan) -> None:
    def titles(**query: str) -> list[str]:
        rows = signed_in(cast.lan).get(reverse("plans"), query).context["rows"]
        return [row["title"] for row in rows]

    assert titles(state="draft") == ["Kế hoạch năm 2027"]
    assert titles(q="12/KH") == ["Đẩy mạnh dịch vụ công trực tuyến năm 2026"]
    assert titles(q="không có") == []


# --- one plan -------------------------------------------------------------------------------------


def test_the_outline_carries_its_tasks_in_printed_order(cast: Cast) -> None:
    second = Clause.objects.create(plan=cast.plan, order=2, label="II", text="Tuyên truyền")
    Clause.objects.create(plan=cast.plan, order=1, label="I", text="Mục đích")
    cast.task("NV02", clause=second, order=2)
    cast.task("NV01", clause=second, order=1)
    cast.task("NV03")
    context = signed_in(cast.lan).get(reverse("plan", args=[cast.plan.pk])).context
    assert [(line["label"], [row.place for row in line["rows"]]) for line in context["clauses"]] == [
        ("I", []),
        ("II", ["NV01", "NV02"]),
        ("", ["NV03"]),
    ]


def test_a_repeated_label_keeps_its_own_tasks(cast: Cast) -> None:
    first = Clause.objects.create(plan=cast.plan, order=1, label="2.", text="Tập huấn")
    second = Clause.objects.create(plan=cast.plan, order=2, label="2.", text="Kiểm tra")
    cast.task("NV01", clause=first)
    cast.task("NV02", clause=second)
    clauses = signed_in(cast.lan).get(reverse("plan", args=[cast.plan.pk])).context["clauses"]
    assert [[row.place for row in line["rows"]] for line in clauses] == [["NV01"], ["NV02"]]


def test_the_whole_plan_counts_an_order_to_many_once_and_a_unit_sees_its_part(cast: Cast) -> None:
    cast.task("NV01")
    cast.task("NHOM", lead_group=cast.branches)
    assert "Tổng số 02;" in page(cast.lan, cast.plan)
    html = page(cast.tu, cast.plan)
    assert "Nhiệm vụ của đơn vị: Tổng số 01;" in html and "NV01" not in html


def test_units_stand_in_order_with_the_note_why_rows_do_not_add_up(cast: Cast) -> None:
    cast.task("NV01")
    cast.task("NHOM", lead_group=cast.branches)
    html = page(cast.hoa, cast.plan, "don-vi")
    assert (
        html.index("Phòng Quản lý đất đai")
        < html.index("Chi nhánh Bình Sơn")
        < html.index("Chi nhánh An Phú")
    )
    assert "trong tổng số của kế hoạch chỉ tính một" in html
    own = page(cast.tu, cast.plan, "don-vi")
    assert "Chi nhánh Bình Sơn" in own and "Phòng Quản lý đất đai" not in own


def test_targets_show_what_was_reached_at_each_milestone(cast: Cast) -> None:
    share = Indicator.objects.create(code="HSTT", name="Tỷ lệ hồ sơ trực tuyến")
    target = Target.objects.create(
        plan=cast.plan, code="CT1", name="Hồ sơ trực tuyến", scope="unit", unit=cast.so
    )
    TargetIndicator.objects.create(target=target, indicator=share)
    for order, (day, value) in enumerate([(date(2026, 9, 30), 70), (date(2026, 12, 31), 95)]):
        Milestone.objects.create(target=target, order=order, nominal_end=day, comparator="ge", value=value)
    figure = report_figure(
        share,
        cast.so,
        periods.parse("month", "2026-09"),
        by=cast.lan,
        numerator=Decimal(755),
        denominator=Decimal(1000),
    )
    assert "Không có số liệu" in page(cast.lan, cast.plan, "chi-tieu")
    accept_figure(figure, by=User.objects.system())
    html = page(cast.lan, cast.plan, "chi-tieu")
    assert "75,5%" in html and "755/1.000, đến ngày 14/09/2026" in html
    assert "≥ 70%" in html and "Đạt" in html and "Còn thiếu 19,5 điểm %" in html
    assert "01 chỉ tiêu, tính theo từng chỉ số và đối tượng: đạt 01 (theo mốc gần nhất đã đến)." in html
    later = Target.objects.create(
        plan=cast.plan, code="CT2", name="Hồ sơ trực tuyến cuối năm", scope="unit", unit=cast.so
    )
    TargetIndicator.objects.create(target=later, indicator=share)
    Milestone.objects.create(target=later, order=0, nominal_end=date(2026, 12, 31), comparator="ge", value=95)
    html = page(cast.lan, cast.plan, "chi-tieu")
    assert "02 chỉ tiêu, tính theo từng chỉ số và đối tượng: đạt 01, chưa đến mốc 01 (" in html


def test_amounts_are_shown_with_their_decimals_and_a_small_gap_never_as_nothing(cast: Cast) -> None:
    made = indicator()
    target(cast.plan, made, cast.so, (date(2026, 12, 31), "gt", "90"))
    share = report(made, cast.so, 449, 499)
    area = indicator("HA", "Diện tích đo đạc", measure_unit="ha", denominator="")
    target(cast.plan, area, cast.so, (date(2026, 12, 31), "ge", "20"))
    hectares = report_figure(area, cast.so, CLOSED, by=User.objects.system(), numerator=Decimal("12.25"))
    half = indicator("NUA", "Tỷ lệ diện tích")
    target(cast.plan, half, cast.so, (date(2026, 12, 31), "ge", "50"))
    parts = report_figure(
        half,
        cast.so,
        CLOSED,
        by=User.objects.system(),
        numerator=Decimal("0.00"),
        denominator=Decimal("12.5"),
    )
    for figure in (share, hectares, parts):
        accept_figure(figure, by=User.objects.system())
    html = page(cast.lan, cast.plan, "chi-tieu")
    assert "90,0%" in html and "Còn thiếu 0,02 điểm %" in html and "thiếu 0,0 " not in html
    assert "12,25 ha" in html and "Còn thiếu 7,75 ha" in html
    assert "0/12,5" in html


def test_the_owner_of_a_draft_is_offered_to_give_it_out(cast: Cast, draft: Plan) -> None:
    html = page(cast.lan, draft)
    assert "Kế hoạch còn là dự thảo" in html
    assert f'href="{reverse("plan_activate", args=[draft.pk])}"' in html
    assert reverse("plan_activate", args=[cast.plan.pk]) not in page(cast.lan, cast.plan)


def test_a_foreign_plan_is_not_found(cast: Cast) -> None:
    cast.task("NV01")
    assert signed_in(cast.stranger).get(reverse("plan", args=[cast.plan.pk])).status_code == 404
    assert signed_in(cast.tu).get(reverse("plan", args=[cast.plan.pk])).status_code == 404


@pytest.mark.parametrize("view", ["nhiem-vu", "chi-tieu", "don-vi", "gì đó"])
@pytest.mark.parametrize("who", ["lan", "hoa", "mai", "son"])
def test_empty_parts_say_so(cast: Cast, who: str, view: str) -> None:
    cast.task("NV01")
    assert cast.plan.title in page(getattr(cast, who), cast.plan, view)


@pytest.mark.parametrize(("view", "most"), [("nhiem-vu", 15), ("chi-tieu", 12), ("don-vi", 11)])
def test_the_number_of_queries_does_not_grow(
    cast: Cast, view: str, most: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(9):
        clause = Clause.objects.create(plan=cast.plan, order=number, label=str(number), text="Nội dung")
        cast.task(f"NV{number}", clause=clause, **({"lead_group": cast.branches} if number % 3 == 0 else {}))
    client = signed_in(cast.lan)
    with django_assert_max_num_queries(most):
        client.get(reverse("plan", args=[cast.plan.pk]), {"xem": view})


# --- recurring duties -----------------------------------------------------------------------------


def test_a_plan_counts_a_recurring_order_once_and_none_of_its_occurrences(cast: Cast) -> None:
    """On the page of the plan, in its rows of units, behind their links, in the statistics (office rule 16)."""
    cast.task("NV01")
    cast.task(
        "DK01", phrase="hằng tuần", deadline_kind=DeadlineKind.RECURRING, nominal_end=None, assigned_on=TODAY,
    )  # fmt: skip
    assert Task.objects.filter(duty__isnull=False, lead_unit=cast.ptd).exists()
    for user in (cast.lan, cast.minh):
        context = signed_in(user).get(reverse("plan", args=[cast.plan.pk]), {"xem": "don-vi"}).context
        assert context["sentence"].startswith("Tổng số 01;")
        (row,) = context["units"]
        assert [cell["value"] for cell in row["cells"]] == [1, 0, 0, 1, 0, 1]
        assert [task.code for task in signed_in(user).get(row["url"]).context["page"].rows] == [
            "NV01",
            "DK01",
        ]
        (open_in_time,) = [cell for cell in row["cells"] if cell["url"]]
        shown = signed_in(user).get(open_in_time["url"])
        assert [task.code for task in shown.context["page"].rows] == ["NV01"]
        assert "Không gồm từng kỳ của nhiệm vụ định kỳ" in shown.content.decode()
    (counted,) = signed_in(cast.lan).get(reverse("statistics")).context["table"]["rows"]
    total = next(cell for cell in counted["cells"] if cell["label"] == "Tổng số có thời hạn")
    assert total["value"] == "1"
