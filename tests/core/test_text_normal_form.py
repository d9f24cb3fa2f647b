"""Text on its way in: one Unicode form, nothing invisible, nothing a database or Word would choke on."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import clean_line, nfc, shown

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Kê\u0301 hoa\u0323ch", "Kế hoạch"),  # NFD, as from a Mac
        ("Sở\u00a0Nội\u202fvụ", "Sở Nội vụ"),  # no-break spaces
        ("Sở\u200b Nội\ufeff vụ\u00ad", "Sở Nội vụ"),  # zero width, BOM, soft hyphen
        ("a\x00b\x07c\x1bd\x7fe\x85", "abcde\n"),
        ("tệp\u202egnp.exe", "tệpgnp.exe"),  # right-to-left override
        ("a\ud800b\ufffec\U0001fffed", "abcd"),  # lone surrogate, noncharacters
        ("dòng 1\r\ndòng 2\rdòng 3\x0bdòng 4\u2028dòng 5", "dòng 1\ndòng 2\ndòng 3\ndòng 4\ndòng 5"),
        ("cột 1\tcột 2", "cột 1\tcột 2"),
        ("  hai  dấu cách  ", "  hai  dấu cách  "),
        ("e\u200b\u0301", "é"),  # what stood between a letter and its mark is gone before they join
        ("chữ 𡨸喃, 50 % – “đúng” …", "chữ 𡨸喃, 50 % – “đúng” …"),
        ("", ""),
    ],
)
def test_what_nfc_keeps(typed, kept):
    assert nfc(typed) == kept


def test_a_picture_of_a_family_stays_one_picture():
    assert nfc(f"nhà {FAMILY}") == f"nhà {FAMILY}"
    assert nfc("❤\ufe0f\u200d\U0001f525") == "❤\ufe0f\u200d\U0001f525"
    assert nfc("a\u200db \U0001f468\u200d a") == "ab \U0001f468 a"


# The two planes in use, the tags, and the last characters of every plane.
ALL_IN_USE = [
    *range(0x20000),
    *range(0xE0000, 0xE0200),
    *(plane + last for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)),
]


def test_no_character_passes_that_nobody_can_see():
    passed = {c for c in map(chr, ALL_IN_USE) if nfc(c) == c}
    assert {"\n", "\t", " ", "ế", "Đ", "喃", "\U0001f468"} <= passed
    assert {c for c in passed if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}} == {"\n", "\t"}
    assert {c for c in passed if unicodedata.category(c) == "Zs"} == {" "}
    assert not {c for c in passed if unicodedata.bidirectional(c) in {"LRE", "RLE", "LRO", "RLO", "PDF"}}
    assert not {c for c in passed if c <= "\uffff" and unicodedata.bidirectional(c) == "BN"}
    assert not {c for c in passed if ord(c) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(c) <= 0xFDEF}
    assert not {c for c in passed if "\U000e0001" <= c <= "\U000e007f" and unicodedata.category(c) == "Cf"}


@given(st.text())
def test_cleaning_twice_changes_nothing(s):
    assert nfc(nfc(s)) == nfc(s)
    assert clean_line(clean_line(s)) == clean_line(s)
    assert nfc(s).encode("utf-8").decode("utf-8") == nfc(s)


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("  Văn   phòng\n Sở\t", "Văn phòng Sở"),
        ("\ufeffMã\u00a0\u00a0nhiệm vụ", "Mã nhiệm vụ"),
        ("\u200b", ""),
    ],
)
def test_a_line_has_single_spaces_and_clean_ends(typed, line):
    assert clean_line(typed) == line


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("31/02/2026", "31/02/2026"),
        ("a\x00b\x0bc\x7f", "a␀b␋c␡"),
        ("hai\ndòng", "hai␊dòng"),
        ("x" * 40, "x" * 40),
        ("x" * 41, "x" * 40 + "…"),
        (12.5, "12.5"),
    ],
)
def test_a_message_quotes_the_value_on_one_line_cut_at_forty(value, quoted):
    assert shown(value) == quoted


def test_the_cut_may_be_set():
    assert shown("abcdef", 3) == "abc…"
