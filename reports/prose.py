"""The words of a report, written from its figures for the owner to edit. Pure: snapshot in, sections out.

Every sentence follows from the snapshot; what did not happen is left out or said so, never praised. A cause
is only ever the unit's own text (office rule 31), and no sentence names or ranks a person (office rule 30).
Outline: norms §1.6, layout B of Decree 30/2020.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from core.text import count_vi, date_vi, number_vi, percent_vi
from plans.attainment import Attainment
from reports.outline import annex
from reports.snapshot import Counts, Share, Snapshot, TargetRow, TaskRow
from reports.wording import (
    NO_CAUSE,
    aim_words,
    change_of_count,
    change_text,
    cited,
    clause,
    figure_text,
    gap_text,
    is_ahead,
    is_short,
    joined,
    milestone_text,
    plain_number,
    tasks,
    titled,
)
from tasks.status import DeadlineClass

MOST_LISTED = 10
"""Lines of one list in the body; the annexes have them all."""


def write(snapshot: Snapshot) -> dict[str, str]:
    """The text of each editable section: paragraphs divided by line breaks, items of a list opened by "-
    ".
    """
    written = {
        "I": _direction(snapshot),
        "II.1": _targets(snapshot),
        "II.2": _tasks(snapshot),
        "II.3": _accounts(snapshot),
        "III.1": _achieved(snapshot),
        "III.2": _shortcomings(snapshot),
        "III.3": _causes(snapshot),
        "IV": _next(snapshot),
        "V": _proposals(snapshot),
    }
    return {
        key: "\n".join(paragraphs).replace("điểm %", "điểm phần trăm") for key, paragraphs in written.items()
    }


def _listed(items: Sequence[str], what: str, annex: str) -> list[str]:
    """A list of items, cut at MOST_LISTED with the number left to the annex."""
    lines = [f"- {item}" for item in items[:MOST_LISTED]]
    if len(items) > MOST_LISTED:
        lines.append(f"- Và {count_vi(len(items) - MOST_LISTED)} {what} khác ({annex} kèm theo).")
    return lines


def _nonzero(*pairs: tuple[int, str]) -> list[str]:
    """ "{n} words" for each count that is not nothing; "#" in the words is the count."""
    return [words.replace("#", count_vi(n)) for n, words in pairs if n]


# --- I --------------------------------------------------------------------------------------------


def _direction(snapshot: Snapshot) -> list[str]:
    plan, orders, activity = snapshot.plan, snapshot.orders, snapshot.activity
    day = date_vi(snapshot.as_of)
    leads = len([row for row in snapshot.units if not row.outside])
    found = []
    if orders.everything:
        new = (
            f"; trong kỳ giao mới {tasks(activity.given)}"
            if activity.given
            else "; trong kỳ không giao thêm nhiệm vụ mới"
        )
        found.append(
            f"Triển khai {cited(plan)}, đến ngày {day} đã giao {tasks(orders.everything)} cho"
            f" {count_vi(leads)} đơn vị chủ trì{new}."
        )
    else:
        found.append(f"Đến ngày {day}, chưa có nhiệm vụ nào được giao theo {cited(plan)}.")
    units = _nonzero(
        (activity.updates, "cập nhật tiến độ # lượt"), (activity.submitted, "trình # kết quả thực hiện")
    )
    reviewed = _nonzero(
        (activity.confirmed, "# kết quả được xác nhận hoàn thành"),
        (activity.returned, "# kết quả phải bổ sung"),
    )
    if units or reviewed:
        parts = ([f"các đơn vị đã {joined(units)}"] if units else []) + (
            [f"có {joined(reviewed)}"] if reviewed else []
        )
        found.append(f"{plan.tracking_unit} theo dõi, đôn đốc việc thực hiện; trong kỳ {'; '.join(parts)}.")
    elif orders.everything:
        found.append("Trong kỳ không ghi nhận cập nhật tiến độ hoặc kết quả nào của các đơn vị.")
    decided = _nonzero(
        (activity.extensions_granted, "đồng ý #"),
        (activity.extensions_refused, "không đồng ý #"),
        (activity.extensions_pending, "chờ quyết định #"),
    )
    if decided:
        handled = activity.extensions_granted + activity.extensions_refused + activity.extensions_pending
        older = " (có cả đề nghị của kỳ trước chuyển sang)" if handled > activity.extensions_asked else ""
        found.append(
            f"Trong kỳ nhận {count_vi(activity.extensions_asked)} đề nghị gia hạn; kết quả xử lý:"
            f" {joined(decided)}{older}."
        )
    return found


# --- II -------------------------------------------------------------------------------------------


def _main_rows(snapshot: Snapshot) -> list[TargetRow]:
    """Each line with its current milestone: what is counted."""
    return [row for row in snapshot.targets if not row.member and row.role == "current"]


def _newest_rows(snapshot: Snapshot) -> list[TargetRow]:
    """Each line with its newest figure: what is compared with the period before."""
    return [row for row in snapshot.targets if not row.member and row.newest]


def _targets(snapshot: Snapshot) -> list[str]:
    rows = _main_rows(snapshot)
    if not rows:
        return ["Kế hoạch không giao chỉ tiêu định lượng."]
    parts = _nonzero(
        (_number(rows, Attainment.REACHED), "# chỉ tiêu đạt mức"),
        (sum(map(is_short, rows)), "# chỉ tiêu chưa đạt"),
        (sum(map(is_ahead, rows)), "# chỉ tiêu chưa đến mốc và chưa đạt mức"),
        (_number(rows, Attainment.NONE_ARISEN), "# chỉ tiêu không phát sinh"),
        (_number(rows, Attainment.NO_DATA), "# chỉ tiêu chưa có số liệu"),
    )
    found = [
        f"Trong {count_vi(len(rows))} chỉ tiêu của kế hoạch (tính theo từng chỉ số và đối tượng), đến ngày"
        f" {date_vi(snapshot.as_of)} có {joined(parts)}."
    ]
    lists = (
        ("Chỉ tiêu đạt mức:", [row for row in rows if _reached(row)]),
        ("Chỉ tiêu chưa đạt:", [row for row in rows if is_short(row)]),
        ("Kết quả so với mốc sắp tới:", [row for row in _newest_rows(snapshot) if is_ahead(row)]),
    )
    for title, wanted in lists:
        if wanted:
            found += [
                title,
                *_listed(
                    [_target_line(snapshot, row) for row in wanted], "chỉ tiêu", annex(snapshot, "targets")
                ),
            ]
    missing = [f"{row.name} ({row.scope})" for row in rows if row.verdict == Attainment.NO_DATA]
    if missing:
        found.append(f"Chưa có số liệu: {'; '.join(missing[:MOST_LISTED])}{_and_more(missing)}.")
    return found


def _reached(row: TargetRow) -> bool:
    return row.verdict == Attainment.REACHED


def _number(rows: Iterable[TargetRow], verdict: Attainment) -> int:
    return sum(row.verdict == verdict for row in rows)


def _and_more(items: Sequence[str]) -> str:
    return f" và {count_vi(len(items) - MOST_LISTED)} chỉ tiêu khác" if len(items) > MOST_LISTED else ""


def _target_line(snapshot: Snapshot, row: TargetRow) -> str:
    """ "Tỷ lệ hồ sơ trực tuyến (Sở): 65,2% (1.304/2.000), mức ≥ 70% …, còn thiếu 4,8 điểm %; tăng …"."""
    figure = row.figure
    of = ""
    if figure and figure.denominator is not None:
        of = f" ({plain_number(Fraction(figure.numerator))}/{plain_number(Fraction(figure.denominator))})"
    milestone = f" (mốc {milestone_text(row)})" if milestone_text(row) else ""
    parts = [f"{titled(row)}: {figure_text(row, figure)}{of}, mức chỉ tiêu {aim_words(row)}{milestone}"]
    parts[0] += f", {gap_text(row)}" if gap_text(row) else ""
    change = change_text(row, snapshot.previous_figure(row.key)) if row.newest else ""
    return "; ".join([*parts, *([change] if change else [])]) + "."


def _tasks(snapshot: Snapshot) -> list[str]:
    counts, previous = snapshot.orders, snapshot.previous
    day = date_vi(snapshot.as_of)
    if not counts.everything:
        return [f"Đến ngày {day}, chưa có nhiệm vụ nào được giao."]
    found = []
    if counts.total:
        found.append(
            f"Đến ngày {day}, tổng số nhiệm vụ có thời hạn là {count_vi(counts.total)}, gồm:"
            f" {_partition(counts)}."
        )
    else:
        found.append(f"Đến ngày {day}, không có nhiệm vụ nào có thời hạn.")
    apart = _nonzero(
        (counts.standing, "# nhiệm vụ thường xuyên"),
        (counts.undated, "# nhiệm vụ chưa có thời hạn"),
        (counts.soft, "# nội dung đề nghị, khuyến khích, phấn đấu"),
    )
    if apart:
        done = f" (đã hoàn thành {count_vi(counts.undated_done)})" if counts.undated_done else ""
        found.append(f"Ngoài ra có {joined(apart)}{done}, không tính trong các tỷ lệ trên.")
    if previous and (counts.total or previous.orders.total):
        found.append(
            f"So với kỳ trước ({previous.label}, đến ngày {date_vi(previous.as_of)}): số nhiệm vụ hoàn thành"
            f" {change_of_count(counts.done, previous.orders.done)}; số nhiệm vụ đang thực hiện quá hạn"
            f" {change_of_count(counts.open_overdue, previous.orders.open_overdue)}."
        )
    states = _nonzero(
        (snapshot.leaves.waiting, "# nhiệm vụ đã trình kết quả, chờ xác nhận"),
        (snapshot.leaves.suspended, "# nhiệm vụ tạm dừng"),
        (snapshot.leaves.reassign, "# nhiệm vụ đề nghị giao lại"),
    )
    if states:
        found.append(f"Trong số nhiệm vụ các đơn vị chưa hoàn thành có {joined(states)}.")
    extended = sum(task.extended for task in snapshot.tasks)
    if extended:
        found.append(
            f"Có {tasks(extended)} đã được điều chỉnh thời hạn; hạn ban đầu được ghi tại {annex(snapshot, 'tasks')}."
        )
    finished = [_finished(task) for task in _orders(snapshot) if task.completed_in_period]
    if finished:
        found += [
            f"Hoàn thành trong kỳ {tasks(len(finished))}:",
            *_listed(finished, "nhiệm vụ", annex(snapshot, "tasks")),
        ]
    return found


def _partition(counts: Counts) -> str:
    done = f"đã hoàn thành {tasks(counts.done)}"
    if counts.done:
        done += (
            f" (đúng hạn {count_vi(counts.done_on_time)}, quá hạn {count_vi(counts.done_late)}), đạt"
            f" {percent_vi(counts.done, counts.total)}"
        )
    going = f"đang thực hiện {tasks(counts.open)}"
    if counts.open:
        outside = (
            f", trong đó {count_vi(counts.overdue_outside)} do cơ quan ngoài chủ trì"
            if counts.overdue_outside
            else ""
        )
        going += (
            f" (trong hạn {count_vi(counts.open_in_time)}, quá hạn {count_vi(counts.open_overdue)}{outside})"
        )
    return f"{done}; {going}"


def _orders(snapshot: Snapshot) -> list[TaskRow]:
    return [task for task in snapshot.tasks if not task.is_part]


def _leaves(snapshot: Snapshot) -> list[TaskRow]:
    """Tasks a unit of ours answers for: an order to many stands through its parts."""
    return [task for task in snapshot.tasks if task.parts is None and not task.outside]


def _finished(task: TaskRow) -> str:
    on = f", ngày {date_vi(task.completed_on)}" if task.completed_on else ""
    return f"{clause(task.title)} ({task.lead}{on})."


def _accounts(snapshot: Snapshot) -> list[str]:
    coverage, before = snapshot.coverage, snapshot.previous.coverage if snapshot.previous else None
    day = date_vi(snapshot.as_of)
    if coverage.total is None or not coverage.kinds:
        return [f"Đến ngày {day}, chưa có danh sách công chức, viên chức, người lao động để tính tỷ lệ."]
    share = coverage.total.all_kinds
    if not share.required:
        return [f"Đến ngày {day}, không có người thuộc diện phải có tài khoản."]
    found = [
        f"Đến ngày {day}, trong {count_vi(share.required)} công chức, viên chức, người lao động đang làm việc"
        f" thuộc diện phải có tài khoản, {count_vi(share.held)} người đã có đủ các loại tài khoản, đạt"
        f" {percent_vi(share.held, share.required)}{_change_of_share(share, before)}."
    ]
    kinds = [
        f"{kind}: {number_vi(each.held)}/{number_vi(each.required)} người,"
        f" đạt {percent_vi(each.held, each.required)}"
        for kind, each in zip(coverage.kinds, coverage.total.kinds, strict=True)
        if each.required
    ]
    if len(coverage.kinds) > 1:
        found.append(f"Theo từng loại: {'; '.join(kinds)}.")
    whole = [row.label for row in coverage.rows if row.all_kinds.required and not row.all_kinds.missing]
    short = sum(row.all_kinds.missing > 0 for row in coverage.rows)
    if short:
        head = f"{count_vi(len(whole))} đơn vị đã hoàn tất; " if whole else ""
        found.append(
            f"Có {head}{count_vi(short)} đơn vị chưa hoàn tất, còn thiếu {count_vi(share.missing)} người."
        )
    else:
        found.append("Tất cả các đơn vị đã hoàn tất.")
    aside = _nonzero(
        (share.exempt, "# người được miễn"),
        (coverage.total.away, "# người không làm việc tại đơn vị trong ngày chốt số liệu"),
    )
    if aside:
        found.append(f"Không tính vào tỷ lệ: {joined(aside)}.")
    return found


def _change_of_share(share: Share, before: Share | None) -> str:
    if before is None or not before.required:
        return ""
    difference = Fraction(share.held) * 100 / share.required - Fraction(before.held) * 100 / before.required
    if difference == 0:
        return ", bằng kỳ trước"
    return f", {'tăng' if difference > 0 else 'giảm'} {number_vi(abs(difference), 1)} điểm % so với kỳ trước"


# --- III ------------------------------------------------------------------------------------------


def _achieved(snapshot: Snapshot) -> list[str]:
    counts, rows = snapshot.orders, _main_rows(snapshot)
    found = []
    if counts.done:
        found.append(
            f"- Đã hoàn thành {count_vi(counts.done)}/{count_vi(counts.total)} nhiệm vụ có thời hạn"
            f" ({percent_vi(counts.done, counts.total)}); tỷ lệ hoàn thành đúng hạn trên số đã hoàn thành là"
            f" {percent_vi(counts.done_on_time, counts.done)}."
        )
    reached = _number(rows, Attainment.REACHED)
    judged = reached + sum(map(is_short, rows)) + sum(map(is_ahead, rows))
    if reached:
        found.append(
            f"- {count_vi(reached)}/{count_vi(judged)} chỉ tiêu có số liệu đạt mức tại mốc đang áp dụng."
        )
    if counts.total and not counts.open_overdue and not _late(snapshot):
        found.append(f"- Đến ngày {date_vi(snapshot.as_of)} không có nhiệm vụ đang thực hiện quá hạn.")
    whole = [
        row.label
        for row in snapshot.units
        if not row.outside and row.counts.total and row.counts.done_on_time == row.counts.total
    ]
    if whole:
        found.append(
            f"- {count_vi(len(whole))} đơn vị đã hoàn thành đúng hạn toàn bộ nhiệm vụ có thời hạn:"
            f" {joined(whole)}."
        )
    return found or ["Trong kỳ chưa có nhiệm vụ hoàn thành, chưa có chỉ tiêu đạt mức."]


def _late(snapshot: Snapshot) -> list[TaskRow]:
    return [task for task in _leaves(snapshot) if task.state == DeadlineClass.OVERDUE]


def _shortcomings(snapshot: Snapshot) -> list[str]:
    late, rows = _late(snapshot), _main_rows(snapshot)
    found = []
    if late:
        lines = [
            f"{clause(task.title)} ({task.lead}; hạn {clause(task.deadline)}; {_small(task.words)})."
            for task in late
        ]
        found += [
            f"Nhiệm vụ đang thực hiện quá hạn, tính theo từng đơn vị ({count_vi(len(late))}):",
            *_listed(lines, "nhiệm vụ", annex(snapshot, "tasks")),
        ]
    if snapshot.orders.done_late:
        found.append(f"Có {tasks(snapshot.orders.done_late)} hoàn thành nhưng quá hạn.")
    short = [f"{titled(row)}: {gap_text(row) or 'chưa đạt'}." for row in rows if is_short(row)]
    if short:
        found += [
            f"Chỉ tiêu chưa đạt mốc ({count_vi(len(short))}):",
            *_listed(short, "chỉ tiêu", annex(snapshot, "targets")),
        ]
    missing = _number(rows, Attainment.NO_DATA)
    if missing:
        found.append(f"{count_vi(missing)} chỉ tiêu chưa có số liệu để đánh giá.")
    if snapshot.obstacles:
        lines = [
            f"{remark.unit} (nhiệm vụ “{clause(remark.title)}”): {clause(remark.text)}."
            for remark in snapshot.obstacles
        ]
        found += [
            "Khó khăn, vướng mắc do các đơn vị báo cáo trong kỳ:",
            *_listed(lines, "nội dung", annex(snapshot, "tasks")),
        ]
    return found or [
        f"Đến ngày {date_vi(snapshot.as_of)}, không có nhiệm vụ quá hạn, không có chỉ tiêu chưa đạt mốc"
        " đã đến; các đơn vị không báo cáo khó khăn, vướng mắc."
    ]


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _causes(snapshot: Snapshot) -> list[str]:
    late = [(f"Nhiệm vụ “{clause(task.title)}” ({task.lead})", task.cause) for task in _late(snapshot)]
    short = [(f"Chỉ tiêu {titled(row)}", row.note) for row in _main_rows(snapshot) if is_short(row)]
    told = [f"{what}: đơn vị báo cáo “{clause(cause)}”." for what, cause in late + short if _said(cause)]
    silent = [(what, cause) for what, cause in late + short if not _said(cause)]
    items = [*told, *(f"{what}: {NO_CAUSE}." for what, _ in silent)]
    found = _listed(items, "nội dung", "các phụ lục")
    return found or ["Không có nhiệm vụ quá hạn, chỉ tiêu chưa đạt phải giải trình nguyên nhân."]


def _said(cause: str) -> bool:
    return bool(cause.strip()) and cause.strip().lower().rstrip(".") != NO_CAUSE


# --- IV, V ----------------------------------------------------------------------------------------


def _next(snapshot: Snapshot) -> list[str]:
    ahead, rows = snapshot.next_period, _main_rows(snapshot)
    found = []
    late = _late(snapshot)
    if late:
        found.append(f"- Hoàn thành dứt điểm {tasks(len(late))} đang quá hạn (tính theo từng đơn vị).")
    if snapshot.next_tasks:
        lines = [
            f"+ {clause(each.what)} ({each.who}, hạn {date_vi(each.on)})."
            for each in snapshot.next_tasks[:MOST_LISTED]
        ]
        rest = len(snapshot.next_tasks) - MOST_LISTED
        lines += (
            [f"+ Và {count_vi(rest)} nhiệm vụ khác ({annex(snapshot, 'tasks')} kèm theo)."]
            if rest > 0
            else []
        )
        found += [f"- Thực hiện {tasks(len(snapshot.next_tasks))} đến hạn trong kỳ:", *lines]
    if snapshot.next_milestones:
        lines = [
            f"+ {each.what} ({each.who}), mốc {date_vi(each.on)}."
            for each in snapshot.next_milestones[:MOST_LISTED]
        ]
        found += ["- Tập trung các chỉ tiêu đến mốc:", *lines]
    if snapshot.leaves.waiting:
        found.append(f"- Xem xét, xác nhận kết quả của {tasks(snapshot.leaves.waiting)} đã trình.")
    missing = _number(rows, Attainment.NO_DATA)
    if missing:
        found.append(f"- Báo cáo số liệu của {count_vi(missing)} chỉ tiêu chưa có số liệu.")
    total = snapshot.coverage.total
    if total and total.all_kinds.missing:
        found.append(f"- Hoàn tất tài khoản cho {count_vi(total.all_kinds.missing)} người còn thiếu.")
    if not found:
        return [f"Trong {ahead.label} không có nhiệm vụ, mốc chỉ tiêu đến hạn."]
    span = f"từ ngày {date_vi(ahead.start)} đến ngày {date_vi(ahead.end)}"
    return [f"Trong {ahead.label} ({span}), các đơn vị tập trung:", *found]


def _proposals(snapshot: Snapshot) -> list[str]:
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
