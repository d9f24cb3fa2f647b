"""What units, office and leaders ask of each other is told to the side it concerns, and to nobody else."""

from datetime import date

import pytest

from notifications import announcer, planner
from notifications.models import Notice
from notifications.planner import owed
from notifications.recheck import AWAITED, SETTLED, reason_to_skip, standing
from notifications.recipients import Directory
from tasks import actions
from tasks.ledger import Decision
from tasks.models import Task
from tasks.models.facts import How
from tests.cast import TODAY, Cast
from tests.notifications.helpers import texts

TITLE = "Rà soát quy trình nội bộ NV01"
PHONE = Decision("Trần Thị Hòa", How.PHONE)


@pytest.fixture
def task(cast: Cast) -> Task:
    task = cast.task(coordinators=[(cast.vpdk, "coordinating")])
    announcer.forget()
    return task


def told(cast: Cast) -> dict[str, list[str]]:
    """What announcing now puts into whose inbox, without the title."""
    Notice.objects.all().delete()
    announcer.announce()
    found = {person.username: texts(person) for person in cast.people}
    return {who: [text.removesuffix(f": {TITLE}") for text in lines] for who, lines in found.items() if lines}


def skipped(notice: Notice) -> str:
    notice = Notice.objects.select_related("task__lead_unit", "event", "recipient").get(pk=notice.pk)
    return reason_to_skip(notice, Directory(TODAY), standing(TODAY))


def test_a_proposal_goes_to_the_office_and_to_the_unit_it_names(cast: Cast, task: Task) -> None:
    actions.propose_reassignment(task, by=cast.minh, reason="Không đúng chức năng", proposed_unit=cast.cn1)
    assert told(cast) == {
        "lan": ["Đề nghị giao lại"],
        "tu": ["Đề nghị cho ý kiến về việc giao lại"],
    }
    actions.give_view(task, by=cast.tu, text="Đang quá tải")
    assert told(cast) == {"lan": ["Có ý kiến về đề nghị giao lại"]}
    actions.withdraw_reassignment(task, by=cast.minh)
    assert told(cast) == {"lan": ["Đơn vị rút đề nghị giao lại"], "tu": ["Đơn vị rút đề nghị giao lại"]}


def test_the_old_and_the_new_lead_hear_of_the_decision_each_in_its_way(cast: Cast, task: Task) -> None:
    actions.propose_reassignment(task, by=cast.minh, reason="Không đúng chức năng", proposed_unit=cast.cn1)
    announcer.forget()
    actions.decide_reassignment(task, by=cast.hoa, agreed=True)
    assert told(cast) == {
        "minh": ["Đồng ý giao lại"],
        "mai": ["Đồng ý giao lại"],
        "tu": ["Mới giao"],
        "lan": ["Đồng ý giao lại"],
    }
    former = Notice.objects.get(recipient=cast.minh)
    assert former.url == "/hop-thu/" and skipped(former) == "", (
        "it reaches who no longer leads, without a dead link"
    )


def test_a_task_handed_over_is_new_to_who_takes_it(cast: Cast, task: Task) -> None:
    actions.hand_over(task, by=cast.lan, to=cast.cn1, reason="Điều chỉnh", decision=PHONE)
    assert told(cast) == {
        "minh": ["Đã giao lại cho đơn vị khác"],
        "mai": ["Đã giao lại cho đơn vị khác"],
        "tu": ["Mới giao"],
    }


def test_a_demand_to_explain_goes_to_the_unit_the_answer_to_the_office_the_verdict_back(
    cast: Cast, task: Task
) -> None:
    actions.request_explanation(task, by=cast.lan, about="Vì sao chậm", due_on=date(2026, 10, 16))
    asked = ["Yêu cầu giải trình chậm nhất ngày 16/10/2026"]
    assert told(cast) == {"minh": asked, "mai": asked}
    waiting = Notice.objects.get(recipient=cast.mai)
    assert waiting.group == Notice.Group.WAITING and skipped(waiting) == ""
    actions.explain(task, by=cast.minh, cause="objective", text="Chờ Bộ", remedy="Làm thêm giờ")
    assert skipped(waiting) == SETTLED
    assert told(cast) == {"lan": ["Giải trình chờ kết luận"]}
    actions.judge(task, by=cast.hoa, verdict="objective")
    verdict = ["Công nhận nguyên nhân khách quan"]
    assert told(cast) == {"minh": verdict, "mai": verdict, "lan": verdict}


def test_a_demand_stands_though_the_task_is_done(cast: Cast, task: Task) -> None:
    actions.submit(task, by=cast.minh, text="Xong")
    actions.confirm(task, by=cast.lan)
    actions.request_explanation(task, by=cast.lan, about="Vì sao chậm")
    told(cast)
    assert skipped(Notice.objects.get(recipient=cast.mai, event__verb="request_explanation")) == ""


