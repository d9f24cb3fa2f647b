"""What a workbook says: each row as it was typed and understood, and every error with its cell.

Names of units, groups and people are words at first; `checking` finds who is meant and fills in the codes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from core.deadlines import Deadline
from core.fields import PROSE_MAX_LENGTH, TOO_LONG
from core.files import SECRET_REFUSED, looks_secret
from core.sheets.formats import day_from_cell
from core.sheets.reading import CellError, Table, Value
from core.text import clean_line, count_vi, fold, nearest, nfc, shown
from plans.levels import Level
from tracker.intake.layout import SYNONYMS
from tracker.intake.outline import Mark
from units.models import User

MOST_ERRORS = 200
"""So many errors are shown; the rest is a number."""


Errors = list[CellError | str]


@dataclass(slots=True)
class Line:
    """One row of a sheet, read cell by cell; what cannot be read becomes an error and no value."""

    table: Table
    number: int
    values: Mapping[str, Value]
    errors: Errors

    def wrong(self, key: str, message: str, value: object = None) -> None:
        """Notes an error at the cell of `key`; without such a column, at the first one."""
        at = key if key in self.table.columns else next(iter(self.table.columns))
        shown_value = self.values.get(key) if value is None else value
        self.errors.append(self.table.error(self.number, at, shown_value, message))

    def says(self, key: str) -> bool:
        """Whether the sheet has the column at all: workbooks made with an older template lack some."""
        return key in self.table.columns

    def is_blank(self, key: str) -> bool:
        return self.values.get(key) is None

    def line(self, key: str, *, longest: int = 255, required: bool = False) -> str:
        """One line of text."""
        return self._text(key, clean_line(typed(self.values.get(key))), longest, required)

    def prose(self, key: str) -> str:
        """Text that may have several lines."""
        if self.is_blank(key):
            return ""
        return self._text(key, nfc(typed(self.values.get(key))).strip(), PROSE_MAX_LENGTH, False)

    def _text(self, key: str, text: str, longest: int, required: bool) -> str:
        if not text and not required:
            return ""
        if required and not text:
            self.wrong(key, "chưa có nội dung. Cột này bắt buộc.")
        if len(text) > longest:
            self.wrong(key, TOO_LONG % {"limit_value": longest, "show_value": len(text)})
            return text[:longest]
        if text and looks_secret(text):
            self.wrong(key, SECRET_REFUSED, value="")
            return ""
        return text

    def day(self, key: str, *, required: bool = False) -> date | None:
        try:
            found = day_from_cell(self.values.get(key))
        except ValueError as error:
            self.wrong(key, str(error))
            return None
        if required and found is None:
            self.wrong(key, "chưa có ngày. Hãy nhập ngày/tháng/năm, ví dụ 28/02/2026.")
        return found

    def choice(self, key: str, options: Mapping[str, Any], default: Any = None) -> Any:
        """The value of a list of words, without regard to case and accents."""
        if self.is_blank(key):
            return default
        word = fold(typed(self.values.get(key)))
        if not word:
            return default
        known = {fold(label): value for label, value in options.items()}
        if word in known:
            return known[word]
        meant = SYNONYMS.get(word)
        if meant is not None and meant in options:
            return options[meant]
        self.wrong(key, f"không có trong danh sách. Hãy chọn: {'; '.join(options)}.")
        return default

    def many(self, key: str) -> list[str]:
        """The items of a list column: separated by semicolons or line breaks."""
        text = nfc(typed(self.values.get(key)))
        items = [clean_line(item) for part in text.splitlines() for item in part.split(";")]
        return [item for item in items if item]


def typed(value: Value) -> str:
    """A cell as a person would have typed it: a date as dd/mm/yyyy, a whole number as its digits."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, datetime | date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float):
        return f"{value:f}".rstrip("0").rstrip(".").replace(".", ",")
    return str(value)


def unknown(what: str, name: str, candidates: Iterable[str]) -> str:
    """“Không có đơn vị …” with the three nearest names."""
    close = nearest(name, candidates)
    hint = f" Có phải: {'; '.join(f'“{each}”' for each in close)}?" if close else ""
    return f"“{shown(name)}”: không có {what} này.{hint}"


# --- rows ---------------------------------------------------------------------------------------------------------


