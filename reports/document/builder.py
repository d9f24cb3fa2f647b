"""DocumentBuilder: an administrative document from its parts, in reading order, as .docx bytes.

Pure: the same calls give the same bytes, no clock, no database, no word about plans or tasks. What the decree
fixes (head, end mark, addressees' dashes, outline letters, page numbers) is decided here and cannot be got
wrong by the caller; what an office decides (agency, symbol, signer, wording) is passed in.
"""

import io
from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime
from typing import Literal

from docx import Document
from docx.oxml.parser import parse_xml
from docx.shared import Emu
from lxml import etree

from reports.document import norm
from reports.document.archive import normalise, rows_marker
from reports.document.letterhead import Letterhead, head_table, rule_length
from reports.document.metrics import break_by_sense, width_mm
from reports.document.signature import Signature, Signer, signature_table, signers_table
from reports.document.skeleton import skeleton
from reports.document.tables import Table, rows_xml, table_element
from reports.document.text import point_letter, printed, roman
from reports.document.xml import Element, Text, W, element, keep_with_next, paragraph, rule, run, runs, sliver

Orientation = Literal["portrait", "landscape"]


class DocumentBuilder:
    """Build one document: call the parts in reading order, then `build()`.

    `kind_name` is the printed kind ("BÁO CÁO"); "" makes a letter (công văn), whose `subject` becomes the
    "V/v" below the number. `addressees` belong to letters, proposals and reports to a superior. `as_of` is
    the moment of the figures and stands in the file's properties, with `organisation` as author and
    `identifier` to find the snapshot again from an edited file.

    Calls in the wrong order (text after the signature, a second end mark) raise ValueError: they are defects
    of the layout, not of the data.
    """

    def __init__(
        self,
        letterhead: Letterhead,
        *,
        subject: str,
        as_of: datetime,
        kind_name: str = "BÁO CÁO",
        addressees: Sequence[str] = (),
        organisation: str = "",
        identifier: str = "",
        urgency: norm.Urgency | None = None,
    ) -> None:
        title = printed(f"{kind_name.capitalize()} {subject}".strip()).replace("\n", " ")
        self._document = Document(
            io.BytesIO(
                skeleton(title=title, organisation=printed(organisation), identifier=identifier, as_of=as_of)
            )
        )
        self._body: Element = self._document.element.body
        self._sheet = norm.PORTRAIT
        self._addressees = tuple(addressees)
        self._counters = [0, 0, 0]  # headings of the three levels
        self._tables = self._pictures = self._annexes = 0
        self._rows: list[bytes] = []  # of each table, joined to the document in the archive
        self._last: Element | None = None  # the paragraph an end mark would close
        self._ended = self._signed = False
        self._bytes: bytes | None = None
        self._header_references = self._make_headers()
        self._open(letterhead, kind_name, subject, urgency)

    # --- head -----------------------------------------------------------------------------------------------

    def _make_headers(self) -> list[Element]:
        """The page number centred in the top margin, and the empty header of first pages; the references."""
        section = self._document.sections[0]
        section.different_first_page_header_footer = True
        for header, content in ((section.header, _page_number()), (section.first_page_header, [])):
            header.is_linked_to_previous = False
            for old in list(header._element):
                header._element.remove(old)
            header._element.append(paragraph(content, style="Header"))
        return [deepcopy(child) for child in self._body.sectPr if child.tag == W + "headerReference"]

    def _open(
        self, letterhead: Letterhead, kind_name: str, subject: str, urgency: norm.Urgency | None
    ) -> None:
        self._add(head_table(letterhead, letter_subject="" if kind_name else subject, urgency=urgency))
        if kind_name:
            lines = break_by_sense(printed(subject), norm.SUBJECT_LINE, norm.KIND_PT, bold=True)
            self._add(paragraph([run(kind_name.upper())], style="Title", before_pt=18))
            self._add(paragraph([run("\n".join(lines))], style="Subtitle"))
            self._add(rule(self._sheet.text_width, rule_length(lines[-1], norm.KIND_PT), gap_pt=3))
        if self._addressees:
            self._add_addressees()
        else:
            self._add(sliver())

    def _add_addressees(self) -> None:
        """ "Kính gửi:" on one line with a single addressee, else a dash for each below the colon (II.9a)."""
        label, width = "Kính gửi:", self._sheet.text_width
        if len(self._addressees) == 1:
            line = printed(f"{label} {self._addressees[0]}")
            if width_mm(line, norm.BODY_PT) <= width - 2 * norm.FIRST_LINE:
                self._add(paragraph([run(line)], align="center", before_pt=12, after_pt=6))
                return
            hang = width_mm(f"{label} ", norm.BODY_PT)
            indent = norm.FIRST_LINE + hang
            self._add(paragraph([run(line)], left_mm=indent, first_mm=-hang, before_pt=12, after_pt=6))
            return
        dash = norm.ADDRESSEE_INDENT + width_mm("Kính gửi", norm.BODY_PT)
        hang = width_mm("- ", norm.BODY_PT)
        self._add(paragraph([run(label)], first_mm=norm.ADDRESSEE_INDENT, before_pt=12, keep_next=True))
        for index, name in enumerate(self._addressees, 1):
            last = index == len(self._addressees)
            self._add(
                paragraph(
                    [run(f"- {name}{'.' if last else ';'}")],
                    left_mm=dash + hang,
                    first_mm=-hang,
                    after_pt=6 if last else None,
                )
            )

    # --- body -----------------------------------------------------------------------------------------------

    def heading(self, level: int, text: str, *, label: str | None = None) -> None:
        """A numbered heading of layout B: level 1 "I. IN CAPITALS", 2 "1. Bold", 3 "a) upright".

        `label` replaces the counted one where a plan's own numbering is quoted ("II.2.1"); "" prints none.
        """
        if level not in (1, 2, 3):
            raise ValueError(f"heading level {level}: 1, 2 or 3")
        if label is None:
            self._counters[level - 1] += 1
            self._counters[level:] = [0] * (3 - level)
            count = self._counters[level - 1]
            label = (f"{roman(count)}.", f"{count}.", f"{point_letter(count)})")[level - 1]
        words = text.upper() if level == 1 else text
        self._text(paragraph([run(f"{label} {words}".strip())], style=f"Heading{level}"))

    def paragraph(self, text: Text, *, bold: bool | None = None, italic: bool | None = None) -> None:
        """A justified paragraph of body text; `text` may be a sequence of strings and `Run`s."""
        self._text(paragraph(runs(text, bold=bold, italic=italic), style="BodyText"))

    def bullets(self, items: Sequence[Text], *, mark: str = "-") -> None:
        """One paragraph for each item, opened by a dash (or "+" one level below)."""
        for item in items:
            parts = [item] if isinstance(item, str) else list(item)
            self.paragraph([f"{mark} ", *parts])

    def table(self, table: Table) -> None:
        """A table, with its numbered title above and its note below. Too wide for the sheet raises
        ValueError.
        """
        self._check_open()
        if table.width_mm > self._sheet.text_width + 0.5:
            raise ValueError(f"table of {table.width_mm} mm on a text width of {self._sheet.text_width} mm")
        if table.title:
            number = ""
            if table.numbered:
                self._tables += 1
                number = f"Bảng {self._tables}. "
            self._add(paragraph([run(f"{number}{table.title}")], style="Caption", keep_next=True))
        elif self._body[-2].tag == W + "tbl":  # two tables that touch become one
            self._add(paragraph([], style="Rule", before_pt=norm.PARAGRAPH_GAP_PT))
        elif self._last is not None:
            keep_with_next(self._last)
            self._add(paragraph([], style="Rule", before_pt=3, keep_next=True))
        if table.unit:
            self._add(paragraph([run(table.unit)], style="TableNote", align="right", keep_next=True))
        marker = etree.Comment(rows_marker(len(self._rows)))
        self._rows.append(rows_xml(table))
        self._add(table_element(table, marker))
        if table.note:
            self._add(paragraph([run(table.note)], style="TableNote"))
        self._last = None

    def picture(self, png: bytes, *, caption: str, alt_text: str, width_mm: float | None = None) -> None:
        """A picture in the middle with its numbered caption below; by default as wide as the text."""
        self._check_open()
        self._pictures += 1
        width = min(width_mm or self._sheet.text_width, self._sheet.text_width)
        inline = self._document.part.new_pic_inline(io.BytesIO(png), Emu(round(width * norm.EMU_PER_MM)))
        limit = (self._sheet.text_height - 20) * norm.EMU_PER_MM  # the caption stays on the page
        if inline.extent.cy > limit:
            inline = self._document.part.new_pic_inline(io.BytesIO(png), height=Emu(round(limit)))
        for side in ("distT", "distB", "distL", "distR"):
            inline.set(side, "0")  # left out, LibreOffice assumes 3 mm and pushes the picture out of the text
        inline.docPr.set("name", f"Biểu đồ {self._pictures}")
        inline.docPr.set("descr", printed(alt_text))
        drawing = element("drawing")
        drawing.append(inline)
        self._add(
            paragraph(
                [element("r", drawing)], align="center", keep_next=True, before_pt=norm.PARAGRAPH_GAP_PT
            )
        )
        self._add(paragraph([run(f"Biểu đồ {self._pictures}. {caption}")], style="Caption"))
        self._last = None

    def end_mark(self) -> None:
        """Close the body or the annex with "./." right after the last sentence; below a table, on its own
        line.
        """
        self._check_open()
        self._ended = True
        if self._last is None:
            self._add(paragraph([run(norm.END_MARK)], style="BodyText", align="right"))
            return
        texts = [node for node in self._last.iter(W + "t") if node.text]
        if not texts:
            raise ValueError("the paragraph to be closed by the end mark is empty")
        texts[-1].text = texts[-1].text.rstrip(" .;:,…") + norm.END_MARK

    def signature(self, signature: Signature) -> None:
        """Nơi nhận and the signer, on the page of the last lines; sets the end mark if missing."""
        if self._annexes or self._signed:
            raise ValueError("the signature stands once, at the end of the body")
        if not self._ended:
            self.end_mark()
        last = self._body[-2]
        if last.tag == W + "p":
            keep_with_next(last)
        self._add(paragraph([], style="Rule", before_pt=8, after_pt=0, keep_next=True))
        self._add(signature_table(signature, as_above=bool(self._addressees)))
        self._signed = True

    def signers(self, signers: Sequence[Signer]) -> None:
        """The parties of a record, above Nơi nhận and the one who confirms it."""
        if self._annexes or self._signed:
            raise ValueError("the parties sign before the signature")
        if not self._ended:
            self.end_mark()
        keep_with_next(self._body[-2])
        self._add(paragraph([], style="Rule", before_pt=8, after_pt=0, keep_next=True))
        self._add(signers_table(signers))

    def receipt(self, table: Table) -> None:
        """A small table below the signature, to be filled in by hand by whoever receives the paper."""
        if not self._signed or self._annexes:
            raise ValueError("the receipt stands below the signature")
        self._add(paragraph([run(table.title)], style="Caption", keep_next=True, before_pt=12))
        marker = etree.Comment(rows_marker(len(self._rows)))
        self._rows.append(rows_xml(table))
        self._add(table_element(table, marker))

    # --- several papers in one file -------------------------------------------------------------------------

    def next_paper(
        self,
        letterhead: Letterhead,
        *,
        kind_name: str,
        subject: str,
        addressees: Sequence[str] = (),
        urgency: norm.Urgency | None = None,
    ) -> None:
        """Begin another paper of the same kind in the same file: a section of its own with its own head, whose
        pages count from 1 (one slip for each unit)."""
        if not self._signed:
            raise ValueError("the paper before must be signed")
        self._add(sliver(section=self._section_properties()))
        self._sheet = norm.PORTRAIT
        self._addressees = tuple(addressees)
        self._counters = [0, 0, 0]
        self._tables = self._pictures = self._annexes = 0
        self._last = None
        self._ended = self._signed = False
        self._open(letterhead, kind_name, subject, urgency)

    # --- annexes --------------------------------------------------------------------------------------------

    def annex(
        self,
        title: str,
        *,
        attached_to: str,
        orientation: Orientation = "landscape",
        roman: str = "",
    ) -> None:
        """Open an annex: a section of its own whose pages count from 1.

        `roman` is its number ("I"), only given when there is more than one; `attached_to` is the document it
        belongs to, as `Letterhead.cited` prints it. Closes what is open with its end mark.
        """
        self._close_part()
        self._add(sliver(section=self._section_properties()))
        self._annexes += 1
        self._sheet = norm.LANDSCAPE if orientation == "landscape" else norm.PORTRAIT
        self._counters = [0, 0, 0]
        self._ended, self._last = False, None
        width = self._sheet.text_width * 0.9
        lines = break_by_sense(printed(title.upper()), width, norm.KIND_PT, bold=True)
        self._add(paragraph([run(f"Phụ lục {roman}".strip())], style="Annex"))
        self._add(paragraph([run("\n".join(lines), bold=True)], align="center", keep_next=True))
        attached = paragraph(
            [run(f"(Kèm theo {attached_to})", italic=True)], align="center", keep_next=True, after_pt=6
        )
        self._add(attached)

    def _close_part(self) -> None:
        if not self._ended:
            self.end_mark()

    def _section_properties(self) -> Element:
        """w:sectPr of the part being closed."""
        sheet = self._sheet
        short, long = norm.PAPER_SHORT_TWIPS, norm.PAPER_LONG_TWIPS
        return element(
            "sectPr",
            *(deepcopy(reference) for reference in self._header_references),
            element("type", val="nextPage"),
            element(
                "pgSz",
                w=long if sheet.landscape else short,
                h=short if sheet.landscape else long,
                orient="landscape" if sheet.landscape else None,
            ),
            element(
                "pgMar",
                top=norm.twips(sheet.top),
                right=norm.twips(sheet.right),
                bottom=norm.twips(sheet.bottom),
                left=norm.twips(sheet.left),
                header=norm.twips(norm.HEADER_DISTANCE),
                footer=norm.twips(norm.HEADER_DISTANCE),
                gutter=0,
            ),
            element("pgNumType", start=1),
            element("titlePg"),
        )

    # --- the end --------------------------------------------------------------------------------------------

    def build(self) -> bytes:
        """The finished .docx; calling again returns the same bytes."""
        if self._bytes is None:
            self._close_part()
            if self._body[-2].tag == W + "tbl":
                self._add(sliver())  # a document may not end with a table
            self._body.replace(self._body.sectPr, self._section_properties())
            buffer = io.BytesIO()
            self._document.save(buffer)
            self._bytes = normalise(buffer.getvalue(), self._rows)
        return self._bytes

    def _add(self, block: Element) -> None:
        if self._bytes is not None:
            raise ValueError("the document is built")
        self._body.sectPr.addprevious(block)

    def _text(self, block: Element) -> None:
        self._check_open()
        self._add(block)
        self._last = block

    def _check_open(self) -> None:
        if self._ended:
            raise ValueError("this part is closed by its end mark")


def _page_number() -> list[Element]:
    """The PAGE field in full, so that LibreOffice and Word both show a number before updating fields."""

    def field(kind: str) -> Element:
        return element("r", element("fldChar", fldCharType=kind))

    instruction = parse_xml(
        f'<w:r xmlns:w="{W[1:-1]}"><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
    )
    return [field("begin"), instruction, field("separate"), run("2"), field("end")]
