"""Vietnamese text: one normal form on the way in, search and sort keys, numbers and dates on the way out.

Everything typed, imported or received passes `nfc` or `clean_line` once, at the door; afterwards the code may
compare strings with ``==``. Numbers and dates follow the way clerks write them (decimal comma, full stop
between thousands, a leading zero only for days under 10 and for January and February).
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

NOTHING_ARISEN = "không phát sinh"
"""What is printed for a share of nothing (0/0): neither 0% nor 100%."""

Number = int | float | Decimal | Fraction


# --- the normal form -----------------------------------------------------------------------------------

# Word and Excel write soft line breaks as U+000B and U+000C; the others come from the web and old systems.
_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")

# Spaces that look like a space but are not equal to one: no-break, em, thin, ideographic …
_ODD_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")

# A zero-width joiner between two pictures makes one picture ("family"): the only invisible character kept.
_PICTURE = "\u2600-\u27bf\U0001f000-\U0001faff"
_JOINED_PICTURE = re.compile(f"(?<=[{_PICTURE}\ufe0f])\u200d(?=[{_PICTURE}])")

_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters, NUL among them
    "\u00ad\u034f\u061c\u115f\u1160\u180e\u3164"  # soft hyphen, joiners and fillers
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # zero width, direction overrides, BOM
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # surrogates, noncharacters: no XML takes them
    "\U000e0001\U000e0020-\U000e007f"  # invisible tags
    + "".join(chr(plane * 0x10000 + last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


def nfc(s: str) -> str:
    """`s` in Unicode NFC without what nobody can see; line breaks and tabs stay, odd spaces become spaces.

    >>> nfc("Sở\\u00a0Nội\\u200b vụ")
    'Sở Nội vụ'
    """
    s = _LINE_BREAKS.sub("\n", s)
    s = _ODD_SPACES.sub(" ", s)
    if _INVISIBLE.search(s):
        joins = {match.start() for match in _JOINED_PICTURE.finditer(s)}
        s = _INVISIBLE.sub(lambda match: match[0] if match.start() in joins else "", s)
    return unicodedata.normalize("NFC", s)


def clean_line(s: str) -> str:
    """`s` as one line: the normal form, runs of white space as one space, none at the ends."""
    return " ".join(nfc(s).split())


def shown(value: object, limit: int = 40) -> str:
    """`value` as an error message quotes it: control characters as ␀ ␋, cut at `limit` characters."""
    pictures = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}
    line = str(value).translate(pictures)
    return line if len(line) <= limit else line[:limit] + "…"


# --- searching and sorting -----------------------------------------------------------------------------


def _bare(s: str) -> str:
    """`s` in lower case without any mark: "Đường" → "duong"."""
    decomposed = unicodedata.normalize("NFKD", s).lower().replace("đ", "d")
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def fold(s: str) -> str:
    """The search key of `s`: one line, lower case, no accents, đ as d. Folding twice changes nothing.

    >>> fold("  Văn phòng  ĐĂNG KÝ đất đai ")
    'van phong dang ky dat dai'
    """
    return clean_line(_bare(nfc(s)))


# The alphabet is a ă â b c d đ e ê … o ô ơ … u ư: a marked letter follows its base letter and everything that
# may stand behind the base letter, hence the last two printable ASCII characters.
_LETTER_MARKS = {
    ("a", "\u0306"): "}",
    ("a", "\u0302"): "~",
    ("e", "\u0302"): "}",
    ("o", "\u0302"): "}",
    ("o", "\u031b"): "~",
    ("u", "\u031b"): "}",
}
# Dictionary order of the tones: ngang, huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
# One space divides the levels of a key, so the spaces of the text move up by one character.
_SORT_PUNCTUATION = str.maketrans({" ": "!", "!": '"', "{": '"', "|": '"', "}": '"', "~": '"'})


def sort_key(s: str) -> str:
    """An ASCII key that sorts as Vietnamese does when the database compares bytes (C collation).

    First the letters (a < ă < â < b … d < đ), then, between equal letters, the tones syllable by syllable;
    case does not count, nor where the clerk puts the tone (hòa, hoà).
    """
    letters: list[str] = []
    tones: list[str] = []
    for word in clean_line(s).lower().split(" "):
        tone = 0
        base = ""
        for c in unicodedata.normalize("NFD", word):
            if c in _TONES:
                tone = _TONES[c]
            elif unicodedata.combining(c):
                letters.append(_LETTER_MARKS.get((base, c), ""))
            elif c == "đ":
                letters.append("d}")
            elif c.isascii():
                letters.append(c.translate(_SORT_PUNCTUATION))
            else:
                letters.append(f"{{{ord(c):05x}")  # other scripts: after z, by code point
            if not unicodedata.combining(c):
                base = c
        letters.append("!")
        tones.append(str(tone))
    return f"{''.join(letters[:-1])} {''.join(tones)}"


def person_sort_key(full_name: str) -> str:
    """The key of a list of persons: by given name (the last word), then by family and middle names.

    "Trần Thị An" stands before "Nguyễn Văn Bình"; "Hoa" before "Hòa" whatever the family names.
    """
    rest, _, given = clean_line(full_name).rpartition(" ")
    return f"{sort_key(given)} {sort_key(rest)}"


def nearest(name: str, candidates: Iterable[str], n: int = 3) -> list[str]:
    """Up to `n` of the `candidates` that look like `name`, best first, accents and case aside."""
    originals: dict[str, str] = {}
    for candidate in candidates:
        originals.setdefault(fold(candidate), candidate)
    return [originals[key] for key in difflib.get_close_matches(fold(name), originals, n=n, cutoff=0.5)]


# --- numbers and dates ---------------------------------------------------------------------------------


def _exact(value: Number) -> Fraction:
    """`value` as written: a float counts as its shortest decimal text (0.1 is one tenth)."""
    return Fraction(str(value)) if isinstance(value, float) else Fraction(value)


def number_vi(value: Number, decimals: int = 0) -> str:
    """`value` with `decimals` figures behind the comma, half rounded up: 21914 → "21.914", 95.5 → "95,5"."""
    if decimals == 0 and isinstance(value, int):  # pages draw hundreds of counts
        return f"{value:,}".replace(",", ".")
    scaled = _exact(value) * 10**decimals
    units = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    whole, part = divmod(units, 10**decimals)
    sign = "-" if scaled < 0 and units else ""
    grouped = f"{whole:,}".replace(",", ".")
    return f"{sign}{grouped},{part:0{decimals}d}" if decimals else f"{sign}{grouped}"


def plain_vi(value: Number) -> str:
    """As many decimals as it needs, two at most; one for what two would not hold either: "12", "12,25", "45,3"."""
    exact = _exact(value)
    decimals = next((places for places in (0, 1, 2) if (exact * 10**places).denominator == 1), 1)
    return number_vi(exact, decimals)


def distance_vi(size: Fraction, measure_unit: str) -> str:
    """How far something is from what it should be, never rounded to nothing: "4,2 điểm %", "0,02 điểm %", "7,75 ha"."""
    if measure_unit != "%" or size.denominator == 1:
        words = plain_vi(size)
    else:
        words = number_vi(size, 1 if size >= Fraction(1, 20) else 2)
    if 0 < size < Fraction(1, 200):
        words = "dưới 0,01"
    return f"{words} {'điểm %' if measure_unit == '%' else measure_unit}".strip()


def percent_vi(num: Number, den: Number, decimals: int = 1) -> str:
    """The share num/den: "95,5%"; "không phát sinh" when there is nothing to share.

    A share of whole per cents is printed without decimals ("100%"); "100,0%" therefore says: rounded.
    """
    if den == 0:
        return NOTHING_ARISEN
    share = _exact(num) / _exact(den) * 100
    return f"{number_vi(share, 0 if share.denominator == 1 else decimals)}%"


def count_vi(n: int) -> str:
    """A count in running text: 5 → "05", 12 → "12", 1234 → "1.234"; nothing is "0"."""
    return f"{n:02d}" if 0 < n < 10 else number_vi(n)


def date_vi(d: date) -> str:
    """A date in running text: a leading zero for days under 10, January and February only (Decree 30/2020).

    05/4/2023, 10/02/2023, 08/11/2023.
    """
    month = f"{d.month:02d}" if d.month <= 2 else str(d.month)
    return f"{d.day:02d}/{month}/{d.year}"


_NUMBER = re.compile(
    r"(?P<sign>[-+]?)"
    r"(?:(?P<grouped>[1-9][0-9]{0,2}(?:[. ][0-9]{3})+)(?:,(?P<part>[0-9]+))?"
    r"|(?P<plain>[0-9]+)(?:[.,](?P<plain_part>[0-9]+))?)"
    r" ?%?"
)
_LONGEST_NUMBER = 25


def parse_number_vi(s: str) -> Decimal:
    """The number a clerk typed: "1.234,5", "50,5", "50", "95,5%"; a full stop divides thousands ("1.234").

    A single full stop that cannot divide thousands ("95.5") is read as a comma.
    Raises ValueError in Vietnamese for anything else (letters, "1,234.5", more than 25 characters).
    """
    typed = clean_line(s).replace("\u2212", "-")
    match = _NUMBER.fullmatch(typed) if len(typed) <= _LONGEST_NUMBER else None
    if match is None:
        raise ValueError(f"“{shown(s)}” không phải là số. Hãy nhập ví dụ 50 hoặc 50,5.")
    whole = (match["grouped"] or match["plain"]).replace(".", "").replace(" ", "")
    part = match["part"] or match["plain_part"] or "0"
    number = Decimal(f"{match['sign']}{whole}.{part}")
    return number.normalize() if number % 1 else Decimal(int(number))
