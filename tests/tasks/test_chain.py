"""The two-step chain of seed 001: several units explain by a day of our own, one gathers the answers by the order's."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tasks import actions
from tasks.actions import Chain, RuleBroken
from tasks.gathering import gathered_text
from tasks.models import Task
from tests.cast import Cast
from units.models import User

pytestmark = pytest.mark.django_db


def order(cast: Cast, **given: Any) -> Chain:
    """Both branches explain by 23/10, the division gathers by the end of October."""
    asked = Task(
        tracking_unit=cast.vp, plan=cast.plan, title="Giải trình hồ sơ trễ hạn", nature="explanation",
        allows_nil=True, strength="require",
    )  # fmt: skip
    wanted: dict[str, Any] = {
        "units": (cast.cn1, cast.cn2), "collector": cast.ptd, "phrase": "hoàn thành trong tháng 10/2026",
        "answer_by": date(2026, 10, 23),
    }  # fmt: skip
    return actions.order_with_synthesis(asked, by=cast.lan, **(wanted | given))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, task: Task, query: str = "") -> str:
    answer = signed_in(user).get(reverse("task", args=[task.pk]) + query)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def part(chain: Chain, cast: Cast, code: str = "cn1") -> Task:
    return chain.order.children.get(lead_unit=getattr(cast, code))


# --- one act gives both ---------------------------------------------------------------------------------


def test_one_act_gives_the_order_and_its_synthesis_each_with_its_own_day(cast: Cast) -> None:
    chain = order(cast)
    # 31/10/2026 is a Saturday: a superior's day does not move.
    assert (chain.synthesis.effective_end, chain.synthesis.lead_unit) == (date(2026, 10, 31), cast.ptd)
    assert chain.synthesis.collects == chain.order
    for answering in chain.order.children.all():
        assert (answering.internal_end, answering.effective_end) == (date(2026, 10, 23), date(2026, 10, 31))
        assert answering.explanations.get().due_on == date(2026, 10, 23)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"answer_by": date(2026, 10, 12)}, "answer_by"),
        ({"answer_by": date(2026, 11, 2)}, "internal_end"),
        ({"phrase": "thường xuyên"}, "phrase"),
        ({"units": ()}, "lead_unit"),
    ],
)
def test_a_chain_that_cannot_be_given_leaves_nothing(cast: Cast, given: dict, field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        order(cast, **given)
    assert field in refused.value.error_dict
    assert not Task.objects.exists()


def test_each_unit_is_told_of_its_own_arrears_only(cast: Cast) -> None:
    chain = order(cast, about={cast.cn1.pk: "Về NV01", cast.cn2.pk: "Về NV02"})
    assert [each.note for each in chain.order.children.order_by("lead_unit__code")] == ["Về NV01", "Về NV02"]
    assert chain.order.note == ""


# --- answering ---------------------------------------------------------------------------------------------


def test_the_explanation_is_the_result_and_a_plain_result_is_not_taken_in_its_place(cast: Cast) -> None:
    one = part(order(cast), cast)
    with pytest.raises(RuleBroken, match="Giải trình"):
        actions.submit(one, by=cast.tu, text="Đã xong")
    assert "submit" not in actions.verbs_for(cast.tu, one)
    actions.explain(one, by=cast.tu, cause="objective", text="Mất điện", remedy="Dự phòng")
    one.refresh_from_db()
    assert one.confirmation == "submitted"


def test_nothing_arisen_counts_as_an_answer(cast: Cast) -> None:
    chain = order(cast)
    actions.explain(part(chain, cast), by=cast.tu, cause="nil")
    seen = page(cast.lan, chain.order)
    assert "Đã báo cáo 01/02 đơn vị" in seen and "Chưa báo cáo: Chi nhánh An Phú." in seen


# --- gathering ---------------------------------------------------------------------------------------------


def test_who_gathers_reads_the_answers_and_other_units_do_not(cast: Cast) -> None:
    chain = order(cast)
    answering = part(chain, cast, "cn2")
    actions.explain(answering, by=cast.dung, cause="objective", text="MAT DIEN KEO DAI", remedy="Dự phòng")
    assert "MAT DIEN KEO DAI" in page(cast.minh, answering)
    assert signed_in(cast.tu).get(reverse("task", args=[answering.pk])).status_code == 404
    assert "MAT DIEN KEO DAI" not in page(cast.tu, chain.order)


def test_who_gathers_only_reads(cast: Cast) -> None:
    answering = part(order(cast), cast, "cn2")
    assert actions.verbs_for(cast.minh, answering) == []


def test_a_synthesis_that_was_not_given_opens_nothing(cast: Cast) -> None:
    chain = order(cast)
    Task.objects.filter(pk=chain.synthesis.pk).update(assigned_on=None)
    assert signed_in(cast.minh).get(reverse("task", args=[part(chain, cast).pk])).status_code == 404


def test_one_click_brings_the_answers_into_the_update(cast: Cast) -> None:
    chain = order(cast)
    actions.explain(
        part(chain, cast), by=cast.tu, cause="objective", text="Mất điện", remedy="Mua máy phát",
        new_date=date(2026, 11, 5),
    )  # fmt: skip
    seen = page(cast.minh, chain.synthesis)
    assert "Đã báo cáo 01/02 đơn vị" in seen and "Đưa các giải trình vào dự thảo tổng hợp" in seen
    answer = signed_in(cast.minh).get(reverse("task", args=[chain.synthesis.pk]) + "?tong-hop=1")
    panel = next(each for each in answer.context["panels"] if each["verb"] == "update")
    assert panel["form"] is not None
    assert panel["form"]["text"].value() == (
        "Chi nhánh Bình Sơn: Mất điện. Nguyên nhân khách quan. Biện pháp khắc phục: Mua máy phát. "
        "Dự kiến hoàn thành ngày 05/11/2026.\nChưa có báo cáo: Chi nhánh An Phú."
    )


def test_long_answers_are_shortened_so_that_every_unit_is_there(cast: Cast) -> None:
    chain = order(cast)
    for answering in chain.order.children.all():
        actions.explain(answering, by=cast.dung, cause="both", text="dài dòng " * 500, remedy="Khắc phục")
    gathered = gathered_text(chain.order.children.select_related("lead_unit"))
    assert len(gathered) <= 5000
    assert "Chi nhánh Bình Sơn: dài" in gathered and "Chi nhánh An Phú: dài" in gathered


def test_the_synthesis_says_who_was_missing_when_it_was_sent(cast: Cast) -> None:
    chain = order(cast)
    actions.explain(part(chain, cast), by=cast.tu, cause="nil")
    actions.submit(chain.synthesis, by=cast.minh, text="Tổng hợp")
    actions.explain(part(chain, cast, "cn2"), by=cast.dung, cause="nil")
    assert "Khi trình chưa có báo cáo của: Chi nhánh An Phú" in page(cast.lan, chain.synthesis)


# --- the page that gives both -------------------------------------------------------------------------------


def test_the_page_asks_the_units_of_overdue_tasks_in_one_act(cast: Cast) -> None:
    late = cast.task("NV09", cast.cn1, title="Số hóa hồ sơ", nominal_end=date(2026, 10, 2))
    office = signed_in(cast.lan)
    url = reverse("explanations_new")
    opened = office.get(f"{url}?overdue={late.pk}")
    assert opened.context["form"]["overdue"].value() == [str(late.pk)]
    data = {
        "tracking_unit": cast.vp.pk, "source": "oral", "ordered_by": "Trần Thị Hòa", "ordered_how": "meeting",
        "title": "Giải trình việc chậm", "strength": "require", "urgency": "normal", "nature": "explanation",
        "overdue": [late.pk], "units": [cast.cn2.pk], "phrase": "30/10/2026", "answer_by": "22/10/2026",
        "collector": cast.ptd.pk, "step": "look",
    }  # fmt: skip
    looked = office.post(url, data)
    assert looked.status_code == 200 and not Task.objects.filter(nature="explanation").exists()
    data |= {"understood": looked.context["looked"]["read"].fingerprint, "step": "give"}
    assert office.post(url, data).status_code == 302
    synthesis = Task.objects.get(collects__isnull=False)
    parts = synthesis.collects.children.order_by("lead_unit__code")
    assert [each.lead_unit for each in parts] == [cast.cn1, cast.cn2]
    assert "NV09: Số hóa hồ sơ" in parts[0].note and parts[1].note == ""


def test_who_gathers_is_not_one_of_those_who_answer(cast: Cast) -> None:
    data = {
        "tracking_unit": cast.vp.pk, "source": "oral", "ordered_by": "A", "ordered_how": "phone", "title": "x",
        "strength": "require", "urgency": "normal", "nature": "ordinary", "units": [cast.ptd.pk],
        "phrase": "30/10/2026", "answer_by": "22/10/2026", "collector": cast.ptd.pk, "step": "look",
    }  # fmt: skip
    answer = signed_in(cast.lan).post(reverse("explanations_new"), data)
    assert answer.status_code == 422 and "collector" in answer.context["form"].errors


def test_the_list_of_overdue_tasks_leads_to_the_page_with_them_ticked(cast: Cast) -> None:
    late = cast.task("NV09", cast.cn1, nominal_end=date(2026, 10, 2))
    link = f"{reverse('explanations_new')}?overdue={late.pk}"
    assert link in signed_in(cast.lan).get(reverse("tasks") + "?part=overdue").content.decode()
    assert link not in signed_in(cast.tu).get(reverse("tasks") + "?part=overdue").content.decode()