def test_an_obstacle_goes_to_whom_it_was_put_and_the_reply_to_who_raised_it(cast: Cast, task: Task) -> None:
    obstacle = actions.raise_obstacle(
        task, by=cast.mai, text="Thiếu máy", asked_of=cast.cn1, due_on=date(2026, 10, 16)
    )
    words = ["Vướng mắc chờ trả lời chậm nhất ngày 16/10/2026"]
    assert told(cast) == {"tu": words, "lan": words}
    asked = Notice.objects.get(recipient=cast.tu)
    assert (asked.group, skipped(asked)) == (Notice.Group.WAITING, "")
    actions.answer_obstacle(task, by=cast.tu, obstacle=obstacle, outcome="guided", reply="Đã cấp")
    assert skipped(asked) == SETTLED
    assert told(cast) == {"minh": ["Đã trả lời vướng mắc"], "mai": ["Đã trả lời vướng mắc"]}


def test_parts_pass_between_the_lead_and_who_works_along(cast: Cast, task: Task) -> None:
    part = task.coordinations.get()
    actions.deliver_part(task, by=cast.dung, coordination=part, text="Số liệu")
    assert told(cast) == {"minh": ["Đã có kết quả phối hợp"], "mai": ["Đã có kết quả phối hợp"]}
    actions.return_part(task, by=cast.minh, coordination=part, reason="Thiếu tháng 9")
    assert told(cast) == {"dung": ["Yêu cầu bổ sung kết quả phối hợp"]}
    back = Notice.objects.get(recipient=cast.dung)
    assert skipped(back) == ""
    actions.deliver_part(task, by=cast.dung, coordination=part, text="Đủ rồi")
    assert skipped(back) == SETTLED


def test_the_officer_alone_hears_of_a_delegation(cast: Cast, task: Task) -> None:
    actions.delegate(task, by=cast.minh, officer=cast.mai, text="Làm phần 1")
    assert told(cast) == {"mai": ["Được phân công thực hiện"]}


def test_a_direction_reaches_the_unit_and_the_office_only_where_the_leader_typed_it(
    cast: Cast, task: Task
) -> None:
    actions.direct(task, by=cast.hoa, text="Làm gấp", due_on=date(2026, 10, 20))
    words = ["Ý kiến chỉ đạo (thực hiện chậm nhất ngày 20/10/2026)"]
    assert told(cast) == {"minh": words, "mai": words, "lan": words}
    actions.direct(task, by=cast.lan, text="Thêm", decision=PHONE)
    assert told(cast) == {"minh": ["Ý kiến chỉ đạo"], "mai": ["Ý kiến chỉ đạo"]}


@pytest.mark.parametrize("asked", ["hoa", "ubtx"])
def test_leaders_and_outside_bodies_are_told_of_nothing_by_themselves(
    cast: Cast, task: Task, asked: str
) -> None:
    """An obstacle put to the department, whose only people are leaders, or to a body outside: the office carries it."""
    unit = cast.so if asked == "hoa" else cast.ubtx
    actions.raise_obstacle(task, by=cast.mai, text="Thiếu kinh phí", asked_of=unit)
    assert set(told(cast)) == {"lan"}


# --- a report that is not entered yet, and our own earlier day --------------------------------------------


def overdue(cast: Cast, on: date) -> dict[str, str]:
    return {
        notice.recipient.username: notice.text for notice in owed(on) if notice.group == Notice.Group.OVERDUE
    }


def test_a_unit_whose_report_is_known_is_not_told_that_it_is_late(cast: Cast) -> None:
    task = cast.task(nominal_end=date(2026, 10, 12))
    assert set(overdue(cast, TODAY)) == {"mai", "minh", "lan"}
    planner.write(planner.owed(TODAY))
    mail = Notice.objects.get(recipient=cast.minh)
    actions.note_reported(task, by=cast.lan, source="Thư điện tử 12/10")
    assert overdue(cast, TODAY) == {"lan": f"Quá hạn 01 ngày làm việc, đã có báo cáo, chờ cập nhật: {TITLE}"}
    assert skipped(mail) == AWAITED, "a mail planned before the mark does not go"
    assert skipped(Notice.objects.get(recipient=cast.lan)) == ""
    assert set(overdue(cast, date(2026, 10, 15))) == {"lan"}
    assert set(overdue(cast, date(2026, 10, 16))) == {"mai", "minh", "lan"}, "two working days, no longer"


def test_reminders_count_down_to_our_own_day_first_then_to_the_superiors(cast: Cast) -> None:
    cast.task(superior_deadline=True, internal_end=date(2026, 10, 16), nominal_end=date(2026, 10, 30))
    lines = {
        on: {notice.text for notice in owed(on)} for on in (TODAY, date(2026, 10, 16), date(2026, 10, 27))
    }
    assert lines == {
        TODAY: {f"Còn 03 ngày làm việc đến hạn nội bộ: {TITLE}"},
        date(2026, 10, 16): {f"Đến hạn nội bộ hôm nay: {TITLE}"},
        date(2026, 10, 27): {f"Còn 03 ngày làm việc: {TITLE}"},
    }
    keys = [notice.key for on in lines for notice in owed(on)]
    assert len(keys) == len(set(keys)), "the second ladder is not taken for the first"


def test_a_reminder_of_our_own_day_still_stands_when_it_is_read_again(cast: Cast) -> None:
    cast.task(superior_deadline=True, internal_end=date(2026, 10, 16), nominal_end=date(2026, 10, 30))
    planner.write(planner.owed(TODAY))
    assert skipped(Notice.objects.get(recipient=cast.mai)) == ""
