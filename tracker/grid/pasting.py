"""What a person pastes: a table copied from a spreadsheet or from a document, cells divided by tabs. Pure.

Spreadsheets put a cell with a line break in quotation marks and leave the cells of a merged one blank; documents repeat
the heading of a long table on each page. Two shapes are understood: milestones as columns, and the sheet “Chỉ tiêu” of
the plan workbook, one row a milestone. Nothing is guessed: what cannot be placed is an error that names row and cell.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.deadlines import DeadlineError, parse
from core.text import clean_line, fold, nfc, shown
from tracker.grid.sheet import FIXED, Row, Sheet
from tracker.intake import layout

MOST_ROWS = 100
MOST_COLUMNS = 12

# Heading, folded → what the column holds. "" is a column that says nothing here.
_HEADINGS = {
    fold(name): key
    for key, names in {
        "code": ("Mã chỉ tiêu", "Mã", "Mã số"),
        "name": ("Chỉ tiêu", "Nội dung chỉ tiêu", "Tên chỉ tiêu", "Nội dung", "Mục tiêu, chỉ tiêu"),
        "indicators": ("Chỉ số", "Mã chỉ số"),
        "scope": ("Áp dụng cho", *layout.ALIASES["scope"]),
        "whom": ("Đơn vị hoặc nhóm", "Đơn vị", "Đơn vị, nhóm", "Đơn vị thực hiện", "Đơn vị chủ trì"),
        "phrase": ("Mốc", *layout.ALIASES["phrase"]),
        "level": ("Mức chỉ tiêu", *layout.ALIASES["level"]),
        "": ("STT", "TT", "Số TT", "Mục", "Trích nguyên văn", "Ghi chú"),
    }.items()
    for name in names
}
_SCOPES = {fold(label): value.value for label, value in layout.SCOPES.items()} | {
    said: layout.SCOPES[meant].value for said, meant in layout.SYNONYMS.items() if meant in layout.SCOPES
}


class PasteError(ValueError):
    """The pasted text does not fit the grid; `messages` say where. Nothing of it was taken."""

    def __init__(self, messages: Sequence[str]) -> None:
        self.messages = list(messages)
        super().__init__("\n".join(self.messages))


def cells_of(text: str) -> list[list[str]]:
    """The cells of a pasted text, blank lines left out; line breaks inside a cell become spaces."""
    text = nfc(text)
    if text.count('"') % 2 == 0:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))
    else:
        rows = [line.split("\t") for line in text.split("\n")]
    found = [[clean_line(cell) for cell in row] for row in rows]
    return [row for row in found if any(row)]


def fill(sheet: Sheet, text: str) -> int:
    """Puts a pasted table into the grid: a line with the same code, or the same words for the same units, is replaced,
    any other one added. Says how many lines; raises PasteError and leaves the grid as it was."""
    table = cells_of(text)
    if not table:
        raise PasteError(["Chưa dán nội dung nào."])
    columns, body = _heading(table, sheet)
    lines = _lines(columns, body)
    if len(sheet.rows) + len(lines) > MOST_ROWS + sum(row.is_blank for row in sheet.rows):
        raise PasteError([f"Bảng có tối đa {MOST_ROWS} dòng."])
    headed = [phrase for key, phrase in columns if key is None and phrase]
    phrases = dict.fromkeys([*headed, *(phrase for line in lines for phrase in line.cells)])
    if len({fold(each) for each in [*phrases, *filter(None, sheet.columns)]}) > MOST_COLUMNS:
        raise PasteError([f"Bảng có tối đa {MOST_COLUMNS} mốc."])
    # The undated column is looked for last: any blank one would do, also one that a milestone wants.
    places = {phrase: sheet.column(phrase) for phrase in sorted(phrases, key=lambda each: not each)}
    before = [row for row in sheet.rows if not row.is_blank]
    for line in lines:
        row = _same(before, line)
        if row is None:
            row = sheet.add_row(Row())
        else:
            before.remove(row)
        for key in FIXED:
            if said := line.fixed.get(key):
                setattr(row, key, said)
        for phrase, level in line.cells.items():
            row.cells[places[phrase]] = level
    return len(lines)


@dataclass
class _Line:
    fixed: dict[str, str] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)


def _same(rows: Sequence[Row], line: _Line) -> Row | None:
    """The row the line speaks of: of the same code, or without one of the same words, units and indicators."""
    said = {key: fold(line.fixed.get(key, "")) for key in FIXED}
    for row in rows:
        held = {key: fold(getattr(row, key)) for key in FIXED}
        keys = (
            ["code"]
            if said["code"]
            else ["name", "scope", "whom", *(["indicators"] * bool(said["indicators"]))]
        )
        if said[keys[0]] and all(said[key] == held[key] for key in keys):
            return row
    return None


# --- the heading --------------------------------------------------------------------------------------------------


Columns = list[tuple[str | None, str]]
"""What each column holds: a key of `FIXED`, "phrase" or "level", "" for nothing of ours; None for a milestone, whose
words stand beside it."""


def _heading(table: list[list[str]], sheet: Sheet) -> tuple[Columns, list[list[str]]]:
    """The columns, and the rows below the heading."""
    first = table[0]
    keys: list[str | None] = [_HEADINGS.get(fold(cell)) for cell in first]
    if sum(key in FIXED for key in keys) < 2:
        return _without_heading(table, sheet)
    if not {"phrase", "level"} <= set(keys):
        # "Mốc thời gian" or "Mục tiêu" alone stand over the milestones.
        keys = [None if key in ("phrase", "level") else key for key in keys]
    is_long = "level" in keys
    body = table[1:]
    phrases = ["" if _HEADINGS.get(fold(cell)) in ("phrase", "level") else cell for cell in first]
    if body and not is_long and _is_second_heading(body[0], keys):
        second = body.pop(0)
        keys += [None] * (len(second) - len(keys))
        phrases += [""] * (len(second) - len(phrases))
        phrases = [
            cell or phrase for cell, phrase in zip(second + [""] * len(phrases), phrases, strict=False)
        ]
    columns: Columns = [("" if is_long and key is None else key, phrase)
                        for key, phrase in zip(keys, phrases, strict=True)]  # fmt: skip
    _check_columns(columns, body)
    repeated = [fold(cell) for cell in first]
    return columns, [row for row in body if [fold(cell) for cell in row] != repeated]


def _check_columns(columns: Columns, body: list[list[str]]) -> None:
    wrong, undated = [], 0
    for at, (key, phrase) in enumerate(columns):
        if key is not None:
            continue
        if phrase:
            if why := _why_no_milestone(phrase):
                wrong.append(f"Dòng tiêu đề, cột {at + 1}: {why}")
        elif any(row[at:][:1] not in ([], [""]) for row in body):
            undated += 1
            if undated > 1:
                wrong.append(f"Dòng tiêu đề, cột {at + 1}: chưa có mốc. Chỉ một cột được để trống mốc.")
    if wrong:
        raise PasteError(wrong)


def _is_second_heading(row: list[str], keys: list[str | None]) -> bool:
    """A heading of two lines: "Mốc thời gian" over the days themselves."""
    named = [cell for cell, key in zip(row, keys, strict=False) if key is not None]
    rest = [cell for at, cell in enumerate(row) if cell and (at >= len(keys) or keys[at] is None)]
    return not any(named) and bool(rest) and not any(_why_no_milestone(cell) for cell in rest)


def _without_heading(table: list[list[str]], sheet: Sheet) -> tuple[Columns, list[list[str]]]:
    """Columns as the grid has them."""
    columns: Columns = [(key, heading) for key, heading in FIXED.items()]
    columns += [(None, phrase) for phrase in sheet.columns]
    widest = max(len(row) for row in table)
    if widest > len(columns):
        raise PasteError(
            [
                f"Nội dung dán có {widest} cột, bảng có {len(columns)} cột."
                " Hãy dán cả dòng tiêu đề (chỉ tiêu, chỉ số, các mốc)."
            ]
        )
    return columns, table


def _why_no_milestone(phrase: str) -> str:
    """Only whether the words are those of a date: the plan's own reading comes with the preview."""
    try:
        parse(phrase, year=2026)
    except DeadlineError as error:
        return f"“{shown(phrase)}” không phải là tên cột hay một mốc. {error}"
    return ""


