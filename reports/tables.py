"""The tables of a report as text, once: the paper prints them, the page shows the same cells. Pure."""

from decimal import Decimal

from core.text import count_vi, date_vi, number_vi, percent_vi, plain_vi
from reports.document.norm import LANDSCAPE, PORTRAIT
from reports.document.tables import Align, Column, GroupRow, Table
from reports.snapshot import (
    CorrectedFigure,
    Counts,
    CourseCell,
    CourseFacts,
    Coverage,
    CoverageRow,
    FigureFacts,
    PlanFacts,
    Share,
    Snapshot,
    TargetRow,
    TaskRow,
    rate_of,
)
from reports.wording import (
    BLANK_CELL,
    NO_FIGURE,
    NOTHING_ARISEN,
    aim_text,
    amount,
    cited,
    day_cell,
    figure_text,
    milestone_text,
    named,
    verdict_text,
)

CENTER, RIGHT = Align.CENTER, Align.RIGHT


def _share(part: int, whole: int) -> str:
    """A rate in a table whose heading says per cent; "–" over nothing."""
    return percent_vi(part, whole).removesuffix("%") if whole else BLANK_CELL


def _rest(width: float, *taken: float) -> float:
    return round(width - sum(taken), 1)


# --- tasks by unit --------------------------------------------------------------------------------


def unit_table(snapshot: Snapshot) -> Table:
    """The partition of the tasks each unit leads, in the order of the organisation; the total is their
    sum.
    """
    figures = [Column("Tổng số", 11, CENTER)]
    figures += [Column(title, 14, CENTER, "Đã hoàn thành") for title in ("Đúng hạn", "Quá hạn")]
    figures += [Column(title, 14, CENTER, "Đang thực hiện") for title in ("Trong hạn", "Quá hạn")]
    figures += [Column(title, 12, CENTER, "Tỷ lệ (%)") for title in ("Hoàn thành", "Đúng hạn")]
    figures += [Column("Không tính hạn", 13.5, CENTER)]
    number = Column("STT", 9.5, CENTER)
    unit = Column("Đơn vị", _rest(PORTRAIT.text_width, number.width_mm, *(c.width_mm for c in figures)))
    inside = [row for row in snapshot.units if not row.outside]
    return Table(
        columns=[number, unit, *figures],
        rows=[[str(index), row.name, *_counts(row.counts)] for index, row in enumerate(inside, 1)],
        total=["", "Tổng cộng", *_counts(snapshot.leaves)],
        title=f"Kết quả thực hiện nhiệm vụ theo đơn vị chủ trì (đến ngày {date_vi(snapshot.as_of)})",
        unit="Đơn vị tính: nhiệm vụ",
        note=_unit_note(snapshot),
        small=True,
        empty_text="Chưa có nhiệm vụ nào được giao",
    )


def _counts(counts: Counts) -> list[str]:
    parts = (counts.total, counts.done_on_time, counts.done_late, counts.open_in_time, counts.open_overdue)
    return [
        *(number_vi(part) for part in parts),
        _share(counts.done, counts.total),
        _share(counts.done_on_time, counts.done),
        number_vi(counts.without_deadline),
    ]


def _unit_note(snapshot: Snapshot) -> str:
    """What the reader must know of the counting; only what happens in these figures (office rule 16)."""
    counts = snapshot.leaves
    notes = [
        "Tổng số là nhiệm vụ có thời hạn; tỷ lệ hoàn thành tính trên tổng số, tỷ lệ đúng hạn tính trên số đã"
        " hoàn thành."
    ]
    parts = (
        (counts.standing, "nhiệm vụ thường xuyên"),
        (counts.undated, "nhiệm vụ chưa có thời hạn"),
        (counts.soft, "nội dung đề nghị, khuyến khích, phấn đấu"),
    )
    apart = ", ".join(f"{count_vi(n)} {words}" for n, words in parts if n)
    if apart:
        notes.append(f"Không tính hạn gồm {apart}.")
    if snapshot.group_orders:
        notes.append(
            f"Có {count_vi(snapshot.group_orders)} nhiệm vụ giao cho nhiều đơn vị: tính là 01 nhiệm vụ trong"
            f" tổng số của kế hoạch ({count_vi(snapshot.orders.total)}) và 01 nhiệm vụ ở mỗi đơn vị được giao,"
            " nên tổng các dòng không bằng tổng số của kế hoạch."
        )
    outside = [row for row in snapshot.units if row.outside]
    if outside:
        count = sum(row.counts.everything for row in outside)
        notes.append(f"Không gồm {count_vi(count)} nhiệm vụ do cơ quan ngoài chủ trì.")
    return "Ghi chú: " + " ".join(notes)


