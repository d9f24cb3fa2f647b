"""The judging half of a report in words: what was achieved, what falls short and why, what comes next. Pure.

What did not happen is left out or said so, never praised. A cause is only ever the unit's own text (office rule 31),
and no sentence names or ranks a person (office rule 30).
"""

from collections.abc import Sequence

from core.text import count_vi, date_vi, percent_vi
from plans.attainment import Attainment
from reports.lookup import (
    MOST_LISTED,
    by_order,
    is_reached,
    late_tasks,
    listed,
    main_rows,
    nonzero,
    number_of,
)
from reports.outline import annex
from reports.snapshot import Snapshot, TargetRow, TaskRow
from reports.wording import NO_CAUSE, clause, is_ahead, is_short, small, tasks, titled

MOST_SILENT = 3
"""Late tasks whose units gave no cause are named one by one up to here, beyond only counted."""


# --- III --------------------------------------------------------------------------------------------


def achieved(snapshot: Snapshot) -> list[str]:
    counts, rows = snapshot.orders, main_rows(snapshot)
    found = []
    if counts.done:
        found.append(
            f"- Đã hoàn thành {count_vi(counts.done)}/{count_vi(counts.total)} nhiệm vụ có thời hạn"
            f" ({percent_vi(counts.done, counts.total)}), trong đó đúng hạn"
            f" {count_vi(counts.done_on_time)}/{count_vi(counts.done)} nhiệm vụ"
            f" ({percent_vi(counts.done_on_time, counts.done)})."
        )
    reached = number_of(rows, Attainment.REACHED)
    judged = reached + sum(map(is_short, rows)) + sum(map(is_ahead, rows))
    if reached:
        found.append(
            f"- {count_vi(reached)}/{count_vi(judged)} chỉ tiêu có số liệu đã đạt so với mốc gần nhất."
        )
    early = _ahead_of_next(snapshot)
    if early:
        found.append(
            f"- {count_vi(len(early))} chỉ tiêu có số liệu mới nhất đã đạt mức của mốc sắp tới:"
            f" {'; '.join(small(titled(row)) for row in early)}."
        )
    if counts.total and not counts.open_overdue and not late_tasks(snapshot):
        found.append(f"- Đến ngày {date_vi(snapshot.as_of)} không có nhiệm vụ đang thực hiện quá hạn.")
    whole = [
        row.name
        for row in snapshot.units
        if not row.outside and row.counts.total and row.counts.done_on_time == row.counts.total
    ]
    if whole:
        found.append(
            f"- {count_vi(len(whole))} đơn vị đã hoàn thành đúng hạn toàn bộ nhiệm vụ có thời hạn:"
            f" {'; '.join(whole)}."
        )
    return found or ["Trong kỳ chưa có nhiệm vụ hoàn thành, chưa có chỉ tiêu đạt mức."]


def _ahead_of_next(snapshot: Snapshot) -> list[TargetRow]:
    """Lines whose newest figure reaches a milestone that is still to come."""
    return [
        row
        for row in snapshot.targets
        if not row.member and row.role == "next" and row.newest and is_reached(row)
    ]


