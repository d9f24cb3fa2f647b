"""Does a .docx keep the form of Decree 30/2020/NĐ-CP? Every rule a machine can measure, one `Check` each.

Works on any file, so it also judges ours after a clerk's editing. Where the decree allows a range the range
counts, not our choice in it. Names are stable identifiers; details are Vietnamese and say what is wrong
where.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from reports.document import norm
from reports.document.metrics import width_mm
from reports.document.reading import MM_PER_TWIP, Paper, lines_of, rules_of, text_of
from reports.document.xml import Element, W


@dataclass(frozen=True)
class Check:
    """One rule: `detail` lists what breaks it and is "" when all is well."""

    name: str
    ok: bool
    detail: str = ""


_MOST_DETAILS = 5


def conformance(docx: bytes) -> list[Check]:
    """All checks, in the order of the decree. A file that is no .docx gives the single check "opens"."""
    try:
        paper = Paper(docx)
    except Exception as error:  # python-docx raises whatever its parts raise on a damaged file
        return [Check("opens", False, f"Không mở được tệp: {error}")]
    checks = [Check("opens", True)]
    for name, rule in _RULES.items():
        try:
            problems = list(dict.fromkeys(problem for each in paper.papers for problem in rule(each)))
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            problems = ["bố cục khác mẫu, không đọc được"]  # a stranger's file, not a defect of ours
        more = f"; và {len(problems) - _MOST_DETAILS} lỗi khác" if len(problems) > _MOST_DETAILS else ""
        checks.append(Check(name, not problems, "; ".join(problems[:_MOST_DETAILS]) + more))
    return checks


Problems = Iterable[str]


# --- sheet --------------------------------------------------------------------------------------------------


def _page_size(paper: Paper) -> Problems:
    for index, section in enumerate(paper.sections, 1):
        width, height = (round(section.number("pgSz", side), 1) for side in ("w", "h"))
        if sorted((width, height)) != [norm.PAPER_SHORT, norm.PAPER_LONG]:
            yield f"phần {index}: khổ giấy {width} × {height} mm, không phải A4"
    if paper.sections[0].number("pgSz", "w") > paper.sections[0].number("pgSz", "h"):
        yield "văn bản trình bày theo chiều ngang"


def _margins(paper: Paper) -> Problems:
    allowed = {
        "top": ("trên", norm.MARGIN_TOP),
        "bottom": ("dưới", norm.MARGIN_BOTTOM),
        "left": ("trái", norm.MARGIN_LEFT),
        "right": ("phải", norm.MARGIN_RIGHT),
    }
    for index, section in enumerate(paper.sections, 1):
        for side, (word, span) in allowed.items():
            value = round(section.number("pgMar", side), 1)
            if value not in span:
                yield f"phần {index}: lề {word} {value} mm, phải từ {span.low:g} đến {span.high:g} mm"


def _page_numbers(paper: Paper) -> Problems:
    for index, section in enumerate(paper.sections, 1):
        if section.properties.find(W + "titlePg") is None:
            yield f"phần {index}: trang đầu phải không hiển thị số trang"
        start = section.properties.find(W + "pgNumType")
        if index > 1 and (start is None or start.get(W + "start") != "1"):
            yield f"phần {index}: phụ lục phải đánh số trang từ 1"
    headers = list(paper.headers())
    if not any(kind == "default" for kind, _ in headers):
        yield "không có số trang ở lề trên"
    for kind, header in headers:
        fields = [node for node in header.iter(W + "instrText") if (node.text or "").split()[:1] == ["PAGE"]]
        if kind == "first" and ("".join(text_of(p) for p in header.iter(W + "p")).strip() or fields):
            yield "đầu trang thứ nhất phải để trống"
        if kind != "default":
            continue
        if not fields:
            yield "đầu trang không có số trang"
        for paragraph in header.iter(W + "p"):
            if _align(paper, paragraph) != "center":
                yield "số trang phải canh giữa"
            for run in paragraph.iterchildren(W + "r"):
                if run.find(W + "t") is not None and paper.size(run, paragraph) not in norm.SIZE_PAGE_NUMBER:
                    yield f"số trang cỡ {paper.size(run, paragraph):g}"


# --- letters ------------------------------------------------------------------------------------------------


def _fonts(paper: Paper) -> Problems:
    for run, paragraph in paper.runs():
        fonts = paper.look(run, paragraph, "rFonts")
        named = (
            {} if fonts is None else {key.rpartition("}")[2]: value for key, value in fonts.attrib.items()}
        )
        names = {named.get(script, "") for script in ("ascii", "hAnsi", "cs", "eastAsia")}
        if names != {norm.FONT} or any("Theme" in key for key in named):
            yield f"phông chữ không phải {norm.FONT}: “{text_of(run)[:30]}”"


def _colours(paper: Paper) -> Problems:
    for run, paragraph in paper.runs():
        found = paper.look(run, paragraph, "color")
        value = "auto" if found is None else found.get(W + "val", "auto")
        stamp = text_of(run) in set(norm.Urgency)
        themed = found is not None and found.get(W + "themeColor") is not None
        if themed or value not in ({norm.BRIGHT_RED} if stamp else {"auto", norm.BLACK}):
            yield f"chữ không phải màu đen: “{text_of(run)[:30]}”"


def _no_underline(paper: Paper) -> Problems:
    for run, paragraph in paper.runs():
        if paper.flag(run, paragraph, "u"):
            yield f"gạch chân thay cho đường kẻ: “{text_of(run)[:30]}”"


def _language(paper: Paper) -> Problems:
    for run, paragraph in paper.runs():
        found = paper.look(run, paragraph, "lang")
        if found is None or found.get(W + "val") != norm.LANGUAGE:
            yield f"ngôn ngữ không phải tiếng Việt: “{text_of(run)[:30]}”"
    hyphenation = paper.document.settings.element.find(W + "autoHyphenation")
    if hyphenation is not None and hyphenation.get(W + "val", "1") not in ("0", "false"):
        yield "đang bật tự động ngắt từ"


def _text(paper: Paper) -> Problems:
    patterns = {
        "thư điện tử": r"[\w.+-]+@[\w-]+\.\w+",
        "số định danh cá nhân": r"(?<!\d)\d{12}(?!\d)",
        "đường dẫn nội bộ": r"\b[A-Za-z]:\\|(?<![\w/])/(?:home|var|tmp)/",
        "chỗ chưa điền": r"\{\{|\}\}|\{%|%\}",
        "dấu chấm thập phân": r"\d\.\d{1,2}\s?%|\d,\d{3}\.\d",
    }
    for paragraph in paper.body.iter(W + "p"):
        text = text_of(paragraph)
        if not unicodedata.is_normalized("NFC", text):
            yield f"không phải Unicode dựng sẵn: “{text[:30]}”"
        for word, pattern in patterns.items():
            if re.search(pattern, text):
                yield f"{word}: “{text[:40]}”"
        if text.strip() in ("MẬT", "TỐI MẬT", "TUYỆT MẬT"):
            yield "có dấu chỉ độ mật"


# --- head ---------------------------------------------------------------------------------------------------


def _head_table(paper: Paper) -> Problems:
    if [len(row) for row in paper.head] != [2, 2]:
        yield "phần đầu văn bản phải là bảng 2 hàng, 2 cột"
        return
    table = paper.head[0][0].getparent().getparent()
    borders = table.find(f"{W}tblPr/{W}tblBorders")
    visible = (
        [] if borders is None else [side for side in borders if side.get(W + "val") not in ("nil", "none")]
    )
    if visible:
        yield "bảng đầu văn bản có đường viền"


def _nation(paper: Paper) -> Problems:
    lines = lines_of(paper.head[0][1]) if paper.head else []
    if [text for text, _ in lines] != [norm.NATION, norm.MOTTO]:
        yield "Quốc hiệu, Tiêu ngữ không đúng"
        return
    spans = (norm.SIZE_NATION, norm.SIZE_MOTTO)
    for (text, paragraph), span in zip(lines, spans, strict=True):
        yield from _printed_as(paper, paragraph, span, bold=True, italic=False)
        if width_mm(text, paper.largest(paragraph), bold=True) > _cell_width(paper.head[0][1]):
            yield f"“{text}” không nằm trên một dòng"


def _agency(paper: Paper) -> Problems:
    lines = lines_of(paper.head[0][0]) if paper.head else []
    if not lines:
        yield "thiếu tên cơ quan ban hành"
        return
    for text, paragraph in lines:
        if text != text.upper():
            yield f"tên cơ quan phải in hoa: “{text}”"
        yield from _printed_as(paper, paragraph, norm.SIZE_AGENCY, italic=False)
    if not _bold(paper, lines[-1][1]):
        yield "tên cơ quan ban hành phải in đậm"
    weights = [_bold(paper, paragraph) for _, paragraph in lines]
    if weights != sorted(weights):
        yield "tên cơ quan chủ quản không in đậm và đứng trên"


def _rules(paper: Paper) -> Problems:
    """Lines below motto, agency and subject: drawn, and of the right length."""
    if not paper.head:
        return
    motto = lines_of(paper.head[0][1])[-1:]
    for text, paragraph in motto:
        length = _rule_length(paper, paper.head[0][1], _cell_width(paper.head[0][1]))
        if length is None or abs(length - width_mm(text, paper.largest(paragraph), bold=True)) > 1:
            yield "đường kẻ dưới Tiêu ngữ phải dài bằng dòng chữ"
    agency = lines_of(paper.head[0][0])[-1:]
    for text, paragraph in agency:
        length = _rule_length(paper, paper.head[0][0], _cell_width(paper.head[0][0]))
        yield from _share("tên cơ quan", paper, text, paragraph, length)
    if not paper.is_letter:
        subject = _title_lines(paper)[1:]
        if subject:
            length = _rule_length(paper, paper.body_blocks, paper.sections[0].text_width)
            yield from _share(
                "trích yếu", paper, text_of(subject[-1]).rsplit("\n", 1)[-1], subject[-1], length
            )


def _share(what: str, paper: Paper, text: str, paragraph: Element, length: float | None) -> Problems:
    line = width_mm(text, paper.largest(paragraph), bold=True)
    low, high = (norm.RULE_SHARE.low - 0.02) * line, (norm.RULE_SHARE.high + 0.02) * line
    if length is None or not low <= length <= high:
        yield f"đường kẻ dưới {what} phải dài từ 1/3 đến 1/2 dòng chữ"


def _number(paper: Paper) -> Problems:
    lines = lines_of(paper.head[1][0]) if len(paper.head) > 1 else []
    text = lines[0][0] if lines else ""
    title = _title_lines(paper)
    kind = text_of(title[0]).strip() if title else ""
    pattern = norm.NUMBER_OF_LETTER if paper.is_letter else norm.number_of_named(kind)
    if not re.fullmatch(pattern, text):
        yield f"số, ký hiệu không đúng thể thức: “{text}”"
    for _, paragraph in lines[:1]:
        yield from _printed_as(paper, paragraph, norm.SIZE_NUMBER, bold=False, italic=False)
    for _, paragraph in lines[1:2] if paper.is_letter else ():
        yield from _printed_as(paper, paragraph, norm.SIZE_LETTER_SUBJECT, bold=False, italic=False)


_DATE_LINE = re.compile(
    r"\w[^,]*, ngày\s(?:\s*|0[1-9]|[12]\d|3[01])"
    r"\s*tháng\s(?:\s*|0[12]|[3-9]|1[0-2])"
    r"\s*năm\s(?:\s*|20\d\d)"
)


def _date(paper: Paper) -> Problems:
    lines = lines_of(paper.head[1][1]) if len(paper.head) > 1 and len(paper.head[1]) > 1 else []
    text = lines[0][0] if lines else ""
    if not _DATE_LINE.fullmatch(text + (" " if text.endswith("năm") else "")):
        yield f"địa danh, ngày tháng không đúng thể thức: “{text}”"
    for _, paragraph in lines[:1]:
        yield from _printed_as(paper, paragraph, norm.SIZE_PLACE, bold=False, italic=True)


def _kind(paper: Paper) -> Problems:
    """Name of the kind and subject, or the "V/v" instead."""
    title = _title_lines(paper)
    if paper.is_letter:
        return
    if len(title) < 2:
        yield "thiếu tên loại hoặc trích yếu"
        return
    if text_of(title[0]) != text_of(title[0]).upper():
        yield "tên loại văn bản phải in hoa"
    for paragraph in title:
        yield from _printed_as(paper, paragraph, norm.SIZE_KIND, bold=True, italic=False)


def _addressees(paper: Paper) -> Problems:
    lines = [(text_of(block).strip(), block) for block in paper.body_blocks if block.tag == W + "p"]
    start = next((i for i, (text, _) in enumerate(lines) if text.startswith("Kính gửi")), None)
    if start is None:
        if paper.is_letter:
            yield "công văn thiếu Kính gửi"
        return
    yield from _printed_as(paper, lines[start][1], norm.SIZE_ADDRESSEE, bold=False, italic=False)
    if lines[start][0] != "Kính gửi:":
        return
    names = []
    for text, _ in lines[start + 1 :]:
        if not text.startswith("- "):
            break
        names.append(text)
    if len(names) < 2 or not names[-1].endswith(".") or not all(name.endswith(";") for name in names[:-1]):
        yield "mỗi nơi nhận ở Kính gửi một dòng gạch đầu dòng, cuối dòng có dấu “;”, dòng cuối có dấu “.”"


# --- body ---------------------------------------------------------------------------------------------------


def _body(paper: Paper) -> Problems:
    """Justified paragraphs of the body: size, first line, spacing."""
    paragraphs = [
        block
        for block in paper.body_blocks
        if block.tag == W + "p" and text_of(block).strip() and _align(paper, block) == "both"
    ]
    if not paragraphs:
        yield "nội dung không canh đều hai bên"
    for paragraph in paragraphs:
        yield from _printed_as(paper, paragraph, norm.SIZE_BODY)
        first = paper.indent(paragraph, "firstLine")
        if first not in norm.FIRST_LINE_RANGE:
            yield f"lùi đầu dòng {first:.1f} mm: “{text_of(paragraph)[:30]}”"
        spacing = paper.paragraph_look(paragraph, "spacing")
        before = 0 if spacing is None else int(spacing.get(W + "before", "0"))
        after = 0 if spacing is None else int(spacing.get(W + "after", "0"))
        if max(before, after) < norm.PARAGRAPH_GAP_PT * 20:
            yield f"các đoạn cách nhau dưới 6 pt: “{text_of(paragraph)[:30]}”"
        line = 240 if spacing is None else int(spacing.get(W + "line", "240"))
        automatic = spacing is None or spacing.get(W + "lineRule", "auto") == "auto"
        if automatic and round(line / 240, 2) not in norm.LINE_SPACING_RANGE:
            yield f"giãn dòng {line / 240:.2f}: “{text_of(paragraph)[:30]}”"
    sizes = {
        paper.size(run, p)
        for p in paragraphs
        for run in p.iterchildren(W + "r")
        if run.find(W + "t") is not None
    }
    if len(sizes) > 1:
        yield "nội dung dùng nhiều cỡ chữ"


def _end_marks(paper: Paper) -> Problems:
    for index, section in enumerate(paper.sections):
        blocks = paper.body_blocks if index == 0 else section.blocks
        words = [text_of(p).strip() for block in blocks for p in block.iter(W + "p")]
        words = [text for text in words if text]
        where = "nội dung" if index == 0 else f"phụ lục thứ {index}"
        if sum(text.count(norm.END_MARK) for text in words) != 1:
            yield f"{where}: phải có đúng một dấu kết thúc “./.”"
        elif not words[-1].endswith(norm.END_MARK) or (
            re.search(r"\s\./\.$", words[-1]) and words[-1] != norm.END_MARK
        ):
            yield f"{where}: dấu “./.” phải đứng ngay sau câu cuối"


def _tables(paper: Paper) -> Problems:
    """Tables of figures: heading repeated, rows whole, not wider than the text, letters of a legible size."""
    for section in paper.sections:
        for table in section.blocks:
            if table.tag != W + "tbl" or table is paper.signature or _is_head(paper, table):
                continue
            if table in paper.parties:
                continue
            rows = list(table.iterchildren(W + "tr"))
            label = text_of(next(table.iter(W + "p")))[:20]
            if rows[0].find(f"{W}trPr/{W}tblHeader") is None:
                yield f"bảng “{label}”: hàng tiêu đề không lặp lại"
            if any(row.find(f"{W}trPr/{W}cantSplit") is None for row in rows):
                yield f"bảng “{label}”: có hàng bị ngắt qua trang"
            width = sum(int(column.get(W + "w")) for column in table.iter(W + "gridCol")) * MM_PER_TWIP
            if width > section.text_width + 1:
                yield f"bảng “{label}”: rộng {width:.0f} mm, vượt lề"
            for paragraph in table.iter(W + "p"):
                yield from _printed_as(paper, paragraph, norm.SIZE_TABLE)


# --- foot and annexes ---------------------------------------------------------------------------------------


def _signature(paper: Paper) -> Problems:
    table = paper.signature
    if table is None:
        yield "thiếu Nơi nhận và chức vụ, họ tên người ký"
        return
    rows = list(table.iterchildren(W + "tr"))
    left, right = next(iter(rows)).iterchildren(W + "tc")
    if len(rows) != 1 or rows[0].find(f"{W}trPr/{W}cantSplit") is None:
        yield "khối chữ ký có thể bị ngắt qua trang"
    for parties in paper.parties:
        if any(row.find(f"{W}trPr/{W}cantSplit") is None for row in parties.iterchildren(W + "tr")):
            yield "chỗ ký của các bên có thể bị ngắt qua trang"
        for paragraph in parties.iter(W + "p"):
            yield from _printed_as(paper, paragraph, norm.SIZE_SIGNER)
    blocks = paper.sections[0].blocks
    for before in blocks[max(0, blocks.index(table) - 2) : blocks.index(table)]:
        if before.tag == W + "p" and paper.paragraph_look(before, "keepNext") is None:
            yield "khối chữ ký có thể đứng một mình trên trang"
    signer = lines_of(right)
    if not signer or signer[0][0] != signer[0][0].upper():
        yield "quyền hạn, chức vụ của người ký phải in hoa"
    for _, paragraph in signer:
        yield from _printed_as(paper, paragraph, norm.SIZE_SIGNER, bold=True, italic=False)
    recipients = lines_of(left)
    yield from _printed_as(paper, recipients[0][1], norm.SIZE_RECIPIENTS_TITLE, bold=True, italic=True)
    for text, paragraph in recipients[1:]:
        yield from _printed_as(paper, paragraph, norm.SIZE_RECIPIENTS, bold=False, italic=False)
        if not text.startswith("- ") or not text.endswith((";", ".")):
            yield f"nơi nhận không đúng thể thức: “{text}”"
    if not re.fullmatch(r"- Lưu: VT(, .+)?\.", recipients[-1][0]):
        yield f"dòng cuối của Nơi nhận phải là “- Lưu: VT, …”, không phải “{recipients[-1][0]}”"


def _annexes(paper: Paper) -> Problems:
    annexes = paper.sections[1:]
    body = "\n".join(text_of(p) for block in paper.body_blocks for p in block.iter(W + "p"))
    if annexes and not re.search(r"[Pp]hụ\slục", body):
        yield "nội dung không dẫn đến phụ lục"
    for index, section in enumerate(annexes, 1):
        lines = [
            text_of(block) for block in section.blocks if block.tag == W + "p" and text_of(block).strip()
        ]
        expected = r"Phụ\slục [IVX]+" if len(annexes) > 1 else r"Phụ\slục( [IVX]+)?"
        if not lines or not re.fullmatch(expected.replace(" [", r"\s["), lines[0]):
            yield f"phụ lục thứ {index}: thiếu dòng “Phụ lục” kèm số La Mã"
        elif len(lines) < 2 or lines[1] != lines[1].upper():
            yield f"phụ lục thứ {index}: tiêu đề phải in hoa"
        elif len(lines) < 3 or not lines[2].startswith("(Kèm theo"):
            yield f"phụ lục thứ {index}: thiếu dòng “(Kèm theo …)”"


def _properties(paper: Paper) -> Problems:
    """No name of a person or a program in the file's properties: the author is an agency or nobody."""
    core = paper.document.core_properties
    agency = " ".join(text for text, _ in lines_of(paper.head[0][0])).lower() if paper.head else ""
    first_word = core.author.split()[:1]
    if core.author and first_word[0].lower() not in agency:
        yield f"thuộc tính tệp có tên tác giả “{core.author}”"
    if core.last_modified_by:
        yield f"thuộc tính tệp có tên người sửa “{core.last_modified_by}”"
    if core.comments:
        yield "thuộc tính tệp có ghi chú"


