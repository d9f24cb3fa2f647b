"""The words of a notice, in mail and inbox: how a deadline stands on a day, what an event says."""

from datetime import date
from typing import Any

from django.urls import reverse

from core.text import clean_line, count_vi
from core.workdays import WorkCalendar
from notifications import ladder
from notifications.models import Notice
from tasks.ledger import facts_of
from tasks.models import Event, Explanation, Reassignment, Task

LONGEST_TEXT = Notice._meta.get_field("text").max_length or 0
LONGEST_DETAIL = Notice._meta.get_field("detail").max_length or 0


def cut(text: str, length: int) -> str:
    """One line of at most `length` characters, with … where something is left out."""
    line = clean_line(text)
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"


def task_url(task: Task) -> str:
    return reverse("task", args=[task.pk])


def day_text(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def aimed_at(task: Task, on: date, calendar: WorkCalendar) -> date:
    """The deadline reminders count down to on a day: our own earlier one until it has passed, then the superior's
    (office rule 10)."""
    assert task.counted_end is not None
    own = task.internal_end
    return own if own is not None and on <= calendar.previous_workday(own) else task.counted_end


def place(task: Task, on: date, calendar: WorkCalendar) -> int:
    """Where a task with a deadline stands on the ladder's scale."""
    assert task.nominal_end is not None and task.effective_end is not None and task.counted_end is not None
    own = task.internal_end
    if own is not None and aimed_at(task, on, calendar) == own:
        return ladder.position(on, calendar.previous_workday(own), own, calendar)
    target = ladder.aim(task.nominal_end, task.effective_end, task.counted_end, calendar)
    return ladder.position(on, target, task.counted_end, calendar)


def deadline_words(task: Task, on: date, calendar: WorkCalendar) -> str:
    """ "Còn 03 ngày làm việc", "Đến hạn hôm nay", "Quá hạn 02 ngày làm việc"; of our own day "hạn nội bộ"."""
    where = place(task, on, calendar)
    if where > 0:
        return f"Quá hạn {count_vi(where)} ngày làm việc"
    own = task.internal_end
    aims_at_own = own is not None and aimed_at(task, on, calendar) == own
    last = own if aims_at_own else task.nominal_end
    which = " đến hạn nội bộ" if aims_at_own else ""
    if where < 0:
        return f"Còn {count_vi(-where)} ngày làm việc{which}"
    assert last is not None
    if on == last or (not aims_at_own and on == task.counted_end):
        return f"Đến hạn{' nội bộ' * aims_at_own} hôm nay"
    return f"Hôm nay là ngày làm việc cuối cùng trước hạn{' nội bộ' * aims_at_own} {day_text(last)}"


def waiting_words(task: Task, on: date, calendar: WorkCalendar) -> str:
    """How long a result has been with its reviewer."""
    days = calendar.workdays_between(task.submitted_on, on) if task.submitted_on else 0
    return f"Chờ xác nhận {count_vi(days)} ngày làm việc" if days else "Chờ xác nhận"


def deadline_facts(task: Task) -> str:
    """The dates of a task in one line: the one in force first, then what was printed or extended."""
    if task.nominal_end is None or task.effective_end is None:
        return f"Thời hạn: {task.phrase}" if task.phrase else "Không ghi thời hạn"
    facts = [f"Thời hạn: {day_text(task.nominal_end)}"]
    if task.internal_end is not None:
        facts.append(f"hạn nội bộ {day_text(task.internal_end)}")
    if task.effective_end != task.nominal_end:
        facts.append(f"hạn áp dụng {day_text(task.effective_end)}")
    if task.counted_end and task.counted_end != task.effective_end:
        facts.append(f"tính chậm từ sau ngày {day_text(task.counted_end)} (đã trừ những ngày chờ xử lý)")
    if task.was_extended and task.first_effective_end:
        facts.append(f"đã gia hạn, hạn ban đầu {day_text(task.first_effective_end)}")
    elif any(letter.isalpha() for letter in task.phrase):
        facts.append(f"văn bản ghi “{task.phrase}”")
    return "; ".join(facts)


def event_words(event: Event) -> tuple[str, str]:
    """(what happened, in its own words why) for the verbs that are announced."""
    facts = facts_of(event)
    match event.verb:
        case "assign":
            return "Mới giao", ""
        case "submit":
            return "Chờ xác nhận", ""
        case "return":
            return "Yêu cầu bổ sung", facts.get("reason", "")
        case "confirm":
            return "Đã xác nhận hoàn thành", facts.get("note", "")
        case "ask_extension":
            return f"Đề nghị gia hạn đến {_day(facts.get('proposed_end'))}", ""
        case "decide_extension" if facts.get("granted"):
            return f"Đồng ý gia hạn đến {_day(facts.get('new_end'))}", facts.get("note", "")
        case "decide_extension":
            return "Không đồng ý gia hạn", facts.get("note", "")
        case "suspend":
            return "Tạm dừng", facts.get("reason", "")
        case "resume":
            return "Tiếp tục thực hiện", facts.get("reason", "")
        case "discontinue":
            return "Không tiếp tục thực hiện", facts.get("reason", "")
    return _exchange_words(event, facts)


def heard_words(event: Event, group: str, *, owner: bool) -> str:
    """Where a side hears another thing than the event is called; "" elsewhere."""
    match event.verb, group:
        case "assign", Notice.Group.NEWS:
            return "Phối hợp thực hiện"
        case "hand_over" | "decide_reassignment", Notice.Group.NEW:
            return "Mới giao"
        case "propose_reassignment", Notice.Group.WAITING if not owner:
            return "Đề nghị cho ý kiến về việc giao lại"
    return ""


def _exchange_words(event: Event, facts: dict[str, Any]) -> tuple[str, str]:
    """What units, office and leaders ask of each other."""
    row = facts.get("row", {})
    match event.verb:
        case "delegate":
            return "Được phân công thực hiện", row.get("text", "")
        case "propose_reassignment":
            return "Đề nghị giao lại", row.get("reason", "")
        case "withdraw_reassignment":
            return "Đơn vị rút đề nghị giao lại", ""
        case "give_view":
            return "Có ý kiến về đề nghị giao lại", row.get("text", "")
        case "decide_reassignment":
            words = "Đồng ý giao lại" if facts.get("agreed") else "Không đồng ý giao lại"
            return words, facts.get("note", "")
        case "hand_over":
            return "Đã giao lại cho đơn vị khác", facts.get("reason", "")
        case "urge":
            return "Văn phòng đôn đốc", facts.get("text", "")
        case "request_explanation":
            return f"Yêu cầu giải trình chậm nhất ngày {_day(row.get('due_on'))}", row.get("about", "")
        case "explain":
            return "Giải trình chờ kết luận", ""
        case "judge":
            verdict = facts.get("verdict")
            return Explanation.Verdict(verdict).label if verdict else "Kết luận giải trình", facts.get(
                "note", ""
            )
        case "direct":
            due = f" (thực hiện chậm nhất ngày {_day(row['due_on'])})" if row.get("due_on") else ""
            return f"Ý kiến chỉ đạo{due}", row.get("text", "")
        case "raise_obstacle":
            return f"Vướng mắc chờ trả lời chậm nhất ngày {_day(row.get('due_on'))}", row.get("text", "")
        case "answer_obstacle":
            return "Đã trả lời vướng mắc", row.get("decision_note", "")
        case "deliver_part":
            return "Đã có kết quả phối hợp", ""
        case "return_part":
            return "Yêu cầu bổ sung kết quả phối hợp", row.get("text", "")
        case "correct_deadline":
            return (
                f"Đính chính thời hạn thành {facts.get('new_phrase') or _day(facts.get('new_end'))}",
                facts.get("reason", ""),
            )
        case "reopen":
            return "Mở lại nhiệm vụ", facts.get("reason", "")
        case "transfer":
            return "Chuyển sang văn bản mới", facts.get("reason", "")
    raise ValueError(f"{event.verb} is not announced")


def asked_unit(event: Event) -> int | None:
    """The unit an obstacle was put to, or that a proposal names as the new lead."""
    row = facts_of(event).get("row", {})
    if event.verb == "withdraw_reassignment":
        proposal = facts_of(event).get("reassignment") or 0
        found = Reassignment.objects.filter(pk=proposal).values_list("proposed_unit_id", flat=True)
        return found.first()
    return row.get("asked_of_id") or row.get("proposed_unit_id")


def _day(iso: str | None) -> str:
    return day_text(date.fromisoformat(iso)) if iso else ""
