"""The empty document everything is built into: styles, settings and properties, and nothing else.

python-docx's own template brings blue headings, theme fonts, a thumbnail and 400 kB of styles; this one is
written here in full, so that every style a clerk meets in Word is black Times New Roman and has a purpose.
"""

import io
import zipfile
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from reports.document import norm
from reports.document.norm import twips

_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_FONTS = " ".join(f'w:{script}="{norm.FONT}"' for script in ("ascii", "hAnsi", "cs", "eastAsia"))
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def _style(
    style_id: str,
    name: str,
    *,
    size: float | None = None,
    bold: bool | None = None,
    italic: bool = False,
    paragraph: str = "",
    outline: int | None = None,
    following: str = "",
    based_on: str = "Normal",
    custom: bool = False,
) -> str:
    """One paragraph style. `paragraph` is the inside of w:pPr before the outline level."""
    run = "".join(
        (
            "" if bold is None else "<w:b/><w:bCs/>" if bold else '<w:b w:val="0"/><w:bCs w:val="0"/>',
            "<w:i/><w:iCs/>" if italic else "",
            f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>' if size else "",
        )
    )
    level = "" if outline is None else f'<w:outlineLvl w:val="{outline}"/>'
    ours = ' w:customStyle="1"' if custom else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{style_id}"{ours}>'
        f'<w:name w:val="{name}"/><w:basedOn w:val="{based_on}"/>'
        + (f'<w:next w:val="{following}"/>' if following else "")
        + f"<w:qFormat/><w:pPr>{paragraph}{level}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _styles() -> str:
    gap = round(norm.PARAGRAPH_GAP_PT * 20)
    line = round(norm.LINE_SPACING * 240)
    first = f'<w:ind w:firstLine="{twips(norm.FIRST_LINE)}"/>'
    spacing = f'<w:spacing w:before="{gap}" w:after="0" w:line="{line}" w:lineRule="auto"/>'
    body = f'{spacing}{first}<w:jc w:val="both"/>'
    heading = f"<w:keepNext/><w:keepLines/>{body}"
    centred = '<w:spacing w:before="0" w:after="0"/><w:jc w:val="center"/>'
    cell = '<w:spacing w:before="30" w:after="30"/>'
    caption = f'<w:spacing w:before="{gap}" w:after="{gap}"/><w:jc w:val="center"/>'
    return (
        f"{_HEAD}<w:styles {_NS}>"
        f"<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts {_FONTS}/>"
        f'<w:color w:val="{norm.BLACK}"/><w:sz w:val="{round(norm.BODY_PT * 2)}"/>'
        f'<w:szCs w:val="{round(norm.BODY_PT * 2)}"/>'
        f'<w:lang w:val="{norm.LANGUAGE}" w:eastAsia="{norm.LANGUAGE}" w:bidi="{norm.LANGUAGE}"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
        '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
        "</w:pPr></w:pPrDefault></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        "<w:pPr><w:widowControl/></w:pPr></w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:semiHidden/><w:tblPr><w:tblCellMar><w:left w:w="57" w:type="dxa"/>'
        '<w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
        + _style("BodyText", "Body Text", paragraph=body)
        + _style("Heading1", "heading 1", bold=True, paragraph=heading, outline=0, following="BodyText")
        + _style("Heading2", "heading 2", bold=True, paragraph=heading, outline=1, following="BodyText")
        + _style("Heading3", "heading 3", bold=False, paragraph=body, outline=2, following="BodyText")
        + _style("Title", "Title", size=norm.KIND_PT, bold=True, paragraph=centred, following="Subtitle")
        + _style(
            "Subtitle", "Subtitle", size=norm.KIND_PT, bold=True, paragraph=centred, following="BodyText"
        )
        + _style("Caption", "caption", size=norm.CAPTION_PT, bold=True, paragraph=caption)
        + _style("Header", "header", size=norm.PAGE_NUMBER_PT, paragraph='<w:jc w:val="center"/>')
        + _style("Annex", "Phụ lục", bold=True, paragraph=f"<w:keepNext/>{centred}", outline=0, custom=True)
        + _style("TableText", "Chữ trong bảng", size=norm.TABLE_PT, paragraph=cell, custom=True)
        + _style("TableSmall", "Chữ trong bảng nhỏ", size=norm.SMALL_TABLE_PT, paragraph=cell, custom=True)
        + _style("TableNote", "Ghi chú bảng", size=norm.TABLE_PT, italic=True, paragraph=cell, custom=True)
        + _style("Rule", "Đường kẻ", size=2, custom=True)
        + "</w:styles>"
    )


