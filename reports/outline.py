"""The frame of a report: its sections, annexes, first and last sentence. What the owner edits is `reports.prose`. Pure.

Outline: norms §1.6, layout B of Decree 30/2020.
"""

from dataclasses import dataclass

from core.text import date_vi
from reports.snapshot import Snapshot
from reports.wording import cited, cited_in_full


@dataclass(frozen=True)
class Section:
    """One part of the outline. `level` 1 is "I. …", 2 is "1. …" below the level before it."""

    key: str
    level: int
    heading: str


OUTLINE = (
    Section("I", 1, "Công tác chỉ đạo, điều hành"),
    Section("II", 1, "Kết quả thực hiện"),
    Section("II.1", 2, "Kết quả thực hiện các chỉ tiêu"),
    Section("II.2", 2, "Kết quả thực hiện nhiệm vụ"),
    Section("II.3", 2, "Tình hình tài khoản định danh điện tử"),
    Section("III", 1, "Đánh giá chung"),
    Section("III.1", 2, "Kết quả đạt được"),
    Section("III.2", 2, "Tồn tại, hạn chế"),
    Section("III.3", 2, "Nguyên nhân"),
    Section("IV", 1, "Phương hướng, nhiệm vụ trọng tâm kỳ tới"),
    Section("V", 1, "Kiến nghị, đề xuất"),
)

EDITABLE = tuple(section.key for section in OUTLINE if section.key not in ("II", "III"))
"""Keys of the sections that carry text."""

_POINTERS = {
    "targets": "Số liệu từng chỉ tiêu tại {} kèm theo.",
    "tasks": "Tình hình thực hiện từng nhiệm vụ tại {} kèm theo.",
    "staff": "Số liệu theo từng đơn vị tại {} kèm theo.",
}


def annexes(snapshot: Snapshot) -> dict[str, str]:
    """What has an annex, and its number: "I", "II" …, "" when it is the only one (Decree 30, III.1)."""
    present = [
        key
        for key, rows in (
            ("targets", snapshot.targets),
            ("tasks", snapshot.tasks),
            ("staff", snapshot.coverage.rows if snapshot.coverage.kinds else ()),
        )
        if rows
    ]
    return {key: "" if len(present) == 1 else "I" * number for number, key in enumerate(present, 1)}


def annex(snapshot: Snapshot, key: str) -> str:
    """An annex as the text names it: "Phụ lục II"."""
    return f"Phụ lục {annexes(snapshot).get(key, '')}".strip()


def pointer(snapshot: Snapshot, key: str) -> str:
    """The sentence that leads from the body to an annex; "" without one."""
    return _POINTERS[key].format(annex(snapshot, key)) if key in annexes(snapshot) else ""


def opening(snapshot: Snapshot, sender: str) -> str:
    """The sentence before section I."""
    period = snapshot.period
    until = f" (số liệu đến ngày {date_vi(snapshot.as_of)})" if snapshot.as_of != period.end else ""
    return (
        f"Thực hiện {cited_in_full(snapshot.plan)}, {sender} báo cáo kết quả thực hiện {period.label},"
        f" từ ngày {date_vi(period.start)} đến ngày {date_vi(period.end)}{until}, như sau:"
    )


def closing(snapshot: Snapshot, receiver: str) -> str:
    """The last sentence, which the layout closes with the end mark."""
    return f"Trên đây là báo cáo {_inside_subject(snapshot)}, kính báo cáo {receiver} xem xét, chỉ đạo"


def subject(snapshot: Snapshot) -> str:
    """The trích yếu below BÁO CÁO: "Kết quả thực hiện Kế hoạch số 12/KH-SNNMT tháng 11 năm 2026"."""
    between = " " if snapshot.plan.number else " trong "  # a title may itself end in a year
    return f"Kết quả thực hiện {cited(snapshot.plan)}{between}{snapshot.period.label}"


def _inside_subject(snapshot: Snapshot) -> str:
    return subject(snapshot).replace("Kết quả", "kết quả", 1)