# --- common -------------------------------------------------------------------------------------------------


def _printed_as(
    paper: Paper,
    paragraph: Element,
    sizes: norm.Range,
    *,
    bold: bool | None = None,
    italic: bool | None = None,
) -> Problems:
    for run in paragraph.iterchildren(W + "r"):
        if run.find(W + "t") is None:
            continue
        text = text_of(run)[:30]
        if (size := paper.size(run, paragraph)) not in sizes:
            yield f"cỡ chữ {size:g}: “{text}”"
        if bold is not None and paper.flag(run, paragraph, "b") is not bold:
            yield f"{'thiếu' if bold else 'thừa'} chữ đậm: “{text}”"
        if italic is not None and paper.flag(run, paragraph, "i") is not italic:
            yield f"{'thiếu' if italic else 'thừa'} chữ nghiêng: “{text}”"


def _bold(paper: Paper, paragraph: Element) -> bool:
    return all(paper.flag(run, paragraph, "b") for run in paragraph.iterchildren(W + "r"))


def _align(paper: Paper, paragraph: Element) -> str:
    found = paper.paragraph_look(paragraph, "jc")
    return "left" if found is None else found.get(W + "val", "left")


def _title_lines(paper: Paper) -> list[Element]:
    """The bold centred paragraphs that open the body: kind, then subject."""
    found = []
    for block in paper.body_blocks:
        if block.tag != W + "p" or not text_of(block).strip():
            continue
        if _align(paper, block) != "center" or not _bold(paper, block):
            break
        found.append(block)
    return found