# --- the rows -----------------------------------------------------------------------------------------------------


def _lines(columns: Columns, body: list[list[str]]) -> list[_Line]:
    found: list[_Line] = []
    wrong = []
    is_long = any(key == "level" for key, _ in columns)
    for number, row in enumerate(body, start=1):
        line, phrase, level = _Line(), "", ""
        for (key, words), cell in zip(columns, row, strict=False):
            if not cell:
                continue
            if key is None:
                line.cells[words] = cell
            elif key == "phrase":
                phrase = cell
            elif key == "level":
                level = cell
            elif key == "scope":
                if fold(cell) not in _SCOPES:
                    wrong.append(
                        f"Dòng {number}, cột “Áp dụng cho”: “{shown(cell)}” không có trong danh sách."
                        f" Hãy ghi: {'; '.join(layout.SCOPES)}."
                    )
                line.fixed[key] = _SCOPES.get(fold(cell), "")
            elif key:
                line.fixed[key] = cell
        if over := [cell for cell in row[len(columns) :] if cell]:
            wrong.append(f"Dòng {number}: thừa {len(over)} ô so với dòng tiêu đề.")
        if level:
            line.cells[phrase] = level
        _take(found, line, is_long=is_long)
    if wrong:
        raise PasteError(wrong)
    return found


def _take(found: list[_Line], line: _Line, *, is_long: bool) -> None:
    """Joins a row to the line above where a merged cell, or the code, says that it goes on; else a new line."""
    above = found[-1] if found else None
    if above is not None and is_long and _repeats(line.fixed, above.fixed):
        above.cells |= line.cells
        return
    if above is not None and not line.fixed.get("name") and not line.fixed.get("code"):
        second = line.fixed.get("indicators", "")
        if second and _repeats(line.fixed, above.fixed, but="indicators") and line.cells in ({}, above.cells):
            above.fixed["indicators"] = f"{above.fixed.get('indicators', '')}; {second}".strip("; ")
            return
        inherited = ("name", "indicators") if not second else ("name",)
        line.fixed = {key: above.fixed[key] for key in inherited if key in above.fixed} | line.fixed
    found.append(line)


def _repeats(fixed: dict[str, str], above: dict[str, str], but: str = "") -> bool:
    """Every cell is blank or says what the line above says."""
    return all(fold(said) == fold(above.get(key, "")) for key, said in fixed.items() if key != but and said)
