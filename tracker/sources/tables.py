"""Finding the table in an export: headings of two to four merged rows, lines of column numbers, totals, titles above.

Works on what the sheet looks like and knows nothing of indicators: `find_table` gives each column the path of its
headings ("Tiếp nhận › Trực tuyến") and the rows below. Columns count from 0, rows as Excel numbers them.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.sheets.formats import SafeCSV
from core.sheets.guard import column_letter
from core.sheets.reading import HEADING_ROWS, Row, SheetError, Value, open_workbook
from core.text import clean_line, fold
from plans.amounts import read_amount

MOST_HEADING_ROWS = 4
CSV_SHEET = "CSV"
NO_TABLE = (
    "Không thấy bảng số liệu trong tệp. Bảng cần có dòng tiêu đề cột và ít nhất một dòng có tên và số liệu."
)

_COLUMN_MARK = re.compile(r"\(?(\d{1,2}|[A-ZĐ])\)?(\s*=.*)?")
# With its accents: "Công an tỉnh", "Công chứng" are no totals, nor are "Tổng hợp", "Tổng công ty". A name that is taken
# for none of these is asked about; a line taken for a total would be lost.
_TOTAL = re.compile(
    r"(tổng( số| cộng| chung)?|cộng|toàn (tỉnh|ngành|sở|thành phố))"
    r"(?=\s*($|[:(.,;–-])|\s+(các|toàn|chung|cả|theo|trong|đơn vị|hồ sơ|lĩnh vực)\b)"
)
_TOTAL_WITHOUT_ACCENTS = re.compile(r"(tong( so| cong)?|cong)\W*")

Merged = Sequence[tuple[int, int, int, int]]


@dataclass(frozen=True)
class Column:
    index: int
    heading: str

    @property
    def letter(self) -> str:
        return column_letter(self.index + 1)


@dataclass(frozen=True)
class SourceTable:
    """One table. `heading_rows` are the rows its headings stand in; `body` repeats what merged cells hold."""

    sheet: str
    columns: tuple[Column, ...]
    heading_rows: tuple[int, ...]
    body: tuple[Row, ...]

    @property
    def signature(self) -> str:
        """The same for the next month's file: numbers in headings (years, months, days) do not count."""
        lines = (f"{each.index}:{re.sub(r'[0-9]+', '#', fold(each.heading))}" for each in self.columns)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def column(self, index: int) -> Column:
        return next(each for each in self.columns if each.index == index)


def read_tables(data: bytes, name: str) -> list[SourceTable]:
    """The tables of a file, one a sheet, the longest first. Raises SheetError when there is none."""
    found = []
    for sheet, rows, merged in _sheets(data, name):
        table = find_table(sheet, rows, merged)
        if table is not None:
            found.append(table)
    if not found:
        raise SheetError(NO_TABLE)
    return sorted(found, key=lambda table: -len(table.body))


def _sheets(data: bytes, name: str) -> Iterable[tuple[str, Sequence[Row], Merged]]:
    if name.lower().endswith(".csv"):
        yield CSV_SHEET, SafeCSV().read(data)[1], ()
        return
    book = open_workbook(data, name)
    for sheet in book.sheets_with_data():
        yield sheet, book.rows(sheet), book.merged(sheet)


def find_table(sheet: str, rows: Sequence[Row], merged: Merged = ()) -> SourceTable | None:
    """The table of a sheet, or None when no row of figures stands below a row of headings."""
    full = _spread(rows, merged)
    for first, row in enumerate(full):
        if row.number > HEADING_ROWS + MOST_HEADING_ROWS:
            return None
        heads = _heads_above(full, first) if _is_data(row) else []
        if heads:
            body = tuple(each for each in full[first:] if not _is_column_numbers(each))
            columns = tuple(Column(index, path) for index, path in sorted(_paths(heads).items()))
            return SourceTable(sheet, columns, tuple(each.number for each in heads), body)
    return None


