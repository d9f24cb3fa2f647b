"""The words of a notice, in mail and inbox: how a deadline stands on a day, what an event says."""

from datetime import date

from django.urls import reverse

from core.text import clean_line, count_vi
from core.workdays import WorkCalendar
from notifications import ladder
from notifications.models import Notice
from tasks.ledger import facts_of
from tasks.models import Event, Task

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


def place(task: Task, on: date, calendar: WorkCalendar) -> int:
    """Where a task with a deadline stands on the ladder's scale."""
    assert task.nominal_end is not None and task.effective_end is not None and task.counted_end is not None
    target = ladder.aim(task.nominal_end, task.effective_end, task.counted_end, calendar)
    return ladder.position(on, target, task.counted_end, calendar)


def deadline_words(task: Task, on: date, calendar: WorkCalendar) -> str:
    """ "Còn 03 ngày làm việc", "Đến hạn hôm nay", "Quá hạn 02 ngày làm việc"."""
    where = place(task, on, calendar)
    if where < 0:
        return f"Còn {count_vi(-where)} ngày làm việc"
    if where > 0:
        return f"Quá hạn {count_vi(where)} ngày làm việc"
    assert task.nominal_end is not None
    if on in (task.counted_end, task.nominal_end):
        return "Đến hạn hôm nay"
    return f"Hôm nay là ngày làm việc cuối cùng trước hạn {day_text(task.nominal_end)}"


def waiting_words(task: Task, on: date, calendar: WorkCalendar) -> str:
    """How long a result has been with its reviewer."""
    days = calendar.workdays_between(task.submitted_on, on) if task.submitted_on else 0
    return f"Chờ xác nhận {count_vi(days)} ngày làm việc" if days else "Chờ xác nhận"


def deadline_facts(task: Task) -> str:
    """The dates of a task in one line: the one in force first, then what was printed or extended."""
    if task.nominal_end is None or task.effective_end is None:
        return f"Thời hạn: {task.phrase}" if task.phrase else "Không ghi thời hạn"
    facts = [f"Thời hạn: {day_text(task.nominal_end)}"]
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
        case "transfer":
            return "Chuyển sang văn bản mới", facts.get("reason", "")
    raise ValueError(f"{event.verb} is not announced")


def _day(iso: str | None) -> str:
    return day_text(date.fromisoformat(iso)) if iso else ""