def shortcomings(snapshot: Snapshot) -> list[str]:
    late, rows = late_tasks(snapshot), main_rows(snapshot)
    found = []
    if late:
        found += [
            f"Có {_number_late(late)}:",
            *listed([_late_line(parts) for parts in by_order(late)], "nhiệm vụ", annex(snapshot, "tasks")),
        ]
    if snapshot.orders.done_late:
        found.append(f"Có {tasks(snapshot.orders.done_late)} đã hoàn thành nhưng quá hạn.")
    short = sum(map(is_short, rows))
    if short:
        found.append(
            f"Có {count_vi(short)}/{count_vi(len(rows))} chỉ tiêu chưa đạt tại mốc đã đến (số liệu tại mục"
            " II.1)."
        )
    found += _hard_to_reach(snapshot)
    missing = number_of(rows, Attainment.NO_DATA)
    if missing:
        found.append(f"Có {count_vi(missing)} chỉ tiêu chưa có số liệu để đánh giá.")
    explained = {task.code for task in late if _said(task.cause)}  # said as a cause in III.3
    obstacles = [remark for remark in snapshot.obstacles if remark.code not in explained]
    if obstacles:
        lines = [
            f"{remark.unit} (nhiệm vụ “{clause(remark.title)}”): {clause(remark.text)}."
            for remark in obstacles
        ]
        found += [
            f"Khó khăn, vướng mắc {'khác ' if explained else ''}do các đơn vị báo cáo trong kỳ:",
            *listed(lines, "nội dung", annex(snapshot, "tasks")),
        ]
    return found or [
        f"Đến ngày {date_vi(snapshot.as_of)}, không có nhiệm vụ quá hạn, không có chỉ tiêu chưa đạt mốc"
        " đã đến; các đơn vị không báo cáo khó khăn, vướng mắc."
    ]


def _hard_to_reach(snapshot: Snapshot) -> list[str]:
    """What the owner accepted to be said, each with the cause in the unit's own words (office rule 31)."""
    notes = {row.key: row.note for row in snapshot.targets if row.newest or row.role == "current"}
    lines = []
    for course in (each for whole in snapshot.courses for each in (whole, *whole.members)):
        if course.needs:
            note = notes.get(course.key, "")
            cause = f"đơn vị báo cáo “{clause(note)}”" if _said(note) else NO_CAUSE
            lines.append(
                f"{course.indicator} ({course.scope}): khó đạt nếu giữ tiến độ hiện nay; cần {course.needs}; {cause}."
            )
    return listed(lines, "chỉ tiêu", annex(snapshot, "targets"))


def _number_late(late: Sequence[TaskRow]) -> str:
    """ "04 nhiệm vụ", each order once as in the plan's total; with its parts where several units are late."""
    orders = len(by_order(late))
    parts = f", tính theo từng đơn vị là {count_vi(len(late))}" if orders != len(late) else ""
    return f"{tasks(orders)} đang thực hiện quá hạn{parts}"


def _late_line(parts: Sequence[TaskRow]) -> str:
    """One late order: who, until when, how late; units with the same dates stand together."""
    groups: dict[str, list[str]] = {}
    for task in parts:
        groups.setdefault(f"{_until(task.deadline)}; {small(task.words)}", []).append(task.lead)
    told = "; ".join(f"{', '.join(units)}; {dates}" for dates, units in groups.items())
    return f"{clause(parts[0].title)} ({told})."


def _until(deadline: str) -> str:
    """ "hạn 06/11/2026"; words of the order after a colon: "thời hạn: hoàn thành trong tháng 4/2023"."""
    words = clause(deadline)
    return f"hạn {words}" if words[:1].isdigit() else f"thời hạn: {small(words)}"


def causes(snapshot: Snapshot) -> list[str]:
    """The units' own words; those who gave none are said once, by number (office rule 31)."""
    late = late_tasks(snapshot)
    short = [row for row in main_rows(snapshot) if is_short(row)]
    told = [
        f"Nhiệm vụ “{clause(task.title)}” ({task.lead}): đơn vị báo cáo “{clause(task.cause)}”."
        for task in late
        if _said(task.cause)
    ]
    told += [
        f"Chỉ tiêu {small(titled(row))}: đơn vị báo cáo “{clause(row.note)}”."
        for row in short
        if _said(row.note)
    ]
    found = listed(told, "nội dung", "các phụ lục")
    silent = by_order([task for task in late if not _said(task.cause)])
    if len(silent) <= MOST_SILENT:
        found += [
            f"- Nhiệm vụ “{clause(parts[0].title)}” ({', '.join(task.lead for task in parts)}): {NO_CAUSE}."
            for parts in silent
        ]
    rest = " còn lại" if told else ""
    wordless = sum(not _said(row.note) for row in short)
    counts = nonzero(
        (len(silent) if len(silent) > MOST_SILENT else 0, f"# nhiệm vụ quá hạn{rest}"),
        (wordless, f"# chỉ tiêu chưa đạt{rest if wordless < len(short) else ''}"),
    )
    if counts:
        found.append(f"- Đối với {' và '.join(counts)}: {NO_CAUSE}.")
    return found or ["Không có nhiệm vụ quá hạn, chỉ tiêu chưa đạt phải giải trình nguyên nhân."]