def _heads_above(full: Sequence[Row], first: int) -> list[Row]:
    """The heading rows that end right above a row, a line of column numbers between them aside."""
    at, heads = first - 1, list[Row]()
    while at >= 0 and _is_column_numbers(full[at]):
        at -= 1
    while at >= 0 and len(heads) < MOST_HEADING_ROWS and _is_heading(full[at], below=heads):
        heads.insert(0, full[at])
        at -= 1
    return heads


def is_total(row: Row, before: int) -> bool:
    """A line of totals says so in a cell left of its figures."""
    return any(isinstance(value, str) and _says_total(value) for value in row.values[:before])


def _says_total(value: str) -> bool:
    words = clean_line(value).casefold()
    return bool(_TOTAL.match(words) or _TOTAL_WITHOUT_ACCENTS.fullmatch(words))


def text_at(row: Row, index: int) -> str:
    value = row.values[index] if index < len(row.values) else None
    return "" if value is None else clean_line(str(value))


def _spread(rows: Sequence[Row], merged: Merged) -> list[Row]:
    """Rows with the value of a merged cell in each cell it covers. A merged figure would be counted twice: only words
    are repeated."""
    by_number = {row.number: list(row.values) for row in rows}
    for top, left, bottom, right in merged:
        source = by_number.get(top, [])
        value = source[left] if left < len(source) else None
        if not isinstance(value, str):
            continue
        for number in range(top, bottom + 1):
            cells = by_number.get(number)
            if cells is None:
                continue
            cells.extend([None] * (right + 1 - len(cells)))
            for index in range(left, right + 1):
                cells[index] = value if cells[index] is None else cells[index]
    return [Row(row.number, tuple(by_number[row.number]), row.doubtful) for row in rows]


def is_amount(value: Value) -> bool:
    """Whether a cell holds a count, as a number or as people type one."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return True
    if not isinstance(value, str):
        return False
    try:
        read_amount(value)
    except ValueError:
        return False
    return True


def _is_data(row: Row) -> bool:
    """A name, and right of it an amount; headings and lines of column numbers have no such pair."""
    if _is_column_numbers(row):
        return False
    named = next(
        (
            at
            for at, value in enumerate(row.values)
            if isinstance(value, str) and len(value) > 2 and not is_amount(value)
        ),
        None,
    )
    return named is not None and any(is_amount(value) for value in row.values[named + 1 :])


def _is_column_numbers(row: Row) -> bool:
    """ "(1) (2) (3)=(2)/(1)", "A B 1 2 3": numbers of the columns, not figures."""
    found = [value for value in row.values if value is not None]
    if len(found) < 3:
        return False
    marks = [str(value) for value in found]
    if not all(_COLUMN_MARK.fullmatch(mark) for mark in marks):
        return False
    numbers = [int(match[1]) for mark in marks if (match := re.match(r"\(?(\d+)", mark))]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True


def _is_heading(row: Row, *, below: Sequence[Row]) -> bool:
    """Words in several columns, directly above the next heading row; a title is one cell merged over all of them."""
    if below and row.number < below[0].number - 1:
        return False
    words = {value for value in row.values if isinstance(value, str)}
    return len(words) >= 2 and not any(
        is_amount(value) and not isinstance(value, str) for value in row.values
    )


def _paths(heads: Sequence[Row]) -> dict[int, str]:
    """Column → its headings from the top down, each once. Where a file has no merged cells (CSV), an empty cell above a
    heading belongs to the heading left of it."""
    width = max(len(row.values) for row in heads)
    levels = [[text_at(row, index) for index in range(width)] for row in heads]
    for at, level in enumerate(levels[:-1]):
        for index in range(1, width):
            below = any(lower[index] for lower in levels[at + 1 :])
            if not level[index] and below and level[index - 1]:
                level[index] = level[index - 1]
    paths = {}
    for index in range(width):
        parts = list(dict.fromkeys(level[index] for level in levels if level[index]))
        if parts:
            paths[index] = " › ".join(parts)
    return paths