# --- targets --------------------------------------------------------------------------------------


def target_table(snapshot: Snapshot) -> Table:
    """Every target, scope and milestone with both numbers of its figure, against the milestone and the
    past.
    """
    widths = (12, 28, 11, 16, 28, 15, 16, 18, 18, 35)
    return Table(
        columns=[
            Column("STT", widths[0], CENTER),
            Column("Chỉ tiêu", _rest(LANDSCAPE.text_width, *widths)),
            Column("Đối tượng", widths[1]),
            Column("ĐVT", widths[2], CENTER),
            Column("Mục tiêu", widths[3], CENTER),
            Column("Mốc thời gian", widths[4], CENTER),
            Column("Tử số", widths[5], RIGHT),
            Column("Mẫu số", widths[6], RIGHT),
            Column("Kết quả", widths[7], CENTER),
            Column("Kỳ trước", widths[8], CENTER),
            Column("So với mục tiêu", widths[9]),
        ],
        rows=_target_rows(snapshot),
        note=(
            "Ghi chú: kết quả chung của nhiều đơn vị là tổng tử số chia tổng mẫu số, không phải trung bình"
            " các tỷ lệ; mẫu số bằng 0 ghi “không phát sinh”."
        ),
        small=True,
        empty_text="Kế hoạch không có chỉ tiêu",
    )


def _target_rows(snapshot: Snapshot) -> list[list[str]]:
    rows: list[list[str]] = []
    number = part = 0
    last = ""
    for row in snapshot.targets:
        opens = row.key != last  # further milestones of a line repeat neither number nor name
        last = row.key
        if opens:
            number, part = (number, part + 1) if row.member else (number + 1, 0)
        before = snapshot.previous_figure(row.key) if row.newest else None
        label = f"{number}.{part}" if row.member else str(number)
        rows.append(
            [
                label if opens else "",
                _target_name(row) if opens and not row.member else _figure_name(row),
                row.scope if opens else "",
                row.measure_unit,
                aim_text(row),
                _narrow(milestone_text(row)),
                _cell(row.figure.numerator if row.figure else None),
                _cell(row.figure.denominator if row.figure else None),
                figure_text(row, row.figure),
                figure_text(row, before) if before else BLANK_CELL,
                verdict_text(row),
            ]
        )
    return rows


def _target_name(row: TargetRow) -> str:
    about = _figure_name(row)
    return f"{named(row)} ({about[:1].lower()}{about[1:]})"


def _figure_name(row: TargetRow) -> str:
    """What kind of figure it is, from when to when, and whom it lacks."""
    parts = [row.basis.lower()]
    if row.figure:
        parts += [part for part in (row.figure.period, f"số liệu đến {date_vi(row.figure.as_of)}") if part]
    if row.missing:
        parts.append(f"chưa có số liệu của {', '.join(row.missing)}")
    words = "; ".join(parts)
    return words[:1].upper() + words[1:]


def _cell(number: Decimal | None) -> str:
    return BLANK_CELL if number is None else plain_vi(number)


