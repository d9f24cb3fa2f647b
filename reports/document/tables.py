"""Tables of figures and lists: fixed widths, a heading repeated on every page, rows never torn.

The heading is built as elements like everything else; the rows, of which there may be ten thousand, are
written as text between fixed pieces of markup (see `rows_xml`) and joined to the document when it is
archived. That costs the same for every row and needs no tree in memory; python-docx's own cell access grows
with the square.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from xml.sax.saxutils import escape

from reports.document import norm
from reports.document.letterhead import table_grid
from reports.document.norm import twips
from reports.document.text import printed
from reports.document.xml import Element, element, paragraph, run

EMPTY = "Không có số liệu"


class Align(StrEnum):
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True)
class Column:
    """A column; neighbours with the same `group` share a heading cell above their own titles."""

    title: str
    width_mm: float
    align: Align = Align.LEFT
    group: str = ""


@dataclass(frozen=True)
class GroupRow:
    """A bold row across all columns that opens a part of the table ("I. Các phòng thuộc Sở")."""

    text: str


@dataclass(frozen=True)
class Table:
    """A table as data: every cell is already text. `total` is the last row, printed bold.

    `title` is numbered "Bảng N. " unless `numbered` is off; `unit` stands above the table on the right ("Đơn
    vị tính: nhiệm vụ"), `note` below it. `small` prints 11 pt instead of 12. Raises ValueError when a row has
    another number of cells than there are columns.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[str] | GroupRow]
    total: Sequence[str] | None = None
    title: str = ""
    numbered: bool = True
    unit: str = ""
    note: str = ""
    small: bool = False
    empty_text: str = EMPTY

    @property
    def width_mm(self) -> float:
        return sum(column.width_mm for column in self.columns)

    @property
    def style(self) -> str:
        return "TableSmall" if self.small else "TableText"


def table_element(table: Table, rows: Element) -> Element:
    """The w:tbl of `table`, centred on the text; `rows` marks the place of its rows below the heading."""
    border = {"val": "single", "sz": 4, "space": 0, "color": norm.BLACK}
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    return element(
        "tbl",
        element(
            "tblPr",
            element("tblW", w=_width(table.columns), type="dxa"),
            element("jc", val="center"),
            element("tblBorders", *(element(side, **border) for side in sides)),
            element("tblLayout", type="fixed"),
            element("tblCellMar", element("left", w=57, type="dxa"), element("right", w=57, type="dxa")),
        ),
        table_grid(*(column.width_mm for column in table.columns)),
        *_heading(table),
        rows,
    )


def _width(columns: Sequence[Column]) -> int:
    return sum(twips(column.width_mm) for column in columns)


def _heading(table: Table) -> list[Element]:
    """One heading row, or two when columns are grouped: the groups above, the other titles over both rows."""
    if not any(column.group for column in table.columns):
        cells = [_heading_cell(table, column.width_mm, column.title) for column in table.columns]
        return [_heading_row(cells)]
    upper, lower = [], []
    index = 0
    while index < len(table.columns):
        column = table.columns[index]
        if not column.group:
            upper.append(_heading_cell(table, column.width_mm, column.title, merge="restart"))
            lower.append(_heading_cell(table, column.width_mm, "", merge="continue"))
            index += 1
            continue
        members = []
        while index < len(table.columns) and table.columns[index].group == column.group:
            members.append(table.columns[index])
            index += 1
        width = sum(member.width_mm for member in members)
        upper.append(_heading_cell(table, width, column.group, span=len(members)))
        lower += [_heading_cell(table, member.width_mm, member.title) for member in members]
    return [_heading_row(upper), _heading_row(lower)]


def _heading_row(cells: list[Element]) -> Element:
    return element("tr", element("trPr", element("cantSplit"), element("tblHeader")), *cells)


def _heading_cell(table: Table, width: float, title: str, *, span: int = 1, merge: str = "") -> Element:
    properties = element("tcPr", element("tcW", w=twips(width), type="dxa"))
    if span > 1:
        properties.append(element("gridSpan", val=span))
    if merge:
        properties.append(element("vMerge", val=merge))
    properties.append(element("vAlign", val="center"))
    content = [run(title, bold=True)] if title else []
    return element("tc", properties, paragraph(content, style=table.style, align="center", keep_next=True))


# --- rows as text -------------------------------------------------------------------------------------------

_ROW, _ROW_END = "<w:tr><w:trPr><w:cantSplit/></w:trPr>", "</w:tr>"
_TEXT, _TEXT_END = '<w:t xml:space="preserve">', "</w:t>"
_CELL_END = f"{_TEXT_END}</w:r></w:p></w:tc>"
_BREAKS = {"\n": f"{_TEXT_END}<w:br/>{_TEXT}", "\t": f"{_TEXT_END}<w:tab/>{_TEXT}"}


@dataclass(frozen=True)
class _Look:
    """How the cells of one row look."""

    bold: bool = False
    italic: bool = False
    keep_next: bool = False


def rows_xml(table: Table) -> bytes:
    """The rows below the heading as markup, UTF-8. Raises ValueError on a row of another length than the
    columns.

    Texts are escaped and have passed printed(), which leaves nothing XML forbids.
    """
    rows: list[tuple[Sequence[str] | GroupRow, _Look]]
    rows = [
        (row, _Look(bold=True, keep_next=True) if isinstance(row, GroupRow) else _Look())
        for row in table.rows
    ]
    if not rows:
        return _spanning_row(table, table.empty_text, Align.CENTER, _Look(italic=True)).encode()
    if table.total is not None:
        rows.append((table.total, _Look(bold=True)))
    # No row alone at the foot or the head of a page: the first and the last two hold together, the note too.
    held = ({0, len(rows) - 2} if len(rows) > 1 else set()) | ({len(rows) - 1} if table.note else set())
    for index in held:
        row, look = rows[index]
        rows[index] = (row, replace(look, keep_next=True))

    markup: dict[_Look, list[str]] = {}
    written = []
    for row, look in rows:
        if isinstance(row, GroupRow):
            written.append(_spanning_row(table, row.text, Align.LEFT, look))
            continue
        if len(row) != len(table.columns):
            raise ValueError(
                f"a row has {len(row)} cells, the table {len(table.columns)} columns: {list(row)!r}"
            )
        if look not in markup:
            markup[look] = [
                _cell(table.style, twips(column.width_mm), 1, column.align, look) for column in table.columns
            ]
        cells = "".join(
            [opening + _words(value) + _CELL_END for opening, value in zip(markup[look], row, strict=True)]
        )
        written.append(f"{_ROW}{cells}{_ROW_END}")
    return "".join(written).encode()


def _spanning_row(table: Table, text: str, align: Align, look: _Look) -> str:
    opening = _cell(table.style, _width(table.columns), len(table.columns), align, look)
    return f"{_ROW}{opening}{_words(text)}{_CELL_END}{_ROW_END}"


def _cell(style: str, width: int, span: int, align: Align, look: _Look) -> str:
    """The markup of a cell up to its words."""
    letters = f"{'<w:b/>' if look.bold else ''}{'<w:i/>' if look.italic else ''}"
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>'
        + (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "")
        + f'<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="{style}"/>'
        + ("<w:keepNext/>" if look.keep_next else "")
        + f'<w:jc w:val="{align.value}"/></w:pPr><w:r>'
        + (f"<w:rPr>{letters}</w:rPr>" if letters else "")
        + _TEXT
    )


def _words(text: str) -> str:
    return escape(printed(text), _BREAKS)
