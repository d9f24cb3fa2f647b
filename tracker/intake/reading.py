"""From a workbook to a draft: every sheet, every row, every cell, and all errors at once."""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from core.clock import today
from core.deadlines import Deadline, DeadlineError, DeadlineKind, parse
from core.fields import parse_day
from core.sheets.reading import SheetError, Table, Workbook, open_workbook
from core.sheets.writing import Column
from core.text import count_vi, fold, shown
from plans.levels import LevelError, parse_level
from plans.milestones import MILESTONE_KINDS, NOT_A_MILESTONE
from plans.models import Document
from tracker.intake import layout
from tracker.intake.accounts import AccountColumn, account_columns
from tracker.intake.draft import (
    Basis,
    CheckRow,
    Draft,
    Errors,
    IndicatorRow,
    Line,
    MilestoneRow,
    PlanRow,
    StaffRow,
    TargetRow,
    TaskRow,
    UnitRow,
    typed,
)
from tracker.intake.outline import Mark, parse_mark
from units.models import AccountCheck

ONLY_TEMPLATE = (
    "Tệp mới chỉ có dòng ví dụ của mẫu, chưa có nội dung. Hãy điền trang “Kế hoạch” và trang “Chỉ tiêu” hoặc"
    " “Nhiệm vụ”, rồi tải lên lại."
)
NOTHING_PLANNED = "Tệp chưa có chỉ tiêu, nhiệm vụ nào. Hãy điền trang “Chỉ tiêu” hoặc trang “Nhiệm vụ”."


def read(data: bytes, name: str) -> Draft:
    """The draft in a workbook. `name` is the name of the file.

    Raises SheetError when the file cannot be opened at all; everything else wrong is in `draft.errors`.
    """
    book = open_workbook(data, name)
    draft = Draft(name=name, sha256=hashlib.sha256(data).hexdigest())
    accounts = account_columns()
    tables = {
        sheet: _table(book, sheet, columns, draft)
        for sheet, columns in (
            (layout.PLAN, layout.PLAN_COLUMNS[:2]),
            (layout.UNITS, layout.UNIT_COLUMNS),
            (layout.INDICATORS, layout.INDICATOR_COLUMNS),
            (layout.TARGETS, layout.TARGET_COLUMNS),
            (layout.TASKS, layout.TASK_COLUMNS),
            (layout.STAFF, _staff_columns(accounts)),
        )
    }
    if (plan := tables[layout.PLAN]) is not None:
        draft.plan = _plan(plan, draft.errors)
    draft.units = [_unit(line) for line in _lines(tables[layout.UNITS], draft.errors)]
    draft.indicators = [_indicator(line) for line in _lines(tables[layout.INDICATORS], draft.errors)]
    read_deadline = _deadline_reader(draft.plan)
    draft.targets = _targets(_lines(tables[layout.TARGETS], draft.errors), read_deadline)
    draft.tasks = [_task(line, read_deadline) for line in _lines(tables[layout.TASKS], draft.errors)]
    draft.staff = [_member(line, accounts) for line in _lines(tables[layout.STAFF], draft.errors)]
    if not any(isinstance(error, str) for error in draft.errors):
        if _untouched(draft, plan):
            draft.errors = [ONLY_TEMPLATE]
        elif not draft.targets and not draft.tasks:
            draft.errors.append(NOTHING_PLANNED)
    return draft


# --- sheets ----------------------------------------------------------------------------------------------------------


def _table(book: Workbook, sheet: str, columns: tuple[Column, ...], draft: Draft) -> Table | None:
    """A sheet of the workbook; None when an optional one is not there, or when it is wrong."""
    present = any(fold(each) == fold(sheet) for each in book.sheet_names)
    if not present and sheet not in layout.REQUIRED:
        return None
    try:
        if present and sheet not in layout.REQUIRED and not book.rows(sheet):
            return None
        needed = ["item", "value"] if sheet == layout.PLAN else layout.required(columns)
        table = book.find_table(sheet, layout.headings(columns), required=needed)
    except SheetError as error:
        draft.errors.append(str(error))
        return None
    draft.errors.extend(table.errors)
    if hidden := book.hidden_rows(sheet):
        draft.notes.append(f"Trang “{table.sheet}” có {count_vi(hidden)} dòng ẩn; các dòng này vẫn được đọc.")
    if table.sheet in book.hidden_sheets:
        draft.notes.append(f"Trang “{table.sheet}” đang ẩn trong tệp; nội dung vẫn được đọc.")
    unknown = [heading for heading in table.unknown if sheet != layout.PLAN or fold(heading) != "cach ghi"]
    if unknown:
        names = "; ".join(f"“{shown(heading)}”" for heading in unknown)
        draft.notes.append(f"Trang “{table.sheet}”: không dùng cột {names}.")
    return replace(table, headings={key: heading.rstrip(" *") for key, heading in table.headings.items()})


