"""Small makers of WordprocessingML elements.

Children stand in the order the schema demands, which Word checks and LibreOffice does not. Texts go through
lxml's `.text`, never into markup by string formatting.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from docx.oxml.parser import oxml_parser
from lxml.etree import _Element as Element

from reports.document.norm import twips
from reports.document.text import printed

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True)
class Run:
    """A stretch of text with its own weight; the style of the paragraph says the rest."""

    text: str
    bold: bool | None = None
    italic: bool | None = None


Text = str | Sequence[str | Run]


def element(tag: str, *children: Element, **attributes: object) -> Element:
    """<w:tag w:attribute="…">children</w:tag>; attributes that are None are left out."""
    made: Element = oxml_parser.makeelement(W + tag)
    for name, value in attributes.items():
        if value is not None:
            made.set(W + name, str(value))
    made.extend(children)
    return made


def run(
    text: str,
    *,
    bold: bool | None = None,
    italic: bool | None = None,
    size_pt: float | None = None,
    color: str | None = None,
) -> Element:
    """A run; what is None comes from the style of the paragraph. Line breaks and tabs become Word's own."""
    made = element("r")
    properties = []
    for tag, flag in (("b", bold), ("i", italic)):
        if flag is not None:
            properties.append(element(tag, val=None if flag else "0"))
    if color:
        properties.append(element("color", val=color))
    if size_pt:
        properties += [element("sz", val=round(size_pt * 2)), element("szCs", val=round(size_pt * 2))]
    if properties:
        made.append(element("rPr", *properties))
    add_text(made, printed(text))
    return made


def add_text(into: Element, text: str) -> None:
    """Append `text`, already printed(), to a run."""
    for index, line in enumerate(text.split("\n")):
        if index:
            into.append(element("br"))
        for position, part in enumerate(line.split("\t")):
            if position:
                into.append(element("tab"))
            if part:
                t = element("t")
                t.text = part
                t.set(SPACE, "preserve")
                into.append(t)


def runs(text: Text, **properties: object) -> list[Element]:
    """The runs of a text: one for a string, one for each part otherwise."""
    if isinstance(text, str):
        return [run(text, **properties)]  # type: ignore[arg-type]
    made = []
    for part in text:
        part = Run(part) if isinstance(part, str) else part
        own = {
            name: value for name, value in (("bold", part.bold), ("italic", part.italic)) if value is not None
        }
        made.append(run(part.text, **{**properties, **own}))  # type: ignore[arg-type]
    return made


def paragraph(
    children: Iterable[Element] = (),
    *,
    style: str | None = None,
    align: str | None = None,
    keep_next: bool = False,
    keep_lines: bool = False,
    rule_mm: float | None = None,
    before_pt: float | None = None,
    after_pt: float | None = None,
    exact_pt: float | None = None,
    left_mm: float | None = None,
    right_mm: float | None = None,
    first_mm: float | None = None,
    section: Element | None = None,
) -> Element:
    """A paragraph. `align`: left, center, right, both. `first_mm` below zero hangs. `rule_mm`: a line above
    it.
    """
    properties = element("pPr")
    if style:
        properties.append(element("pStyle", val=style))
    if keep_next:
        properties.append(element("keepNext"))
    if keep_lines:
        properties.append(element("keepLines"))
    if rule_mm is not None:
        properties.append(element("pBdr", element("top", val="single", sz=4, space=0, color="000000")))
    if before_pt is not None or after_pt is not None or exact_pt is not None:
        properties.append(
            element(
                "spacing",
                before=None if before_pt is None else round(before_pt * 20),
                after=None if after_pt is None else round(after_pt * 20),
                line=None if exact_pt is None else round(exact_pt * 20),
                lineRule=None if exact_pt is None else "exact",
            )
        )
    if left_mm is not None or right_mm is not None or first_mm is not None:
        properties.append(
            element(
                "ind",
                left=None if left_mm is None else twips(left_mm),
                right=None if right_mm is None else twips(right_mm),
                hanging=twips(-first_mm) if first_mm is not None and first_mm < 0 else None,
                firstLine=twips(first_mm) if first_mm is not None and first_mm >= 0 else None,
            )
        )
    if align:
        properties.append(element("jc", val=align))
    if section is not None:
        properties.append(section)
    made = element("p", *children)
    if len(properties):
        made.insert(0, properties)
    return made


def rule(inside_mm: float, length_mm: float, *, gap_pt: float = 2.0) -> Element:
    """A drawn line of `length_mm` in the middle of `inside_mm`: the top border of a paragraph without text.

    A border survives Word, LibreOffice and the editing of the clerk; a drawn shape drifts, an underline is
    forbidden.
    """
    indent = max(0.0, (inside_mm - length_mm) / 2)
    return paragraph(
        [],
        style="Rule",
        rule_mm=length_mm,
        before_pt=gap_pt,
        after_pt=0,
        left_mm=indent,
        right_mm=indent,
        exact_pt=4,
    )


def sliver(*, section: Element | None = None, keep_next: bool = False) -> Element:
    """A paragraph as good as invisible, where the format demands one (after a table, at the end of a
    section).
    """
    return paragraph(
        [], style="Rule", before_pt=0, after_pt=0, exact_pt=1, section=section, keep_next=keep_next
    )


def keep_with_next(block: Element) -> None:
    """Keep a finished paragraph whole and on the page of what follows."""
    properties = block.find(W + "pPr")
    if properties is None:
        properties = element("pPr")
        block.insert(0, properties)
    position = 1 if len(properties) and properties[0].tag == W + "pStyle" else 0
    for tag in ("keepLines", "keepNext"):
        if properties.find(W + tag) is None:
            properties.insert(position, element(tag))