def correction_table(snapshot: Snapshot) -> Table:
    """ "Điều chỉnh số liệu kỳ trước": each figure with what was reported, what stands now, why and at whose word."""
    widths = (10, 22, 27, 27, 38)
    return Table(
        columns=[
            Column("STT", widths[0], CENTER),
            Column("Chỉ tiêu, đơn vị", _rest(PORTRAIT.text_width, *widths)),
            Column("Kỳ số liệu", widths[1]),
            Column("Số đã báo cáo", widths[2], CENTER),
            Column("Số điều chỉnh", widths[3], CENTER),
            Column("Lý do; đơn vị đề nghị", widths[4]),
        ],
        rows=[
            [
                str(index),
                f"{each.indicator} ({each.unit})",
                each.period,
                corrected_text(each, each.before),
                corrected_text(each, each.after),
                f"{each.reason.rstrip('.')}. {each.asked_by}, đồng ý ngày {date_vi(each.accepted_on)}",
            ]
            for index, each in enumerate(snapshot.corrections, 1)
        ],
        title="Điều chỉnh số liệu kỳ trước",
        small=True,
        empty_text="Không có số liệu phải điều chỉnh",
    )


def corrected_text(row: CorrectedFigure, figure: FigureFacts | None) -> str:
    """ "68,7% (1.264/1.840)", "12 video", "không phát sinh (0/0)", or that there was none."""
    if figure is None:
        return NO_FIGURE
    rate = rate_of(figure, row.measure_unit == "%")
    result = NOTHING_ARISEN if rate is None else amount(rate, row.measure_unit)
    if figure.denominator is None:
        return result
    return f"{result} ({plain_vi(figure.numerator)}/{plain_vi(figure.denominator)})"


def heat_tables(snapshot: Snapshot) -> list[Table]:
    """Units × milestones of each target bound unit by unit, in words, in the order of the organisation."""
    return [_heat_table(each) for each in snapshot.courses if each.members and each.columns]


def _heat_table(course: CourseFacts) -> Table:
    number = Column("STT", 12, CENTER)
    each = min(40.0, (LANDSCAPE.text_width - number.width_mm - 60) / len(course.columns))
    columns = [Column(label, round(each, 1), CENTER) for label in course.columns]
    unit = Column("Đơn vị", _rest(LANDSCAPE.text_width, number.width_mm, *(c.width_mm for c in columns)))
    return Table(
        columns=[number, unit, *columns],
        rows=[
            [str(index), member.scope, *(_heat_cell(cell) for cell in member.cells)]
            for index, member in enumerate(course.members, 1)
        ],
        title=f"Từng đơn vị tại từng mốc: {course.indicator}",
        small=True,
        empty_text="Không có đơn vị",
    )


def _heat_cell(cell: CourseCell) -> str:
    return f"{cell.word} ({cell.value})" if cell.value else cell.word


# --- tasks ----------------------------------------------------------------------------------------


def task_table(snapshot: Snapshot) -> Table:
    """The list of tasks in the order of the plan: each order, below it the part of each unit."""
    widths = (12, 19, 22, 22, 20, 21, 38, 21, 21, 22)
    return Table(
        columns=[
            Column("STT", widths[0], CENTER),
            Column("Nội dung nhiệm vụ", _rest(LANDSCAPE.text_width, *widths)),
            Column("Văn bản giao", widths[1]),
            Column("Đơn vị chủ trì", widths[2]),
            Column("Đơn vị phối hợp", widths[3]),
            Column("Sản phẩm", widths[4]),
            Column("Thời hạn", widths[5], CENTER),
            Column("Kết quả, tiến độ", widths[6]),
            Column("Ngày hoàn thành", widths[7], CENTER),
            Column("Trạng thái", widths[8], CENTER),
            Column("Nguyên nhân, ghi chú", widths[9]),
        ],
        rows=_task_rows(snapshot),
        note=_source_note(snapshot),
        small=True,
        empty_text="Chưa có nhiệm vụ nào được giao",
    )


def _own(plan: PlanFacts) -> str:
    """How the source of a task begins when the plan itself gives it."""
    return (plan.number or plan.kind) + (f", {date_vi(plan.issued_on)}" if plan.issued_on else "")


