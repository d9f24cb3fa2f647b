"""The foot of the document: Nơi nhận on the left, the signer on the right, never alone on a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.document import norm
from reports.document.letterhead import plain_cell, plain_table_properties, table_grid
from reports.document.xml import Element, element, paragraph, run

AS_ABOVE = "Như trên"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who signs, and who receives.

    `prefix_lines`: power and office as printed, one line each (("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), ("TM. ỦY BAN
    NHÂN DÂN", "CHỦ TỊCH")). `name` without academic titles; "" leaves room for it. `recipients` without dash
    and semicolon; `archive` is what follows "Lưu: " ("VT, VP").
    """

    prefix_lines: tuple[str, ...]
    name: str
    recipients: tuple[str, ...] = ()
    archive: str = "VT"


@dataclass(frozen=True, kw_only=True)
class Signer:
    """One of several who sign beside the signer of the document: the parties of a record.

    `note` stands below the title in italics ("Ký, ghi rõ họ tên"); `name` "" leaves room for it.
    """

    title: str
    name: str = ""
    note: str = ""


def signers_table(signers: Sequence[Signer]) -> Element:
    """The parties, two in a row; a row is never torn and holds to what follows."""
    width = (norm.SIGNATURE_LEFT + norm.SIGNATURE_RIGHT) / 2
    rows = []
    for index in range(0, len(signers), 2):
        cells = [_party(signer) for signer in signers[index : index + 2]]
        if len(cells) == 1:
            cells.append([paragraph([], align="center", keep_next=True)])
        rows.append(
            element(
                "tr",
                element("trPr", element("cantSplit")),
                *(plain_cell(width, cell) for cell in cells),
            )
        )
    return element("tbl", plain_table_properties(2 * width), table_grid(width, width), *rows)


def _party(signer: Signer) -> list[Element]:
    def line(text: str, *, bold: bool | None = None, italic: bool | None = None) -> Element:
        words = [run(text, size_pt=norm.SIGNER_PT, bold=bold, italic=italic)] if text else []
        return paragraph(words, align="center", keep_next=True)

    lines = [line(signer.title.upper(), bold=True)]
    if signer.note:
        lines.append(line(f"({signer.note})", italic=True))
    lines += [line("") for _ in range(norm.PARTY_BLANK_LINES)]
    lines.append(line(signer.name, bold=True))
    return lines


def signature_table(signature: Signature, *, as_above: bool) -> Element:
    """The borderless two-column table in one row that cannot be torn.

    `as_above` puts "Như trên" first: the addressees are already named at the head.
    """
    recipients = [AS_ABOVE] if as_above and AS_ABOVE not in signature.recipients else []
    recipients += signature.recipients
    left = [paragraph([run("Nơi nhận:", bold=True, italic=True, size_pt=norm.RECIPIENTS_TITLE_PT)])]
    left += [_recipient(f"- {name};") for name in recipients]
    left.append(_recipient(f"- Lưu: {signature.archive}."))

    right = [_signer(line.upper()) for line in signature.prefix_lines]
    right += [_signer("") for _ in range(norm.SIGNATURE_BLANK_LINES)]
    right.append(_signer(signature.name))
    widths = (norm.SIGNATURE_LEFT, norm.SIGNATURE_RIGHT)
    return element(
        "tbl",
        plain_table_properties(sum(widths)),
        table_grid(*widths),
        element(
            "tr",
            element("trPr", element("cantSplit")),
            plain_cell(widths[0], left),
            plain_cell(widths[1], right),
        ),
    )


def _recipient(line: str) -> Element:
    return paragraph([run(line, size_pt=norm.RECIPIENTS_PT)], left_mm=2.0, first_mm=-2.0, right_mm=3.0)


def _signer(line: str) -> Element:
    words = [run(line, bold=True, size_pt=norm.SIGNER_PT)] if line else []
    return paragraph(words, align="center")