def _lines(table: Table | None, errors: Errors) -> list[Line]:
    if table is None:
        return []
    return [Line(table, number, values, errors) for number, values in table.rows]


def _untouched(draft: Draft, plan: Table | None) -> bool:
    blank = plan is None or all(values["value"] is None for _, values in plan.rows)
    return blank and not (draft.units or draft.indicators or draft.targets or draft.tasks or draft.staff)


# --- Kế hoạch --------------------------------------------------------------------------------------------------------


def _plan(table: Table, errors: Errors) -> PlanRow:
    known = {_item_key(name): key for key, (name, _) in layout.PLAN_ITEMS.items()}
    lines: dict[str, Line] = {}
    for number, values in table.rows:
        item = typed(values["item"])
        key = known.get(_item_key(item))
        # The error names the item, not “Giá trị”.
        own = replace(
            table, headings={**table.headings, "value": item.rstrip(" *:") or table.headings["value"]}
        )
        line = Line(own, number, values, errors)
        if key in lines:
            line.wrong("item", "đã ghi ở dòng trên.")
        elif key is not None:
            lines[key] = line
        elif values["value"] is not None:
            line.wrong("item", "không phải là mục của trang này.")
    needed = set(layout.PLAN_REQUIRED) & set(lines)
    if absent := [key for key in layout.PLAN_REQUIRED if key not in needed]:
        names = ", ".join(layout.PLAN_ITEMS[key][0].rstrip(" *") for key in absent)
        errors.append(f"Trang “{table.sheet}” thiếu mục bắt buộc: {names}.")
    last = max((number for number, _ in table.rows), default=1)
    for key, (name, _) in layout.PLAN_ITEMS.items():
        empty = replace(table, headings={**table.headings, "value": name.rstrip(" *")})
        lines.setdefault(key, Line(empty, last, {"item": name, "value": None}, errors))

    def text(key: str, longest: int) -> str:
        return lines[key].line("value", longest=longest, required=key in needed)

    def day(key: str) -> date | None:
        return lines[key].day("value", required=key in needed)

    symbol = text("number", 60)
    row = PlanRow(
        code=text("code", 30),
        title=text("title", 500),
        kind=lines["kind"].choice("value", layout.DOCUMENT_KINDS, Document.Kind.PLAN),
        # “/KH-SNNMT” is the blank form of a document that has no number yet.
        number="" if symbol.startswith("/") else symbol,
        issued_on=day("issued_on"),
        signer=text("signer", 100),
        issuer=text("issuer", 200),
        tracking_unit=text("tracking_unit", 200),
        leader=text("leader", 100),
        starts_on=day("starts_on"),
        ends_on=day("ends_on"),
        includes_day=lines["includes_day"].choice("value", layout.YES_NO, False),
        shifts_holidays=lines["shifts_holidays"].choice("value", layout.YES_NO, True),
        incoming_number=text("incoming_number", 30),
        incoming_on=day("incoming_on"),
        bases=[_basis(each) for each in lines["bases"].prose("value").splitlines() if each.strip()],
        lines=lines,
    )
    if row.starts_on and row.ends_on and row.ends_on < row.starts_on:
        row.wrong("ends_on", "đứng trước ngày bắt đầu của kế hoạch.")
    return row


def _item_key(name: str) -> str:
    return re.sub(r"[\s*:]+$", "", fold(name))


_CITATION = re.compile(
    r"(?:-\s*)?(?:Căn cứ\s+)?(?P<kind>[^\d]+?)\s+số\s+(?P<number>\S+?),?\s+ngày\s+"
    r"(?P<day>\d{1,2}[/.-]\d{1,2}[/.-]\d{4})"
    r"(?:\s+của\s+(?P<issuer>.+?))?(?:\s+về\s+(?:việc\s+)?(?P<subject>.+?))?[\s.;,]*",
    re.IGNORECASE,
)