@dataclass
class Basis:
    """A document the plan is based on, as cited."""

    kind: str
    number: str
    issued_on: date | None
    issuer: str
    subject: str


@dataclass
class PlanRow:
    """The sheet “Kế hoạch”. `lines`: key → the row of that item, for errors found later. Without its two days
    there is an error already and nothing will be saved."""

    code: str
    title: str
    kind: str
    number: str
    issued_on: date | None
    signer: str
    issuer: str
    tracking_unit: str
    leader: str
    starts_on: date | None
    ends_on: date | None
    includes_day: bool
    shifts_holidays: bool
    incoming_number: str
    incoming_on: date | None
    bases: list[Basis]
    lines: dict[str, Line] = field(repr=False)
    issuer_code: str = ""
    tracking_code: str = ""
    leader_found: User | None = None

    def wrong(self, key: str, message: str, value: object = None) -> None:
        self.lines[key].wrong("value", message, value)


@dataclass
class UnitRow:
    code: str
    name: str
    short_name: str
    kind: str
    parent: str
    email: str
    groups: list[str]
    line: Line = field(repr=False)
    parent_code: str = ""


@dataclass
class IndicatorRow:
    code: str
    name: str
    measure_unit: str
    numerator: str
    denominator: str
    data_source: str
    frequency: str
    source: str
    basis: str
    direction: str
    confirmed_by: str
    legal_basis: str
    line: Line = field(repr=False)


@dataclass
class MilestoneRow:
    deadline: Deadline
    level: Level
    line: Line = field(repr=False)


@dataclass
class TargetRow:
    """One line of the plan with its milestones; `line` is its first row."""

    code: str
    mark: Mark | None
    name: str
    indicators: list[str]
    scope: str
    whom: str
    quote: str
    milestones: list[MilestoneRow]
    line: Line = field(repr=False)
    unit_code: str = ""
    group: str = ""


@dataclass
class Coordinating:
    """A unit that works along, or every member of a group; `kind` as in `Coordination.Kind`."""

    unit_code: str
    group: str
    kind: str


@dataclass
class TaskRow:
    code: str
    mark: Mark | None
    title: str
    product: str
    lead: str
    joint: list[str]
    coordinating: list[str]
    coordination_note: str
    deadline: Deadline
    due: date | None
    strength: str
    leader: str
    quote: str
    note: str
    line: Line = field(repr=False)
    # Columns a workbook may lack: then it says nothing of them.
    left_out: list[str] = field(default_factory=list)
    superior: bool = False
    internal_end: date | None = None
    parts: tuple[int, str] | None = None
    allows_nil: bool = False
    left_out_codes: list[str] = field(default_factory=list)
    lead_code: str = ""
    lead_group: str = ""
    coordination: list["Coordinating"] = field(default_factory=list)
    leader_found: User | None = None


@dataclass
class CheckRow:
    """What is known of one account: `kind` is the code of the kind, `column` the key of its cell."""

    kind: str
    state: str
    column: str


@dataclass
class StaffRow:
    code: str
    full_name: str
    unit: str
    position: str
    employment: str | None
    joined_on: date | None
    checks: list[CheckRow]
    checked_on: date | None
    reason: str
    line: Line = field(repr=False)
    unit_code: str = ""


@dataclass
class Draft:
    """A workbook as read. `errors` in the order of the sheets; with any of them nothing is saved.

    `notes` are remarks that do not hinder: hidden rows, columns nobody knows.
    """

    name: str
    sha256: str
    plan: PlanRow | None = None
    units: list[UnitRow] = field(default_factory=list)
    indicators: list[IndicatorRow] = field(default_factory=list)
    targets: list[TargetRow] = field(default_factory=list)
    tasks: list[TaskRow] = field(default_factory=list)
    staff: list[StaffRow] = field(default_factory=list)
    errors: Errors = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class IntakeRefused(Exception):
    """The workbook is not taken; `errors` say why, cell by cell. Nothing was saved."""

    def __init__(self, errors: Iterable[CellError | str]) -> None:
        self.errors = list(dict.fromkeys(errors))
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """At most 200 messages, then how many more there are."""
        shown_lines = [str(each) for each in self.errors[:MOST_ERRORS]]
        rest = len(self.errors) - len(shown_lines)
        return [*shown_lines, f"và {count_vi(rest)} lỗi khác"] if rest else shown_lines