def _is_head(paper: Paper, table: Element) -> bool:
    return bool(paper.head) and paper.head[0][0].getparent().getparent() is table


def _cell_width(cell: Element) -> float:
    found = cell.find(f"{W}tcPr/{W}tcW")
    return 0.0 if found is None else float(found.get(W + "w", "0")) * MM_PER_TWIP


def _rule_length(paper: Paper, blocks: Iterable[Element], inside: float) -> float | None:
    """Length of the first drawn line among `blocks`, set in `inside` millimetres."""
    for found in rules_of(iter(blocks)):
        return inside - paper.indent(found, "left") - paper.indent(found, "right")
    return None


_RULES: dict[str, Callable[[Paper], Problems]] = {
    "page_size": _page_size,
    "margins": _margins,
    "page_numbers": _page_numbers,
    "fonts": _fonts,
    "black": _colours,
    "no_underline": _no_underline,
    "language": _language,
    "clean_text": _text,
    "head_table": _head_table,
    "nation": _nation,
    "agency": _agency,
    "rules": _rules,
    "number": _number,
    "date": _date,
    "kind_and_subject": _kind,
    "addressees": _addressees,
    "body": _body,
    "end_marks": _end_marks,
    "tables": _tables,
    "signature": _signature,
    "annexes": _annexes,
    "properties": _properties,
}