def _basis(text: str) -> Basis:
    """A cited document; what does not read as a citation is kept whole as its subject."""
    match = _CITATION.fullmatch(text.strip())
    kinds = {fold(label): value for label, value in layout.DOCUMENT_KINDS.items()}
    day = None
    if match is not None:
        try:
            day = parse_day(match["day"])
        except ValueError:
            match = None
    if match is None:
        return Basis(Document.Kind.OTHER, "", None, "", text.strip(" -.;,")[:500])
    kind = kinds.get(fold(match["kind"]), Document.Kind.OTHER)
    subject = match["subject"] or f"{match['kind']} số {match['number']}"
    return Basis(kind, match["number"][:60], day, (match["issuer"] or "")[:200], subject[:500])


# --- deadlines -------------------------------------------------------------------------------------------------------

ReadDeadline = Callable[[Line], Deadline]


def _deadline_reader(plan: PlanRow | None) -> ReadDeadline:
    """Reads the cell “phrase” of a row as this plan reads its own deadlines."""
    starts = plan.starts_on if plan else None
    ends = plan.ends_on if plan else None
    # Without the days of the plan nothing is saved; any year keeps the other errors from drowning.
    year = (
        today().year if starts is None or ends is None else starts.year if starts.year == ends.year else None
    )

    def read_deadline(line: Line) -> Deadline:
        phrase = line.line("phrase", longest=200)
        try:
            return parse(phrase, year=year, includes_day=plan.includes_day if plan else False)
        except DeadlineError as error:
            line.wrong("phrase", str(error))
            return Deadline(phrase, DeadlineKind.NONE)

    return read_deadline


# --- rows ------------------------------------------------------------------------------------------------------------


def _mark(line: Line) -> Mark | None:
    cell = line.line("clause")
    if not cell:
        return None
    mark = parse_mark(cell)
    if mark is None:
        line.wrong("clause", "không rõ ký hiệu mục. Hãy ghi, ví dụ: II.1 hoặc II.1 Chỉ tiêu.")
    return mark


def _unit(line: Line) -> UnitRow:
    return UnitRow(
        code=line.line("code", longest=30, required=True),
        name=line.line("name", longest=200, required=True),
        short_name=line.line("short_name", longest=80),
        kind=line.choice("kind", layout.KINDS, "") or _missing(line, "kind"),
        parent=line.line("parent", longest=200),
        email=line.line("email", longest=254),
        groups=line.many("groups"),
        line=line,
    )


def _missing(line: Line, key: str) -> str:
    if line.is_blank(key):
        line.wrong(key, "chưa có nội dung. Cột này bắt buộc.")
    return ""


def _indicator(line: Line) -> IndicatorRow:
    return IndicatorRow(
        code=line.line("code", longest=30, required=True),
        name=line.line("name", longest=300, required=True),
        measure_unit=line.line("measure_unit", longest=30) or "%",
        numerator=line.line("numerator", longest=300),
        denominator=line.line("denominator", longest=300),
        data_source=line.line("data_source", longest=200),
        frequency=line.choice("frequency", layout.FREQUENCIES, "month"),
        source=line.choice("source", layout.SOURCES, "reported"),
        basis=line.choice("basis", layout.BASES, "period"),
        direction=line.choice("direction", layout.DIRECTIONS, "higher"),
        confirmed_by=line.line("confirmed_by", longest=200),
        legal_basis=line.line("legal_basis", longest=200),
        line=line,
    )


def _targets(lines: Iterable[Line], read_deadline: ReadDeadline) -> list[TargetRow]:
    """Rows of one code are the milestones of one target; its first row says the rest."""
    found: dict[str, TargetRow] = {}
    for line in lines:
        code = line.line("code", longest=30, required=True)
        milestone = _milestone(line, read_deadline)
        if fold(code) in found:
            target = found[fold(code)]
            _agrees(line, target)
            quote = line.prose("quote")
            if quote and quote not in target.quote.splitlines():
                target.quote = f"{target.quote}\n{quote}".strip()
        else:
            target = TargetRow(
                code=code,
                mark=_mark(line),
                name=line.line("name", longest=500, required=True),
                indicators=line.many("indicators"),
                scope=line.choice("scope", layout.SCOPES, "") or _missing(line, "scope"),
                whom=line.line("whom", longest=200),
                quote=line.prose("quote"),
                milestones=[],
                line=line,
            )
            found[fold(code)] = target
        if milestone is not None:
            target.milestones.append(milestone)
    return list(found.values())


def _milestone(line: Line, read_deadline: ReadDeadline) -> MilestoneRow | None:
    deadline = read_deadline(line)
    if deadline.kind not in MILESTONE_KINDS:
        line.wrong("phrase", NOT_A_MILESTONE)
    phrase = line.line("level", longest=60, required=True)
    if not phrase:
        return None
    try:
        level = parse_level(_percent_cell(line, phrase))
    except LevelError as error:
        line.wrong("level", str(error))
        return None
    return MilestoneRow(deadline, level, line)


