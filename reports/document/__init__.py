"""Word documents in the form of Decree 30/2020/NĐ-CP. Pure: knows nothing of plans, tasks or databases.

`DocumentBuilder` builds, `check.conformance` judges any .docx by the same norm. Nothing here imports Django
or matplotlib.
"""

from reports.document.builder import DocumentBuilder
from reports.document.letterhead import Letterhead
from reports.document.norm import LANDSCAPE, PORTRAIT, Urgency
from reports.document.signature import Signature, Signer
from reports.document.tables import Align, Column, GroupRow, Table
from reports.document.xml import Run

__all__ = [
    "LANDSCAPE",
    "PORTRAIT",
    "Align",
    "Column",
    "DocumentBuilder",
    "GroupRow",
    "Letterhead",
    "Run",
    "Signature",
    "Signer",
    "Table",
    "Urgency",
]
