"""The last step of a document: rows of tables put in their places, and the same bytes every time."""

import io
import re
import zipfile
from collections.abc import Sequence

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip can hold
_FIRST = "[Content_Types].xml"  # readers that sniff the type look at the first entry
_DOCUMENT = "word/document.xml"
_MARKER = re.compile(rb"<!--rows:(\d+)-->")


def rows_marker(index: int) -> str:
    """The XML comment that holds the place of the rows numbered `index`; no text can look like it once
    escaped.
    """
    return f"rows:{index}"


def normalise(docx: bytes, rows: Sequence[bytes] = ()) -> bytes:
    """`docx` with sorted entries, fixed dates and fixed compression, and `rows` in place of their markers.

    python-docx stamps the time of writing on every entry, so two builds of one report differ without this.
    """
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(docx)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target,
    ):
        for name in sorted(source.namelist(), key=lambda name: (name != _FIRST, name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 0  # the same on every machine
            entry.compress_type = zipfile.ZIP_DEFLATED
            content = source.read(name)
            pieces = _MARKER.split(content) if name == _DOCUMENT else [content]
            with target.open(entry, "w") as stream:
                for index, piece in enumerate(pieces):  # text, number, text, number, text
                    stream.write(rows[int(piece)] if index % 2 else piece)
    return buffer.getvalue()
