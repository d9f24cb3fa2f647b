"""The words of a report, written from its figures for the owner to edit. Pure: snapshot in, sections out.

Every sentence follows from the snapshot; what did not happen is left out or said so, never praised. A cause
is only ever the unit's own text (office rule 31), and no sentence names or ranks a person (office rule 30).
Outline: norms §1.6, layout B of Decree 30/2020.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from core.text import count_vi, date_vi, number_vi, percent_vi, plain_vi
from plans.attainment import Attainment
from reports.assessment import achieved, causes, next_steps, proposals, proposals_upward, shortcomings
from reports.lookup import MOST_LISTED, is_reached, listed, main_rows, newer_row, nonzero, number_of, orders
from reports.outline import annex
from reports.snapshot import Counts, Share, Snapshot, TargetRow, TaskRow
from reports.wording import (
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
    small,
    tasks,
    titled,
)


def write(snapshot: Snapshot, *, external: bool = False) -> dict[str, str]:
    """The text of each editable section: paragraphs divided by line breaks, items of a list opened by "- ".

    `external`: for a paper to the agency above, which is not asked what only the own director decides.
    """
    snapshot = _with_full_names(snapshot)
    written = {
        "I": _direction(snapshot),
        "II.1": _targets(snapshot),
        "II.2": _tasks(snapshot),
        "II.3": _accounts(snapshot),
        "III.1": achieved(snapshot),
        "III.2": shortcomings(snapshot),
        "III.3": causes(snapshot),
        "IV": next_steps(snapshot),
        "V": proposals_upward() if external else proposals(snapshot),
    }
    return {
        key: "\n".join(paragraphs).replace("điểm %", "điểm phần trăm") for key, paragraphs in written.items()
    }


def _with_full_names(snapshot: Snapshot) -> Snapshot:
    """The snapshot with units by their official names: short ones serve the narrow columns of the annexes."""
    full = {row.label: row.name for row in snapshot.units}
    return replace(
        snapshot,
        tasks=tuple(replace(each, lead=full.get(each.lead, each.lead)) for each in snapshot.tasks),
        obstacles=tuple(replace(each, unit=full.get(each.unit, each.unit)) for each in snapshot.obstacles),
        proposals=tuple(replace(each, unit=full.get(each.unit, each.unit)) for each in snapshot.proposals),
        next_tasks=tuple(replace(each, who=full.get(each.who, each.who)) for each in snapshot.next_tasks),
    )


# --- I --------------------------------------------------------------------------------------------


def _direction(snapshot: Snapshot) -> list[str]:
    plan, orders, activity = snapshot.plan, snapshot.orders, snapshot.activity
    day = date_vi(snapshot.as_of)
    leads = len([row for row in snapshot.units if not row.outside])
    outside = len(snapshot.units) - leads
    found = []
    if orders.everything:
        new = (
            f"; trong kỳ giao mới {tasks(activity.given)}"
            if activity.given
            else "; trong kỳ không giao thêm nhiệm vụ mới"
        )
        given = (
            f"đã giao, đề nghị thực hiện {tasks(orders.everything)}, do {count_vi(leads)} đơn vị và"
            f" {count_vi(outside)} cơ quan ngoài chủ trì"
            if outside
            else f"đã giao {tasks(orders.everything)} cho {count_vi(leads)} đơn vị chủ trì"
        )
        found.append(f"Triển khai {cited(plan)}, đến ngày {day} {given}{new}.")
    else:
        found.append(f"Đến ngày {day}, chưa có nhiệm vụ nào được giao theo {cited(plan)}.")
    units = nonzero(
        (activity.updates, "cập nhật tiến độ # lượt"), (activity.submitted, "trình # kết quả thực hiện")
    )
    reviewed = nonzero(
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
    decided = nonzero(
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


def _targets(snapshot: Snapshot) -> list[str]:
    rows = main_rows(snapshot)
    if not rows:
        return ["Kế hoạch không giao chỉ tiêu định lượng."]
    parts = nonzero(
        (number_of(rows, Attainment.REACHED), "# chỉ tiêu đạt"),
        (sum(map(is_short, rows)), "# chỉ tiêu chưa đạt"),
        (sum(map(is_ahead, rows)), "# chỉ tiêu chưa đến mốc"),
        (number_of(rows, Attainment.NONE_ARISEN), "# chỉ tiêu không phát sinh"),
        (number_of(rows, Attainment.NO_BASE), "# chỉ tiêu chưa có số gốc để so sánh"),
        (number_of(rows, Attainment.NO_DATA), "# chỉ tiêu chưa có số liệu"),
    )
    found = [
        f"Kế hoạch có {count_vi(len(rows))} chỉ tiêu (tính theo từng chỉ số và đối tượng). Đến ngày"
        f" {date_vi(snapshot.as_of)}, so với mốc gần nhất: {joined(parts)}."
    ]
    lists = (
        ("Chỉ tiêu đạt:", [row for row in rows if is_reached(row)]),
        ("Chỉ tiêu chưa đạt:", [row for row in rows if is_short(row)]),
        ("Chỉ tiêu chưa đến mốc:", [row for row in rows if is_ahead(row)]),
    )
    for title, wanted in lists:
        if wanted:
            found += [
                title,
                *listed(
                    [_target_line(snapshot, row) for row in wanted], "chỉ tiêu", annex(snapshot, "targets")
                ),
            ]
    missing = [small(titled(row)) for row in rows if row.verdict == Attainment.NO_DATA]
    if missing:
        found.append(f"Chỉ tiêu chưa có số liệu: {'; '.join(missing[:MOST_LISTED])}{_and_more(missing)}.")
    return found + _corrections(snapshot)


def _corrections(snapshot: Snapshot) -> list[str]:
    """That figures of before changed; which and why stands in the table below the section (office rule 18)."""
    count = len(snapshot.corrections)
    if not count:
        return []
    return [
        f"Có {count_vi(count)} số liệu kỳ trước được điều chỉnh; các tỷ lệ nêu trên tính theo số đã điều chỉnh."
    ]


def _and_more(items: Sequence[str]) -> str:
    return f" và {count_vi(len(items) - MOST_LISTED)} chỉ tiêu khác" if len(items) > MOST_LISTED else ""


def _target_line(snapshot: Snapshot, row: TargetRow) -> str:
    """Of one line: the figure that judges it, and the newer one where there is one.

    "Tỷ lệ hồ sơ trực tuyến (Sở): 65,2% (1.304/2.000), mức chỉ tiêu từ 70% trở lên (mốc …), còn thiếu 4,8 điểm %;
    số liệu mới nhất đến ngày 14/11/2026 là 72,1% …, tăng 6,9 điểm % so với kỳ trước."
    """
    parts = [f"{titled(row)}: {_result(snapshot, row)}, {_aim(row)}", gap_text(row), _change(snapshot, row)]
    words = ", ".join(filter(None, parts))
    newer = newer_row(snapshot, row)
    if newer is None or newer.figure is None:
        return f"{words}."
    later = [
        f"số liệu mới nhất đến ngày {date_vi(newer.figure.as_of)} là {_result(snapshot, newer)}",
        _change(snapshot, newer),
        "" if newer.role == "since" else _aim(newer),
        gap_text(newer),
    ]
    return f"{words}; {', '.join(filter(None, later))}."


def _result(snapshot: Snapshot, row: TargetRow) -> str:
    """ "65,2% (1.304/2.000)"; of another day than the report's, or not of everybody, it says so."""
    figure = row.figure
    about = []
    if figure and figure.denominator is not None:
        about.append(f"{plain_vi(figure.numerator)}/{plain_vi(figure.denominator)}")
    if figure and figure.as_of != snapshot.as_of and row.role == "current":
        about.append(f"số liệu đến ngày {date_vi(figure.as_of)}")
    if row.missing:
        about.append(f"chưa có số liệu của {joined(row.missing)}")
    return figure_text(row, figure) + (f" ({'; '.join(about)})" if about else "")


