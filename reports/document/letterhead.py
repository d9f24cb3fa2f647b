"""The head of page one: agency and nation, number and date, and what stands right below them.

Two rows, because number and place must stand on one line even when the agency takes three (Annex I, II.4c).
"""

from dataclasses import dataclass
from datetime import date

from reports.document import norm
from reports.document.metrics import break_by_sense, width_mm
from reports.document.text import BLANK, NBSP, date_line
from reports.document.xml import Element, element, paragraph, rule, run, sliver


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """Who issues the document.

    `parent_agency` may be "" (a body without a superior line). `agency_lines` are printed as given unless one
    is too wide for its column, which is then broken by sense. `symbol` begins with the slash: "/BC-VP" for a
    named kind, "/SNNMT-VP" for a letter. Number and day stay blank until the document is signed (Decree 30,
    article 15); then `year` alone is printed, if given.
    """

    agency_lines: tuple[str, ...]
    symbol: str
    place: str
    parent_agency: str = ""
    number: str = ""
    day: date | None = None
    year: int | None = None

    def __post_init__(self) -> None:
        if not self.agency_lines or not all(self.agency_lines):
            raise ValueError("agency_lines: at least one line, none empty")
        if not self.symbol.startswith("/"):
            raise ValueError(f"symbol {self.symbol!r} must begin with a slash, such as '/BC-VP'")

    @property
    def number_text(self) -> str:
        """The number as cited in text: "05/BC-VP", with a blank before the slash until it is given."""
        return f"{self.number.zfill(2) if self.number else BLANK}{self.symbol}"

    def cited(self, kind: str, issuer: str) -> str:
        """This document as its annexes cite it: "Báo cáo số …/BC-VP ngày … tháng … năm 2026 của …"."""
        return f"{kind} số{NBSP}{self.number_text} {date_line(self.day, self.year)} của {issuer}"


def head_table(
    letterhead: Letterhead, *, letter_subject: str = "", urgency: norm.Urgency | None = None
) -> Element:
    """The borderless two-by-two table; `letter_subject` is the "V/v" of a letter without these letters."""
    left, right = norm.HEAD_LEFT, norm.HEAD_RIGHT
    return element(
        "tbl",
        plain_table_properties(left + right),
        table_grid(left, right),
        element("tr", _no_split(), plain_cell(left, _agency(letterhead)), plain_cell(right, _nation())),
        element(
            "tr",
            _no_split(),
            plain_cell(left, _number(letterhead, letter_subject, urgency)),
            plain_cell(right, _place(letterhead)),
        ),
    )


def _agency(letterhead: Letterhead) -> list[Element]:
    limit = norm.HEAD_LEFT
    made = []
    if letterhead.parent_agency:
        for line in break_by_sense(letterhead.parent_agency, limit, norm.AGENCY_PT):
            made.append(_centred(line, norm.AGENCY_PT))
    lines = [
        line
        for given in letterhead.agency_lines
        for line in break_by_sense(given, limit, norm.AGENCY_PT, bold=True)
    ]
    made += [_centred(line, norm.AGENCY_PT, bold=True) for line in lines]
    made.append(rule(limit, rule_length(lines[-1], norm.AGENCY_PT)))
    return made


def _nation() -> list[Element]:
    return [
        _centred(norm.NATION, norm.NATION_PT, bold=True),
        _centred(norm.MOTTO, norm.MOTTO_PT, bold=True),
        rule(norm.HEAD_RIGHT, width_mm(norm.MOTTO, norm.MOTTO_PT, bold=True)),
    ]


_NBSP_EXTRA = 0.45  # mm: LibreOffice sets a no-break space wider than Word does
_SECOND_ROW_GAP_PT = 5.0  # both cells alike: number and date stand on one line


def _place(letterhead: Letterhead) -> list[Element]:
    line = ""
    for spaces in range(len(BLANK), 2, -1):  # a long place name leaves less room for the blanks
        line = f"{letterhead.place}, {date_line(letterhead.day, letterhead.year, NBSP * spaces)}"
        if width_mm(line, norm.PLACE_PT) + line.count(NBSP) * _NBSP_EXTRA <= norm.HEAD_RIGHT:
            break
    return [_centred(line, norm.PLACE_PT, italic=True, before_pt=_SECOND_ROW_GAP_PT)]


def _number(letterhead: Letterhead, letter_subject: str, urgency: norm.Urgency | None) -> list[Element]:
    line = f"Số:{NBSP}{letterhead.number_text}"
    made = [_centred(line, norm.NUMBER_PT, before_pt=_SECOND_ROW_GAP_PT)]
    if letter_subject:
        lines = break_by_sense(f"V/v {letter_subject}", norm.HEAD_LEFT - 2, norm.LETTER_SUBJECT_PT)
        made.append(
            paragraph(
                [run("\n".join(lines), size_pt=norm.LETTER_SUBJECT_PT)],
                align="center",
                before_pt=norm.LETTER_SUBJECT_GAP_PT,
            )
        )
    if urgency:
        made += [paragraph([], style="Rule", before_pt=4), _stamp(urgency), sliver()]
    return made


def _stamp(urgency: norm.Urgency) -> Element:
    """The urgency frame below the number: single line, bright red (Annex I, II.10b)."""
    width, height = norm.STAMP_SIZE[urgency]
    border = {"val": "single", "sz": 8, "space": 0, "color": norm.BRIGHT_RED}
    return element(
        "tbl",
        element(
            "tblPr",
            element("tblW", w=norm.twips(width), type="dxa"),
            element("jc", val="center"),
            element("tblBorders", *(element(side, **border) for side in ("top", "left", "bottom", "right"))),
            element("tblLayout", type="fixed"),
        ),
        table_grid(width),
        element(
            "tr",
            element("trPr", element("trHeight", val=norm.twips(height), hRule="exact")),
            element(
                "tc",
                element(
                    "tcPr", element("tcW", w=norm.twips(width), type="dxa"), element("vAlign", val="center")
                ),
                paragraph(
                    [run(urgency.value, bold=True, size_pt=norm.STAMP_PT, color=norm.BRIGHT_RED)],
                    align="center",
                ),
            ),
        ),
    )


def rule_length(line: str, size_pt: float) -> float:
    """The length of the rule below a bold `line`: between a third and a half of it."""
    return width_mm(line, size_pt, bold=True) * norm.RULE_SHARE_CHOSEN


def _centred(
    text: str,
    size_pt: float,
    *,
    bold: bool | None = None,
    italic: bool | None = None,
    before_pt: float | None = None,
) -> Element:
    words = [run(text, bold=bold, italic=italic, size_pt=size_pt)]
    return paragraph(words, align="center", before_pt=before_pt)


# --- the borderless table, shared with the signature --------------------------------------------------------


def plain_table_properties(width: float) -> Element:
    """Table properties: no borders, no cell padding, fixed widths."""
    return element(
        "tblPr",
        element("tblW", w=norm.twips(width), type="dxa"),
        element("tblLayout", type="fixed"),
        element("tblCellMar", element("left", w=0, type="dxa"), element("right", w=0, type="dxa")),
    )


def table_grid(*widths: float) -> Element:
    return element("tblGrid", *(element("gridCol", w=norm.twips(width)) for width in widths))


def plain_cell(width: float, content: list[Element]) -> Element:
    return element("tc", element("tcPr", element("tcW", w=norm.twips(width), type="dxa")), *content)


def _no_split() -> Element:
    return element("trPr", element("cantSplit"))