def _said(cause: str) -> bool:
    return bool(cause.strip()) and cause.strip().lower().rstrip(".") != NO_CAUSE


# --- IV, V ----------------------------------------------------------------------------------------


def next_steps(snapshot: Snapshot) -> list[str]:
    rows = main_rows(snapshot)
    found = []
    late = late_tasks(snapshot)
    if late:
        found.append(f"- Hoàn thành dứt điểm {tasks(len(by_order(late)))} đang quá hạn.")
    if snapshot.next_tasks:
        due = sorted(snapshot.next_tasks, key=lambda each: each.on)
        lines = [f"+ {clause(each.what)} ({each.who}, hạn {date_vi(each.on)})." for each in due[:MOST_LISTED]]
        if len(due) > MOST_LISTED:
            rest = count_vi(len(due) - MOST_LISTED)
            lines.append(f"+ Và {rest} nhiệm vụ khác ({annex(snapshot, 'tasks')}).")
        found += [f"- Thực hiện {tasks(len(due))} đến hạn:", *lines]
    found += _next_milestones(snapshot)
    if snapshot.leaves.waiting:
        found.append(f"- Xem xét, xác nhận kết quả của {tasks(snapshot.leaves.waiting)} đã trình.")
    missing = number_of(rows, Attainment.NO_DATA)
    if missing:
        found.append(f"- Báo cáo số liệu của {count_vi(missing)} chỉ tiêu chưa có số liệu.")
    total = snapshot.coverage.total
    if total and total.all_kinds.missing:
        found.append(f"- Hoàn tất tài khoản cho {count_vi(total.all_kinds.missing)} người còn thiếu.")
    if not found:
        return [f"{_time_ahead(snapshot)} không có nhiệm vụ, mốc chỉ tiêu đến hạn."]
    return [f"{_time_ahead(snapshot)}, các đơn vị tập trung:", *found]


def _time_ahead(snapshot: Snapshot) -> str:
    """The next period; before the end of this one, what is left of it as well."""
    period, ahead = snapshot.period, snapshot.next_period
    if snapshot.as_of < period.end:
        left = f"Trong thời gian còn lại của {period.label} và trong {ahead.label}"
        return f"{left} (đến ngày {date_vi(ahead.end)})"
    return f"Trong {ahead.label} (từ ngày {date_vi(ahead.start)} đến ngày {date_vi(ahead.end)})"


def _next_milestones(snapshot: Snapshot) -> list[str]:
    due = sorted(snapshot.next_milestones, key=lambda each: each.on)
    lines = [f"+ {each.what}." for each in due[:MOST_LISTED]]
    if len(due) > MOST_LISTED:
        lines.append(f"+ Và {count_vi(len(due) - MOST_LISTED)} chỉ tiêu khác ({annex(snapshot, 'targets')}).")
    return ["- Phấn đấu đạt các chỉ tiêu đến mốc:", *lines] if lines else []


def proposals(snapshot: Snapshot) -> list[str]:
    found = [
        f"- {remark.unit} (nhiệm vụ “{clause(remark.title)}”): {clause(remark.text)}."
        for remark in snapshot.proposals
    ]
    pending = snapshot.activity.extensions_pending
    if pending:
        found.append(
            f"- Kính đề nghị xem xét, quyết định {count_vi(pending)} đề nghị gia hạn đang chờ ý kiến."
        )
    return found or ["Trong kỳ, các đơn vị không có kiến nghị, đề xuất."]


def proposals_upward() -> list[str]:
    """What units propose is for the own director; what goes up is the owner's to write."""
    return ["Trong kỳ không có kiến nghị, đề xuất với cấp trên."]