def _aim(row: TargetRow) -> str:
    milestone = f" (mốc {small(milestone_text(row))})" if milestone_text(row) else ""
    return f"mức chỉ tiêu {aim_words(row)}{milestone}"


def _change(snapshot: Snapshot, row: TargetRow) -> str:
    return change_text(row, snapshot.previous_figure(row.key)) if row.newest else ""


def _tasks(snapshot: Snapshot) -> list[str]:
    counts, previous = snapshot.orders, snapshot.previous
    day = date_vi(snapshot.as_of)
    if not counts.everything:
        return [f"Đến ngày {day}, chưa có nhiệm vụ nào được giao."]
    found = []
    if counts.total:
        found.append(
            f"Đến ngày {day}, tổng số nhiệm vụ có thời hạn là {count_vi(counts.total)}, {_partition(counts)}."
        )
    else:
        found.append(f"Đến ngày {day}, không có nhiệm vụ nào có thời hạn.")
    apart = nonzero(
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
    states = nonzero(
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
    finished = [_finished(task) for task in orders(snapshot) if task.completed_in_period]
    if finished:
        found += [
            f"Hoàn thành trong kỳ {tasks(len(finished))}:",
            *listed(finished, "nhiệm vụ", annex(snapshot, "tasks")),
        ]
    return found


def _partition(counts: Counts) -> str:
    done, going = "chưa có nhiệm vụ nào hoàn thành", "không còn nhiệm vụ đang thực hiện"
    if counts.done:
        how = f"đúng hạn {count_vi(counts.done_on_time)}, quá hạn {count_vi(counts.done_late)}"
        rate = percent_vi(counts.done, counts.total)
        done = f"gồm: đã hoàn thành {tasks(counts.done)} ({how}), đạt {rate}"
    if counts.open:
        how = f"trong hạn {count_vi(counts.open_in_time)}, quá hạn {count_vi(counts.open_overdue)}"
        if counts.overdue_outside:
            how += f", trong đó {count_vi(counts.overdue_outside)} do cơ quan ngoài chủ trì"
        going = f"đang thực hiện {tasks(counts.open)} ({how})"
    return f"{done}; {going}"


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
        f" thuộc diện phải có tài khoản, {count_vi(share.held)} người đã có {_accounts_words(snapshot)}, đạt"
        f" {percent_vi(share.held, share.required)}{_change_of_share(share, before)}."
    ]
    kinds = [
        f"{kind}: {count_vi(each.held)}/{count_vi(each.required)} người,"
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
    aside = nonzero(
        (share.exempt, "# người được miễn"),
        (coverage.total.away, "# người không làm việc tại đơn vị trong ngày chốt số liệu"),
    )
    if aside:
        found.append(f"Không tính vào tỷ lệ: {joined(aside)}.")
    return found


def _accounts_words(snapshot: Snapshot) -> str:
    kinds = snapshot.coverage.kinds
    return f"tài khoản {kinds[0]}" if len(kinds) == 1 else "đủ các loại tài khoản"


def _change_of_share(share: Share, before: Share | None) -> str:
    if before is None or not before.required or not before.held:  # nobody had been asked yet
        return ""
    difference = Fraction(share.held) * 100 / share.required - Fraction(before.held) * 100 / before.required
    if difference == 0:
        return ", bằng kỳ trước"
    return f", {'tăng' if difference > 0 else 'giảm'} {number_vi(abs(difference), 1)} điểm % so với kỳ trước"


# --- III ------------------------------------------------------------------------------------------
