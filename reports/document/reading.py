"""A .docx opened for judging: its sections, head, signature, and what each run really looks like."""

import io
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from functools import cached_property

from docx import Document
from docx.document import Document as DocxDocument

from reports.document import norm
from reports.document.xml import Element, R, W

MM_PER_TWIP = 25.4 / 1440


@dataclass(frozen=True)
class Section:
    """The blocks (paragraphs and tables) of one section and its properties."""

    blocks: list[Element]
    properties: Element

    def number(self, tag: str, attribute: str) -> float:
        """An attribute of the section in millimetres; 0 where it is missing."""
        found = self.properties.find(W + tag)
        return 0.0 if found is None else float(found.get(W + attribute, "0")) * MM_PER_TWIP

    @property
    def text_width(self) -> float:
        return self.number("pgSz", "w") - self.number("pgMar", "left") - self.number("pgMar", "right")


class Paper:
    """A document by any hand: ours, or ours after the clerk's editing. Raises what python-docx raises if
    broken.
    """

    def __init__(self, docx: bytes) -> None:
        self.document: DocxDocument = Document(io.BytesIO(docx))
        self.body: Element = self.document.element.body
        styles = self.document.styles.element
        self._styles = {style.get(W + "styleId"): style for style in styles.iter(W + "style")}
        self._defaults = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        self._default_paragraph = next(
            (key for key, style in self._styles.items()
             if style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true")),
            "",
        )  # fmt: skip
        self._inherited: dict[tuple[str, str, str], Element | None] = {}
        self._shared = frozenset({*self.__dict__, "_shared"})

    # --- parts ----------------------------------------------------------------------------------------------

    @cached_property
    def sections(self) -> list[Section]:
        found: list[Section] = []
        blocks: list[Element] = []
        for block in self.body:
            if block.tag == W + "sectPr":
                found.append(Section(blocks, block))
                break
            blocks.append(block)
            properties = block.find(f"{W}pPr/{W}sectPr")
            if properties is not None:
                found.append(Section(blocks, properties))
                blocks = []
        return found

    @cached_property
    def papers(self) -> "list[Paper]":
        """The papers of the file, one unless several were put together: each begins with a head of its own."""
        groups: list[list[Section]] = []
        for section in self.sections:
            if not groups or _begins_paper(section):
                groups.append([])
            groups[-1].append(section)
        return [self] if len(groups) == 1 else [self._only(group) for group in groups]

    def _only(self, sections: list[Section]) -> "Paper":
        """The same file, read as if it held these sections alone."""
        part = copy(self)
        part.__dict__ = {name: value for name, value in self.__dict__.items() if name in self._shared}
        part.__dict__["sections"] = sections
        return part

    @cached_property
    def head(self) -> list[list[Element]]:
        """Cells of the first table, row by row; empty without one."""
        table = next((block for block in self.sections[0].blocks if block.tag == W + "tbl"), None)
        return (
            []
            if table is None
            else [list(row.iterchildren(W + "tc")) for row in table.iterchildren(W + "tr")]
        )

    @cached_property
    def signature(self) -> Element | None:
        """The table with "Nơi nhận:"."""
        for block in reversed(self.sections[0].blocks):
            if block.tag == W + "tbl" and any(text_of(p).startswith("Nơi nhận") for p in block.iter(W + "p")):
                return block
        return None

    @cached_property
    def parties(self) -> list[Element]:
        """Tables without borders right above the signature: where the parties of a record sign."""
        blocks = self.sections[0].blocks
        found: list[Element] = []
        if self.signature is None:
            return found
        for block in reversed(blocks[: blocks.index(self.signature)]):
            if block.tag == W + "tbl" and self.head and block is not self.head_table and not is_ruled(block):
                found.insert(0, block)
            elif block.tag != W + "p" or text_of(block).strip():
                break
        return found

    @cached_property
    def head_table(self) -> Element | None:
        return self.head[0][0].getparent().getparent() if self.head else None

    @cached_property
    def body_blocks(self) -> list[Element]:
        """What stands between the head and the signatures."""
        blocks = self.sections[0].blocks
        start = next((i + 1 for i, block in enumerate(blocks) if block.tag == W + "tbl"), 0)
        last = self.parties[0] if self.parties else self.signature
        end = blocks.index(last) if last is not None else len(blocks)
        return blocks[start:end]

    @cached_property
    def is_letter(self) -> bool:
        return bool(self.head) and any(
            text_of(p).startswith("V/v") for row in self.head for c in row for p in c
        )

    def headers(self) -> Iterator[tuple[str, Element]]:
        """(kind, header) of every section: "default", "first"."""
        for section in self.sections:
            for reference in section.properties.iter(W + "headerReference"):
                part = self.document.part.related_parts[reference.get(R + "id")]
                yield reference.get(W + "type", "default"), part.element

    def runs(self) -> Iterator[tuple[Element, Element]]:
        """(run, its paragraph) of the whole document, headers included, where there is text."""
        roots = [self.body, *{id(header): header for _, header in self.headers()}.values()]
        for root in roots:
            for paragraph in root.iter(W + "p"):
                for run in paragraph.iterchildren(W + "r"):
                    if run.find(W + "t") is not None:
                        yield run, paragraph

    # --- looks ----------------------------------------------------------------------------------------------

    def look(self, run: Element, paragraph: Element, tag: str) -> Element | None:
        """The run property `tag` in force: the run's own, else its style's, else the document's."""
        own = run.find(f"{W}rPr/{W}{tag}")
        return own if own is not None else self._from_style(paragraph, "rPr", tag)

    def paragraph_look(self, paragraph: Element, tag: str) -> Element | None:
        """The paragraph property `tag` in force (one element; attributes are not merged)."""
        own = paragraph.find(f"{W}pPr/{W}{tag}")
        return own if own is not None else self._from_style(paragraph, "pPr", tag)

    def _from_style(self, paragraph: Element, group: str, tag: str) -> Element | None:
        named = paragraph.find(f"{W}pPr/{W}pStyle")
        style_id = self._default_paragraph if named is None else named.get(W + "val", "")
        key = (style_id, group, tag)
        if key not in self._inherited:
            self._inherited[key] = self._search(style_id, group, tag)
        return self._inherited[key]

    def _search(self, style_id: str, group: str, tag: str) -> Element | None:
        while (style := self._styles.get(style_id)) is not None:
            found = style.find(f"{W}{group}/{W}{tag}")
            if found is not None:
                return found
            based_on = style.find(W + "basedOn")
            style_id = "" if based_on is None else based_on.get(W + "val", "")
        if group == "rPr" and self._defaults is not None:
            return self._defaults.find(W + tag)
        return None

    def size(self, run: Element, paragraph: Element) -> float:
        found = self.look(run, paragraph, "sz")
        return 10.0 if found is None else float(found.get(W + "val")) / 2

    def largest(self, paragraph: Element) -> float:
        """The largest letters of a paragraph."""
        return max((self.size(run, paragraph) for run in paragraph.iterchildren(W + "r")), default=0.0)

    def flag(self, run: Element, paragraph: Element, tag: str) -> bool:
        found = self.look(run, paragraph, tag)
        return found is not None and found.get(W + "val", "1") not in ("0", "false", "none")

    def indent(self, paragraph: Element, side: str) -> float:
        found = self.paragraph_look(paragraph, "ind")
        return 0.0 if found is None else float(found.get(W + side, "0")) * MM_PER_TWIP


def _begins_paper(section: Section) -> bool:
    """Whether a section opens with a head of its own."""
    first = section.blocks[0] if section.blocks else None
    return (
        first is not None
        and first.tag == W + "tbl"
        and any(text_of(p) == norm.NATION for p in first.iter(W + "p"))
    )


def is_ruled(table: Element) -> bool:
    """Whether lines are drawn between its cells: a table of figures, not a place to sign."""
    return table.find(f"{W}tblPr/{W}tblBorders") is not None


def text_of(paragraph: Element) -> str:
    """The words of a paragraph, line breaks as "\\n"."""
    parts = []
    for node in paragraph.iter(W + "t", W + "br", W + "tab"):
        parts.append(node.text or "" if node.tag == W + "t" else "\n" if node.tag == W + "br" else "\t")
    return "".join(parts)


def lines_of(cell: Element) -> list[tuple[str, Element]]:
    """(text, paragraph) of a cell's own paragraphs that say something."""
    return [(text_of(p).strip(), p) for p in cell.iterchildren(W + "p") if text_of(p).strip()]


def rules_of(blocks: Iterator[Element]) -> list[Element]:
    """Paragraphs that are drawn lines: a top border and no words."""
    return [
        block
        for block in blocks
        if block.tag == W + "p"
        and block.find(f"{W}pPr/{W}pBdr/{W}top") is not None
        and not text_of(block).strip()
    ]