def _source_note(snapshot: Snapshot) -> str:
    """Names once the document that gives most of the tasks, instead of in every row."""
    plan = snapshot.plan
    if not any(task.source.startswith(_own(plan)) for task in snapshot.tasks):
        return ""
    named = cited(plan) + (f" ngày {date_vi(plan.issued_on)}" if plan.issued_on else "")
    return f"Ghi chú: cột “Văn bản giao” chỉ ghi mục là nhiệm vụ giao tại {named}."


def _source(task: TaskRow, plan: PlanFacts) -> str:
    own = _own(plan)
    if not task.source.startswith(own):
        return _narrow(task.source)
    rest = task.source.removeprefix(own).lstrip(", ")
    return f"{rest[:1].upper()}{rest[1:]}" if rest else plan.kind


def _task_rows(snapshot: Snapshot) -> list[list[str] | GroupRow]:
    rows: list[list[str] | GroupRow] = []
    section = ""
    number = part = 0
    for task in snapshot.tasks:
        if task.section != section:
            section = task.section
            rows.append(GroupRow(section))
        number, part = (number, part + 1) if task.is_part else (number + 1, 0)
        rows.append(
            [
                f"{number}.{part}" if task.is_part else str(number),
                task.title if not task.is_part else "",
                _source(task, snapshot.plan) if not task.is_part else "",
                task.lead,
                task.coordinating if not task.is_part else "",
                task.product if not task.is_part else "",
                _narrow(task.deadline),
                task.progress,
                day_cell(task.completed_on),
                task.words,
                task.cause,
            ]
        )
    return rows


def _narrow(text: str) -> str:
    """A date stands on its own line in a narrow column; bound to the word before it, it would be torn
    instead.
    """
    return text.replace("ngày ", "ngày\n")


# --- staff accounts -------------------------------------------------------------------------------


def coverage_table(snapshot: Snapshot) -> Table:
    """Accounts by unit: counts only, never a name."""
    coverage = snapshot.coverage
    groups = coverage_groups(coverage)
    columns = [Column("STT", 10, CENTER), Column("Đơn vị", 0), Column("Đang làm việc", 17, CENTER)]
    columns.append(Column("Không tính", 15, CENTER))
    pair = min(60.0, (LANDSCAPE.text_width - 42 - 60) / len(groups))
    for group in groups:
        columns += [
            Column("Đã có / phải có", pair * 0.55, CENTER, group),
            Column("Tỷ lệ (%)", pair * 0.45, CENTER, group),
        ]
    columns[1] = Column("Đơn vị", _rest(LANDSCAPE.text_width, *(c.width_mm for c in columns)))
    return Table(
        columns=columns,
        rows=[[str(index), *_coverage(row)] for index, row in enumerate(coverage.rows, 1)],
        total=["", *_coverage(coverage.total)] if coverage.total else None,
        note=(
            "Ghi chú: tính người đang làm việc tại ngày chốt số liệu; người được miễn không tính vào mẫu số;"
            " “không tính” là người có tên trong danh sách nhưng không làm việc tại đơn vị trong ngày đó."
        ),
        small=True,
        empty_text="Chưa có danh sách công chức, viên chức, người lao động",
    )


def _coverage(row: CoverageRow) -> list[str]:
    cells = [row.name, number_vi(row.staff), number_vi(row.away)]
    for share in (row.all_kinds, *row.kinds) if len(row.kinds) > 1 else (row.all_kinds,):
        cells += [held_text(share), _share(share.held, share.required)]
    return cells


def coverage_groups(coverage: Coverage) -> list[str]:
    """The columns of kinds: all of them together first, unless there is only one."""
    return [*coverage.kinds] if len(coverage.kinds) == 1 else ["Đủ các loại tài khoản", *coverage.kinds]


def held_text(share: Share) -> str:
    return f"{number_vi(share.held)}/{number_vi(share.required)}" + (
        f"\u00a0(miễn\u00a0{count_vi(share.exempt)})" if share.exempt else ""
    )