def _settings() -> str:
    return (
        f"{_HEAD}<w:settings {_NS}>"
        '<w:zoom w:percent="100"/><w:autoHyphenation w:val="0"/>'
        f'<w:defaultTabStop w:val="{twips(norm.FIRST_LINE)}"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting '
        'w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        f'<w:themeFontLang w:val="{norm.LANGUAGE}"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/>'
        "</w:settings>"
    )


def _font_table() -> str:
    return (
        f'{_HEAD}<w:fonts {_NS}><w:font w:name="{norm.FONT}"><w:panose1 w:val="02020603050405020304"/>'
        '<w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font></w:fonts>'
    )


def _core(title: str, organisation: str, identifier: str, as_of: datetime) -> str:
    moment = (as_of.astimezone(UTC) if as_of.tzinfo else as_of).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f"{_HEAD}<cp:coreProperties "
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(organisation)}</dc:creator>"
        f"<dc:identifier>{escape(identifier)}</dc:identifier><dc:language>{norm.LANGUAGE}</dc:language>"
        "<cp:lastModifiedBy></cp:lastModifiedBy><cp:revision>1</cp:revision>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{moment}</dcterms:modified></cp:coreProperties>'
    )


def _app(organisation: str) -> str:
    return (
        f'{_HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        f"<Company>{escape(organisation)}</Company></Properties>"
    )


_CONTENT_TYPES = (
    f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="{part}" ContentType="application/vnd.openxmlformats-{kind}+xml"/>'
        for part, kind in (
            ("/word/document.xml", "officedocument.wordprocessingml.document.main"),
            ("/word/styles.xml", "officedocument.wordprocessingml.styles"),
            ("/word/settings.xml", "officedocument.wordprocessingml.settings"),
            ("/word/fontTable.xml", "officedocument.wordprocessingml.fontTable"),
            ("/docProps/core.xml", "package.core-properties"),
            ("/docProps/app.xml", "officedocument.extended-properties"),
        )
    )
    + "</Types>"
)

_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _relationships(*targets: tuple[str, str]) -> str:
    return (
        f'{_HEAD}<Relationships xmlns="{_RELATIONSHIPS}">'
        + "".join(
            f'<Relationship Id="rId{index}" Type="{kind}" Target="{target}"/>'
            for index, (kind, target) in enumerate(targets, 1)
        )
        + "</Relationships>"
    )


def skeleton(*, title: str, organisation: str, identifier: str, as_of: datetime) -> bytes:
    """A .docx without content whose properties name the agency (or nobody) and the moment of its figures.

    `as_of` stands for creation and modification, so that building again gives the same bytes.
    """
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _relationships(
            (f"{_OFFICE}/officeDocument", "word/document.xml"),
            (f"{_RELATIONSHIPS}/metadata/core-properties", "docProps/core.xml"),
            (f"{_OFFICE}/extended-properties", "docProps/app.xml"),
        ),
        "word/document.xml": f"{_HEAD}<w:document {_NS}><w:body><w:sectPr/></w:body></w:document>",
        "word/_rels/document.xml.rels": _relationships(
            (f"{_OFFICE}/styles", "styles.xml"),
            (f"{_OFFICE}/settings", "settings.xml"),
            (f"{_OFFICE}/fontTable", "fontTable.xml"),
        ),
        "word/styles.xml": _styles(),
        "word/settings.xml": _settings(),
        "word/fontTable.xml": _font_table(),
        "docProps/core.xml": _core(title, organisation, identifier, as_of),
        "docProps/app.xml": _app(organisation),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()
