"""What the ledger says of rhythms, rules and check-ins, in words."""

from datetime import date
from typing import Any

from core.text import count_vi, date_vi
from tasks.checkins import CheckIn
from tasks.recurrence import DueRule, Every, Rhythm, Shift, describe


def duty_lines(verb: str, facts: dict[str, Any]) -> list[str]:
    """Lines of the timeline for the verbs of duties; empty for any other."""
    row = facts.get("row", {})
    match verb:
        case "set_rhythm":
            words = describe(_rhythm(row)) if row else facts.get("rhythm", "")
            lines = [f"{row['title']}: {words}." if row.get("title") else f"{words}."] if words else []
            if row:
                until = f" đến hết ngày {_day(row['ends_on'])}" if row["ends_on"] else ""
                lines.append(f"Từ ngày {_day(row['starts_on'])}{until}.")
            if facts.get("read_from"):
                lines.append(f"Đọc từ thời hạn ghi trong văn bản: “{facts['read_from']}”.")
            return lines
        case "end_rhythm":
            stopped = len(facts.get("stopped", []))
            lines = [f"{facts['rhythm']}."] if facts.get("rhythm") else []
            return (
                [*lines, f"{count_vi(stopped)} kỳ đã hiện trước không phải thực hiện."] if stopped else lines
            )
        case "set_check_in" if "check_in" in facts:
            return [f"Đơn vị cập nhật: {CheckIn(facts['check_in']).label.lower()}."]
        case "log_breach" if row:
            return [f"Ngày {_day(row['on'])}: {count_vi(row['count'])} trường hợp.", row["text"]]
        case "assign" if "period" in facts:
            return ["Kỳ của nhiệm vụ định kỳ, hệ thống tạo theo nhịp đã đặt."]
        case _:
            return []


def _day(value: str) -> str:
    return date_vi(date.fromisoformat(value))


def _rhythm(row: dict[str, Any]) -> Rhythm:
    """A rhythm as the ledger keeps its columns."""
    return Rhythm(
        every=Every(row["rhythm"]),
        due_rule=DueRule(row["due_rule"]),
        due_day=row["due_day"],
        due_month=row["due_month"],
        weekdays=tuple(int(day) for day in row["weekdays"]),
        shift=Shift(row["shift"]),
    )
