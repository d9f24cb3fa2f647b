"""Every measurable value of the form of administrative documents, in one place, with its source.

Source: Decree 30/2020/NĐ-CP, Annex I (the rules and the sample sheet of part V) and Annex III (the official
templates, measured). Where the decree gives a range, the value chosen here lies inside it and the range
stands beside it, so that `check` judges by the range and the builder prints the choice. Should the decree be
replaced, this is the module to rewrite.

Lengths are millimetres and letter sizes are points unless a name says otherwise.
"""

from dataclasses import dataclass
from enum import StrEnum

FONT = "Times New Roman"  # I.I.4: Times New Roman, Unicode TCVN 6909:2001
BLACK = "000000"  # I.I.4: black everywhere
LANGUAGE = "vi-VN"

TWIPS_PER_MM = 1440 / 25.4
EMU_PER_MM = 36_000


def twips(mm: float) -> int:
    """Millimetres as the twentieths of a point Word counts in."""
    return round(mm * TWIPS_PER_MM)


@dataclass(frozen=True)
class Range:
    """An allowed range, both ends included."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


# --- the sheet (I.I.1-3) ------------------------------------------------------------------------------------

PAPER_SHORT, PAPER_LONG = 210.0, 297.0  # A4
PAPER_SHORT_TWIPS, PAPER_LONG_TWIPS = 11906, 16838

MARGIN_TOP = Range(20, 25)
MARGIN_BOTTOM = Range(20, 25)
MARGIN_LEFT = Range(30, 35)
MARGIN_RIGHT = Range(15, 20)
HEADER_DISTANCE = 10.0  # 567 twips in the official templates


@dataclass(frozen=True)
class Sheet:
    """One orientation of A4 with its margins."""

    landscape: bool
    top: float
    bottom: float
    left: float
    right: float

    @property
    def width(self) -> float:
        return PAPER_LONG if self.landscape else PAPER_SHORT

    @property
    def height(self) -> float:
        return PAPER_SHORT if self.landscape else PAPER_LONG

    @property
    def text_width(self) -> float:
        return self.width - self.left - self.right

    @property
    def text_height(self) -> float:
        return self.height - self.top - self.bottom


PORTRAIT = Sheet(landscape=False, top=20, bottom=20, left=30, right=20)  # text 160 mm wide
LANDSCAPE = Sheet(
    landscape=True, top=20, bottom=20, left=30, right=15
)  # annexes with tables: text 252 mm wide

# --- letter sizes: what may be printed (II and V) -----------------------------------------------------------

SIZE_NATION = Range(12, 13)  # ô 1, Quốc hiệu
SIZE_MOTTO = Range(13, 14)  # ô 1, Tiêu ngữ
SIZE_AGENCY = Range(12, 13)  # ô 2
SIZE_NUMBER = Range(13, 13)  # ô 3
SIZE_PLACE = Range(13, 14)  # ô 4
SIZE_KIND = Range(13, 14)  # ô 5a
SIZE_LETTER_SUBJECT = Range(12, 13)  # ô 5b
SIZE_BODY = Range(13, 14)  # ô 6
SIZE_SIGNER = Range(13, 14)  # ô 7a, 7b
SIZE_ADDRESSEE = Range(13, 14)  # ô 9a
SIZE_RECIPIENTS_TITLE = Range(12, 12)  # ô 9b
SIZE_RECIPIENTS = Range(11, 11)  # ô 9b
SIZE_PAGE_NUMBER = Range(13, 14)  # I.I.7
SIZE_TABLE = Range(11, 14)  # the decree is silent on tables; offices print 11-12, never above the body

# --- letter sizes: what we print (the decree's own sample sheet: 12 over 13, body 14) -----------------------

NATION_PT = 12.0
MOTTO_PT = 13.0
AGENCY_PT = 12.0
NUMBER_PT = 13.0
PLACE_PT = 13.0
KIND_PT = 14.0
LETTER_SUBJECT_PT = 12.0
BODY_PT = 14.0
SIGNER_PT = 14.0
RECIPIENTS_TITLE_PT = 12.0
RECIPIENTS_PT = 11.0
PAGE_NUMBER_PT = 14.0
STAMP_PT = 13.0
TABLE_PT = 12.0
SMALL_TABLE_PT = 11.0
CAPTION_PT = 13.0

# --- the head of page one -----------------------------------------------------------------------------------

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
HEAD_LEFT, HEAD_RIGHT = (
    62.0,
    98.0,
)  # Annex III prints 40:60; the motto column must hold the nation line (88,3 mm)
RULE_PT = 0.5  # a drawn line, never an underline
RULE_SHARE = Range(1 / 3, 1 / 2)  # II.2b, II.5a: length of the rule as a share of the line above it
RULE_SHARE_CHOSEN = 0.42
SUBJECT_LINE = 140.0  # a longer subject is broken by sense into balanced lines
LETTER_SUBJECT_GAP_PT = 6.0  # II.5b: the "V/v" stands 6 pt below the number

# --- the body (II.6) ----------------------------------------------------------------------------------------

FIRST_LINE = 12.7  # 1 cm or 1,27 cm
FIRST_LINE_RANGE = Range(9.9, 12.8)
PARAGRAPH_GAP_PT = 6.0  # at least 6 pt between paragraphs
LINE_SPACING = 1.1
LINE_SPACING_RANGE = Range(1.0, 1.5)
END_MARK = "./."  # closes the body and each annex, Annex III

# --- addressees and signature (II.7, II.9) ------------------------------------------------------------------

ADDRESSEE_INDENT = 35.0  # 1982 twips in template 1.5
SIGNATURE_LEFT, SIGNATURE_RIGHT = 72.0, 88.0
SIGNATURE_BLANK_LINES = 5  # room for the signature: 5-6 empty lines at 14 pt
PARTY_BLANK_LINES = 4  # of a party that signs beside the signer, on a record

# --- urgency (II.10b): frames in mm, bright red, single line ------------------------------------------------

BRIGHT_RED = "FF0000"


class Urgency(StrEnum):
    """The three degrees the signer may choose. There are no secrecy stamps: state secrets never enter."""

    FLASH = "HỎA TỐC"
    VERY_URGENT = "THƯỢNG KHẨN"
    URGENT = "KHẨN"


STAMP_SIZE = {Urgency.FLASH: (30.0, 8.0), Urgency.VERY_URGENT: (40.0, 8.0), Urgency.URGENT: (20.0, 8.0)}

# --- words and letters --------------------------------------------------------------------------------------

# Annex III, part I: codes of the named kinds. A letter (công văn) has none.
KIND_CODES = tuple(
    [
        "NQ",
        "QĐ",
        "CT",
        "QC",
        "QyĐ",
        "TC",
        "TB",
        "HD",
        "CTr",
        "KH",
        "PA",
        "ĐA",
        "DA",
        "BC",
        "BB",
        "TTr",
        "HĐ",
        "CĐ",
        "BGN",
        "BTT",
        "GUQ",
        "GM",
        "GGT",
        "GNP",
        "PG",
        "PC",
        "PB",
    ]
)
# Papers of an office's own that Annex III does not name; their symbols are set by the agency (II.3b).
OFFICE_CODES = {"PHIẾU GIAO VIỆC": "PGV", "HỒ SƠ THEO DÕI NHIỆM VỤ": "HS"}


def number_of_named(kind: str) -> str:
    """The pattern of number and symbol of a paper of the printed `kind`."""
    codes = (*KIND_CODES, *([OFFICE_CODES[kind]] if kind in OFFICE_CODES else []))
    return rf"Số:\s*(\d{{2,}})?\s*/({'|'.join(codes)})-[A-ZĐ&]+"


NUMBER_OF_LETTER = r"Số:\s*(\d{2,})?\s*/[A-ZĐ&]+-[A-ZĐ&]+"

# II.6d: points are lettered with the Vietnamese alphabet (no f, j, w, z; ă â ê ô ơ ư are left out).
POINT_LETTERS = "abcdđeghiklmnopqrstuvxy"
