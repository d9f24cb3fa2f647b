"""Who works along on an order to many gives its part to the order itself; the office that tracks it asks for more."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from notifications import announcer
from tasks import actions, ledger
from tasks.actions import Along, Leads, RuleBroken
from tasks.models import Coordination, Task
from tasks.waiting import WAITING, parts_owed_by
from tests.cast import TODAY, Cast
from tests.notifications.helpers import texts
from units.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(cast: Cast) -> Task:
    """Given to both branches; the division works along with a part and a day of its own."""
    task = Task(tracking_unit=cast.vp, plan=cast.plan, title="Số hóa hồ sơ đang lưu")
    actions.write_task(
        task,
        by=cast.lan,
        leads=Leads(group=cast.branches),
        along=(Along(cast.ptd, "Hướng dẫn nghiệp vụ", date(2026, 10, 17)),),
        phrase="30/10/2026",
    )
    actions.assign(task, by=cast.lan)
    return Task.objects.get(pk=task.pk)


def part(order: Task) -> Coordination:
    return order.coordinations.get()


def seen(user: User, task: Task) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("task", args=[task.pk]))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def deliver(cast: Cast, order: Task) -> None:
    actions.deliver_part(order, by=cast.minh, coordination=part(order), text="Đã tập huấn", number="7/HD")


def test_the_unit_delivers_its_part_to_the_order(cast: Cast, order: Task) -> None:
    deliver(cast, order)
    assert (part(order).delivered_on, part(order).returned) == (TODAY, False)
    assert ledger.first_broken(order) is None


def test_a_unit_that_carries_out_the_order_does_not_deliver_it(cast: Cast, order: Task) -> None:
    with pytest.raises(RuleBroken, match="không có quyền"):
        actions.deliver_part(order, by=cast.tu, coordination=part(order), text="Thay phòng")


def test_the_office_asks_for_more_and_the_units_of_the_order_cannot(cast: Cast, order: Task) -> None:
    deliver(cast, order)
    with pytest.raises(RuleBroken, match="không có quyền"):
        actions.return_part(order, by=cast.tu, coordination=part(order), reason="Thiếu")
    actions.return_part(order, by=cast.lan, coordination=part(order), reason="Thiếu quy trình")
    assert part(order).returned
    deliver(cast, order)
    assert not part(order).returned
    assert [event.verb for event in order.events.all()] == [
        "assign", "deliver_part", "return_part", "deliver_part",
    ]  # fmt: skip
    assert ledger.first_broken(order) is None


def test_the_office_records_the_part_of_a_unit_that_never_signs_in(cast: Cast, order: Task) -> None:
    report = actions.deliver_part(order, by=cast.lan, coordination=part(order), text="Theo công văn 7/HD")
    assert report.recorded_for_unit


def test_the_page_of_the_order_offers_it_and_shows_it(cast: Cast, order: Task) -> None:
    assert "Gửi kết quả phối hợp" in seen(cast.minh, order)
    assert "Yêu cầu bổ sung kết quả phối hợp" not in seen(cast.lan, order)
    client = Client()
    client.force_login(cast.minh)
    answer = client.post(
        reverse("task_verb", args=[order.pk, "deliver_part"]),
        {"coordination": part(order).pk, "text": "Đã tập huấn", "seen": order.events.count()},
    )
    assert answer.status_code == 302
    assert "Đã gửi 13/10/2026" in seen(cast.minh, order)
    assert "Yêu cầu bổ sung kết quả phối hợp" in seen(cast.lan, order)
    assert "Yêu cầu bổ sung kết quả phối hợp" not in seen(cast.minh, order)


def test_the_part_waits_on_the_units_list_until_it_is_delivered(cast: Cast, order: Task) -> None:
    def listed() -> str:
        client = Client()
        client.force_login(cast.minh)
        return client.get(reverse("tasks"), {"waiting": "part"}).content.decode()

    assert WAITING["part"].with_orders and parts_owed_by(cast.minh).count() == 1
    assert order.title in listed()
    deliver(cast, order)
    assert not parts_owed_by(cast.minh).exists() and order.title not in listed()


def test_the_results_of_the_units_say_what_the_order_still_lacks(cast: Cast, order: Task) -> None:
    first, second = order.children.order_by("pk")
    actions.submit(first, by=cast.tu, text="Đã số hóa")
    deliver(cast, order)
    actions.submit(second, by=cast.lan, text="Đã số hóa")
    sent = [ledger.facts_of(each.events.get(verb="submit"))["missing_parts"] for each in (first, second)]
    assert sent == [[cast.ptd.pk], []]


def test_who_works_along_and_the_office_hear_of_it(cast: Cast, order: Task) -> None:
    announcer.announce()
    title = order.title
    assert any(title in text for text in texts(cast.mai))  # its clerk
    deliver(cast, order)
    announcer.announce()
    assert f"Đã có kết quả phối hợp: {title}" in texts(cast.lan)
    actions.return_part(order, by=cast.lan, coordination=part(order), reason="Thiếu quy trình")
    announcer.announce()
    assert f"Yêu cầu bổ sung kết quả phối hợp: {title}" in texts(cast.minh)
