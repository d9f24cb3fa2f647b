"""The office urges by hand, and keeps what it sent to a unit's group chat (office rules 28, 29, 33)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import announcer, recheck
from notifications.models import Notice
from notifications.recipients import Directory
from tasks import actions, group_message
from tasks.models import Task
from tests.cast import TODAY, Cast
from units.actions import RuleBroken
from units.models import Unit


@pytest.mark.django_db
def test_the_units_people_read_the_words_and_the_task_keeps_them(cast: Cast) -> None:
    task = cast.task(title="Rà soát")
    announcer.forget()
    line = actions.urge(task, by=cast.lan, text="Đề nghị báo cáo trước 16/10")
    announcer.announce()
    found = Notice.objects.filter(event=line).select_related("recipient", "task", "event")
    assert {(each.recipient.username, each.text, each.group) for each in found} == {
        (who, "Văn phòng đôn đốc: Rà soát", "2_due") for who in ("mai", "minh")
    }
    assert all(each.detail.startswith("Đề nghị báo cáo trước 16/10") for each in found)
    assert line.by == cast.lan
    actions.submit(task, by=cast.minh, text="Xong")
    asked = recheck.standing(TODAY)
    notice = Notice.objects.select_related("recipient", "task", "event").get(event=line, recipient=cast.mai)
    assert recheck.reason_to_skip(notice, Directory(TODAY), asked) == recheck.SUBMITTED


@pytest.mark.django_db
def test_a_late_task_is_urged_among_the_late_ones(cast: Cast) -> None:
    line = actions.urge(cast.task(nominal_end=date(2026, 10, 9)), by=cast.lan, text="Khẩn trương")
    announcer.announce()
    assert {each.group for each in Notice.objects.filter(event=line)} == {"1_overdue"}


@pytest.mark.django_db
def test_nobody_urges_a_body_outside_or_a_unit_whose_result_waits(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="công văn"):
        actions.urge(cast.task("A", lead=cast.ubtx), by=cast.lan, text="Khẩn trương")
    task = cast.task("B")
    actions.submit(task, by=cast.minh, text="Xong")
    with pytest.raises(RuleBroken, match="đang chờ xác nhận"):
        actions.urge(task, by=cast.lan, text="Khẩn trương")


@pytest.mark.django_db
def test_what_was_sent_to_the_group_is_kept_and_tells_nobody(cast: Cast) -> None:
    task = cast.task(nominal_end=date(2026, 10, 9), title="Rà soát")
    announcer.forget()
    words = group_message.written(task)
    assert words.splitlines()[0] == "Văn phòng Sở đề nghị Phòng Quản lý đất đai: Rà soát"
    assert "Thời hạn 09/10/2026, đã quá hạn 02 ngày làm việc" in words
    assert words.endswith(f"/nhiem-vu/{task.pk}/")
    actions.tell_group(task, by=cast.lan, text=words)
    assert announcer.announce() == 0
    with pytest.raises(RuleBroken, match="500"):
        actions.tell_group(task, by=cast.lan, text="x" * 501)


@given(st.text(st.characters(categories=("L", "N", "Zs")), max_size=500), st.booleans())
def test_the_message_never_grows_beyond_its_room_and_always_ends_with_the_address(
    title: str, outside: bool
) -> None:
    unit = Unit(pk=1, code="A", name="Văn phòng Đăng ký đất đai", kind="outside" if outside else "division")
    task = Task(pk=12, title=title, tracking_unit=unit, lead_unit=unit, deadline_kind="none")
    words = group_message.written(task)
    assert len(words) <= group_message.LONGEST
    assert words.endswith("/nhiem-vu/12/")
