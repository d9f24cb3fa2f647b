"""Searching without accents, sorting as Vietnamese does, guessing what was meant."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import fold, nearest, person_sort_key, sort_key

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂĐÊÔƠƯàảãáạằẳẵắặầẩẫấậềểễếệồổỗốộờởỡớợừửữứựỳỷỹýỵ "
VIETNAMESE = st.text(alphabet=LETTERS, max_size=12)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("  Văn phòng  ĐĂNG KÝ\n đất đai ", "van phong dang ky dat dai"),
        ("Ủy ban / UỶ BAN", "uy ban / uy ban"),
        ("Nguye\u0302\u0303n Thị Ưởng", "nguyen thi uong"),
        ("ＴＴＨＣ", "tthc"),
        ("𝐀", "a"),
        ("", ""),
    ],
)
def test_the_search_key_knows_neither_accents_nor_case(text, key):
    assert fold(text) == key


@given(st.text())
def test_folding_twice_changes_nothing(s):
    assert fold(fold(s)) == fold(s)


@pytest.mark.parametrize(
    "in_order",
    [
        ["a", "ă", "â", "b", "c", "d", "đ", "e", "ê", "g", "o", "ô", "ơ", "p", "u", "ư", "v"],
        ["ma", "mà", "mả", "mã", "má", "mạ"],
        ["mê", "mề", "mể", "mễ", "mế", "mệ"],
        ["an", "anh", "ăn", "ân", "ba", "bà"],
        ["Da", "dạ", "Dũng", "Đà", "Đăk", "đêm"],
        ["a", "a b", "à b", "ab"],
        ["bà an", "ba hai"],  # letters before tones
        ["hoa mai", "hòa mai", "hoa Mận"],
        ["2. Thanh tra", "Chi cục", "Đo đạc", "Văn phòng", "中文"],
        ["a!b", "a1", "ab"],
        ["", "a"],
    ],
)
def test_the_key_sorts_as_the_dictionary_does(in_order):
    shuffled = in_order[:]
    random.Random(1).shuffle(shuffled)
    assert sorted(shuffled, key=sort_key) == in_order


@pytest.mark.parametrize(
    ("one", "other"),
    [("HÒA", "hoà"), ("Hoà Bình", "hòa  bình"), ("Thu\u031b\u0323c", "thực"), ("quý", "qúy"), ("{", "~")],
)
def test_spellings_that_sort_as_one(one, other):
    assert sort_key(one) == sort_key(other)


@given(st.text())
def test_the_key_is_plain_ascii(s):
    key = sort_key(s)
    assert key.isascii()
    assert not key or key.isprintable()


@given(VIETNAMESE, VIETNAMESE, VIETNAMESE)
def test_a_common_beginning_does_not_change_the_order(beginning, one, other):
    """Keys compare letter by letter: what is longer by a word stands behind."""
    assert sort_key(one.strip()) <= sort_key(f"{one.strip()} {other.strip()}".strip())
    if sort_key(one).split(" ")[0] < sort_key(other).split(" ")[0]:
        assert sort_key("x" + one.strip()) <= sort_key("x" + other.strip())


def test_persons_are_listed_by_given_then_family_name():
    in_order = [
        "Trần Thị An",
        "Lê Văn Ân",
        "Nguyễn Văn Bình",
        "Trần Bình",
        "Trần Văn Bình",
        "Vũ Thị Hoa",
        "Bùi Thị Hòa",
        "Đặng Văn Hùng",
        "Phạm Thị Minh Hương",
        "Xuân",
    ]
    shuffled = in_order[:]
    random.Random(2).shuffle(shuffled)
    assert sorted(shuffled, key=person_sort_key) == in_order


UNITS = [
    "Văn phòng Sở",
    "Văn phòng Đăng ký đất đai",
    "Thanh tra Sở",
    "Phòng Đo đạc và Bản đồ",
    "Chi cục Thủy lợi",
]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("van phong so", "Văn phòng Sở"),
        ("Văn phòng đăng kí đất đai", "Văn phòng Đăng ký đất đai"),
        ("THANH TRA", "Thanh tra Sở"),
        ("Chi cục Thuỷ lợi", "Chi cục Thủy lợi"),
    ],
)
def test_the_nearest_name_comes_first(typed, first):
    assert nearest(typed, UNITS)[0] == first


def test_at_most_n_names_and_none_when_nothing_is_near():
    assert len(nearest("Văn phòng", UNITS)) <= 3
    assert len(nearest("Văn phòng Sở", UNITS, n=1)) == 1
    assert nearest("xyz", UNITS) == []
    assert nearest("Sở A", []) == []


def test_of_two_spellings_of_one_name_the_first_is_offered():
    assert nearest("so a", ["Sở A", "SỞ A"]) == ["Sở A"]