def _percent_cell(line: Line, phrase: str) -> str:
    """A cell Excel formats as a percentage holds 0.7 or 1; that it means 70% or 100% is a guess we do not make."""
    value = line.values["level"]
    if isinstance(value, int | float) and 0 < value <= 1:
        raise LevelError("không rõ là tỷ lệ phần trăm hay số. Hãy nhập dạng chữ, ví dụ đạt 70%.")
    return phrase


def _agrees(line: Line, target: TargetRow) -> None:
    """Later rows of a target repeat its first row or leave the cell blank."""
    first = target.line
    for key in ("clause", "name", "indicators", "scope", "whom"):
        if not line.is_blank(key) and fold(typed(line.values[key])) != fold(typed(first.values[key])):
            line.wrong(key, f"khác với dòng {first.number} của cùng chỉ tiêu “{shown(target.code)}”.")


def _task(line: Line, read_deadline: ReadDeadline) -> TaskRow:
    leads = line.many("lead")
    if len(leads) > 1:
        others = "; ".join(leads[1:])
        line.wrong(
            "lead",
            f"chỉ một đơn vị chủ trì. Hãy để “{shown(leads[0])}” ở cột này và chuyển “{shown(others)}” sang cột"
            " “Đồng chủ trì”.",
        )
    elif not leads:
        line.wrong("lead", "chưa có nội dung. Cột này bắt buộc.")
    return TaskRow(
        code=line.line("code", longest=30, required=True),
        mark=_mark(line),
        title=line.line("title", longest=500, required=True),
        product=line.line("product", longest=300),
        lead=leads[0] if len(leads) == 1 else "",
        joint=line.many("joint"),
        coordinating=line.many("coordinating"),
        coordination_note=line.line("coordination_note", longest=300),
        deadline=read_deadline(line),
        due=line.day("due"),
        strength=line.choice("strength", layout.STRENGTHS, "assign"),
        leader=line.line("leader", longest=100),
        quote=line.prose("quote"),
        note=line.prose("note"),
        line=line,
        left_out=line.many("left_out"),
        superior=line.choice("superior", layout.YES_NO, False),
        internal_end=line.day("internal_end"),
        parts=_parts(line),
        allows_nil=line.choice("allows_nil", layout.YES_NO, False),
    )


_COUNTED = re.compile(r"(\d{1,4}) +(\S.{0,59})")


def _parts(line: Line) -> tuple[int, str] | None:
    """ "3 địa bàn": how many, of what."""
    said = line.line("parts", longest=70)
    if not said:
        return None
    found = _COUNTED.fullmatch(said)
    if found is None or int(found[1]) == 0:
        line.wrong("parts", "hãy ghi số và đơn vị tính, ví dụ: 3 địa bàn.")
        return None
    return int(found[1]), found[2]


def _staff_columns(accounts: Iterable[AccountColumn]) -> tuple[Column, ...]:
    cells = tuple(Column(each.heading, each.key) for each in accounts)
    return (*layout.STAFF_COLUMNS, *cells, *layout.STAFF_CHECK_COLUMNS)


def _member(line: Line, accounts: Iterable[AccountColumn]) -> StaffRow:
    checks = [
        CheckRow(each.code, state, each.key)
        for each in accounts
        if (state := line.choice(each.key, layout.ACCOUNT_STATES))
    ]
    row = StaffRow(
        code=line.line("code", longest=30, required=True),
        full_name=line.line("full_name", longest=100, required=True),
        unit=line.line("unit", longest=200, required=True),
        position=line.line("position", longest=100),
        employment=line.choice("employment", layout.EMPLOYMENTS),
        joined_on=line.day("joined_on"),
        checks=checks,
        checked_on=line.day("checked_on"),
        reason=line.line("reason", longest=200),
        line=line,
    )
    if re.fullmatch(r"\d{9}|\d{12}", row.code):
        line.wrong(
            "code", "giống số căn cước. Hãy dùng mã cán bộ; hệ thống không thu thập số căn cước.", value=""
        )
    if checks and row.checked_on is None and line.is_blank("checked_on"):
        line.wrong("checked_on", "chưa có ngày xác nhận tình trạng tài khoản.")
    needs_reason = {AccountCheck.State.NOT_YET, AccountCheck.State.EXEMPT}
    if not row.reason and any(check.state in needs_reason for check in checks):
        line.wrong("reason", "hãy ghi lý do chưa kích hoạt hoặc được miễn.")
    return row
