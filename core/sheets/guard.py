"""What must be known of a sheet before the fast reader may have it.

calamine (Rust) allots a full rectangle up to the last used cell: one value in XFD1048576 asks for 500 GB and
ends the whole process, not the request. It also reads an error cell (#REF!) and a formula without a
result as an empty cell. So the XML of each sheet is scanned first with regular expressions, an order
of magnitude faster than parsing it: how far the values reach, which cells hold no believable value, and
how many rows are hidden. A sheet with a lone value far below its data is cut after the data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_BLANK_ROWS = 200
MAX_COLUMNS = 300
MAX_CELLS = 6_000_000

ERROR_CELL = "error"
NO_RESULT = "no result"

_TAG = rb"(?:[A-Za-z_][\w.-]*:)?"  # a namespace prefix, as some writers use
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)")
_ROW = re.compile(rb"<" + _TAG + rb"row(?=[\s/>])([^>]*)>")
_NUMBER = re.compile(rb"\br\s*=\s*[\"'](\d+)")
_REF = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]+)(\d+)")
_USUAL_REFS = re.compile(rb'<c r="[A-Za-z]{1,3}(\d{1,7})"')
_USUAL_COLUMNS = re.compile(rb'<c r="([A-Za-z]{1,3})')
# One letter and five digits reach 26 columns and 99,999 rows: below every limit, whatever they are.
_NOT_SMALL = re.compile(rb'<c(?! r="[A-Za-z][0-9]{1,5}")')
_ANY_CELL = re.compile(rb"<" + _TAG + rb"c(?=[\s/>])")
_UNUSUAL = (b"<c\t", b"<c\n", b"<c\r", b":c ", b":c>", b":c/", b":c\t", b":c\n", b":c\r")
_ROWS_AND_CELLS = re.compile(rb"<" + _TAG + rb"(row|c)(?=[\s/>])([^>]*?)(/?)>")
_ERRORS = re.compile(rb"<" + _TAG + rb"c(?=\s)([^>]*\bt\s*=\s*[\"']e[\"'][^>]*)>")
_EMPTY_FORMULAS = re.compile(
    rb"<" + _TAG + rb"c(?=\s)([^>]*)>\s*<" + _TAG + rb"f(?=[\s/>])[^>]*(?:/>|>[^<]*</" + _TAG + rb"f>)"
    rb"\s*(?:<" + _TAG + rb"v\s*/>|<" + _TAG + rb"v\s*>\s*</" + _TAG + rb"v>)?\s*</" + _TAG + rb"c>"
)
_HIDDEN = re.compile(rb"\bhidden\s*=\s*[\"'](?:1|true)[\"']")
_WHOLE_ROW = re.compile(rb"<" + _TAG + rb"row(?=[\s/>])([^>]*?)(?:/>|>.*?</" + _TAG + rb"row>)", re.DOTALL)


class SheetBroken(ValueError):
    """The XML of a sheet is not what a spreadsheet program writes."""


class TooWide(ValueError):
    """Values stand too far right; `columns` says how far."""

    def __init__(self, columns: int) -> None:
        super().__init__(f"{columns} columns")
        self.columns = columns


@dataclass(frozen=True)
class SheetScan:
    """What a scan found.

    doubtful: cells without a believable value, row to column (both from 1) to ERROR_CELL or NO_RESULT.
    hidden_rows: numbers of the rows hidden or filtered away.
    cut: the XML without what stands after the last row to read, or None when nothing had to go.
    """

    doubtful: dict[int, dict[int, str]]
    hidden_rows: frozenset[int]
    cut: bytes | None


def scan(xml: bytes) -> SheetScan:
    """Scan the XML of one sheet. Raises SheetBroken or TooWide."""
    _check_readable(xml)
    if _is_small(xml):
        return SheetScan(_doubtful(xml), _hidden_rows(xml), None)
    rows, columns = _reach(xml)
    cut = None
    if columns > MAX_COLUMNS:
        raise TooWide(columns)
    if rows and rows[-1] * max(columns, 1) > MAX_CELLS:
        last = _last_before_gap(rows)
        if last * max(columns, 1) > MAX_CELLS:
            raise SheetBroken
        cut = _WHOLE_ROW.sub(lambda match: match[0] if 0 < _row_number(match[1]) <= last else b"", xml)
    return SheetScan(_doubtful(xml), _hidden_rows(xml), cut)


def column_letter(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _check_readable(xml: bytes) -> None:
    declared = _DECLARED.match(xml)
    foreign = declared is not None and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii")
    if foreign or xml.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in xml[:200] or b"<!DOCTYPE" in xml:
        raise SheetBroken


def _is_small(xml: bytes) -> bool:
    """Whether each cell names its place in the usual way and none can lie beyond a limit. One search for a cell that
    is otherwise: most sheets are done with it, and nothing is made of the cells that are as they should be."""
    begun, end = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
    return (
        0 <= begun < xml.find(b"<c ", begun) < end
        and not _NOT_SMALL.search(xml, begun, end)
        and xml.find(b":c", begun, end) < 0
        # Words like these may stand in a comment, too: then cells may lie outside of them.
        and not _ANY_CELL.search(xml, 0, begun)
        and not _ANY_CELL.search(xml, end)
    )


def _reach(xml: bytes) -> tuple[list[int], int]:
    """Rows that hold values, ascending, and the last column that does. First from all cells at the speed
    of a text search; only when that reaches too far, from the cells that hold something."""
    cells = xml.count(b"<c ") + xml.count(b"<c>") + xml.count(b"<c/>")
    numbers = [] if any(mark in xml for mark in _UNUSUAL) else _USUAL_REFS.findall(xml)
    if cells and len(numbers) == cells:
        rows = {int(number) for number in set(numbers)}
        columns = max(_column_number(letters) for letters in set(_USUAL_COLUMNS.findall(xml)))
        if max(rows) * columns <= MAX_CELLS and columns <= MAX_COLUMNS:
            return sorted(rows), columns
    return _reach_cell_by_cell(xml)


def _reach_cell_by_cell(xml: bytes) -> tuple[list[int], int]:
    """The same with empty cells left out, for any way of writing: a cell may leave its reference out and
    then stands right of the one before it, in the row its row element names."""
    rows: set[int] = set()
    row, column, last_column = 0, 0, 0
    for name, attributes, closed in _ROWS_AND_CELLS.findall(xml):
        if name == b"row":
            row, column = _row_number(attributes) or row + 1, 0
            continue
        if ref := _REF.search(attributes):
            if len(ref[1]) > 3 or len(ref[2]) > 7:
                raise SheetBroken
            row, column = int(ref[2]), _column_number(ref[1])
        elif b"&" in attributes:
            raise SheetBroken
        else:
            column += 1
        if not closed:
            rows.add(row)
            last_column = max(last_column, column)
    return sorted(rows), last_column


def _row_number(attributes: bytes) -> int:
    found = _NUMBER.search(attributes)
    if found and len(found[1]) > 7:
        raise SheetBroken
    return int(found[1]) if found else 0


def _last_before_gap(rows: list[int]) -> int:
    last = rows[0]
    for row in rows:
        if row - last > MAX_BLANK_ROWS:
            break
        last = row
    return last


def _doubtful(xml: bytes) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    if b'"e"' in xml or b"'e'" in xml:
        _note(found, _ERRORS.findall(xml), ERROR_CELL)
    # `formula1` and its like belong to lists to choose from.
    if ((written := xml.count(b"<f")) and written > xml.count(b"<formula")) or b":f" in xml:
        # A formula of type "str" may well result in nothing: that is a value.
        formulas = _EMPTY_FORMULAS.findall(xml)
        _note(found, [each for each in formulas if b'"str"' not in each and b"'str'" not in each], NO_RESULT)
    return found


def _note(found: dict[int, dict[int, str]], cells: list[bytes], what: str) -> None:
    for attributes in cells:
        if ref := _REF.search(attributes):
            found.setdefault(int(ref[2]), {})[_column_number(ref[1])] = what


def _hidden_rows(xml: bytes) -> frozenset[int]:
    # Hidden columns are named above the rows.
    begun = max(xml.find(b"sheetData"), 0)
    if xml.find(b"hidden", begun) < 0:
        return frozenset()
    rows = (match[1] for match in _ROW.finditer(xml, begun))
    return frozenset(_row_number(each) for each in rows if _HIDDEN.search(each))
