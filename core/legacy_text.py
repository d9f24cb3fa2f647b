"""Vietnamese text in the encodings of old: recognised, never changed without asking.

Old forms and databases still hold text typed in TCVN3 (fonts named .VnTime) or VNI (fonts named VNI-Times),
and careless programs read UTF-8 as Western text. Such text looks like noise in Unicode. `suggestion` names
what it takes the text for and offers the repair; the person who imports decides.

Call it on the raw value: `core.text.nfc` removes characters that TCVN3 uses (its ư is a soft hyphen).
"""

import re
import unicodedata

# One sign above, the letter it stands for below.
_TCVN3 = str.maketrans(
    "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊËÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ®§¡¢£¤¥¦",
    "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđĐĂÂÊÔƠƯ",
)

# VNI writes a letter and, behind it, its mark.
_VNI_MARKS = {
    **dict.fromkeys("ùÙ", "\u0301"),
    **dict.fromkeys("øØ", "\u0300"),
    **dict.fromkeys("ûÛ", "\u0309"),
    **dict.fromkeys("õÕ", "\u0303"),
    **dict.fromkeys("ïÏ", "\u0323"),
    **dict.fromkeys("âÂ", "\u0302"),
    **dict.fromkeys("áÁ", "\u0302\u0301"),
    **dict.fromkeys("àÀ", "\u0302\u0300"),
    **dict.fromkeys("åÅ", "\u0302\u0309"),
    **dict.fromkeys("ãÃ", "\u0302\u0303"),
    **dict.fromkeys("äÄ", "\u0302\u0323"),
    **dict.fromkeys("êÊ", "\u0306"),
    **dict.fromkeys("éÉ", "\u0306\u0301"),
    **dict.fromkeys("èÈ", "\u0306\u0300"),
    **dict.fromkeys("úÚ", "\u0306\u0309"),
    **dict.fromkeys("üÜ", "\u0306\u0303"),
    **dict.fromkeys("ëË", "\u0306\u0323"),
}
_VNI_LETTERS = str.maketrans("ñÑôÔöÖæÆóÓòÒîÎ", "đĐơƠưƯỉỈĩĨịỊỵỴ")
_VNI_LETTER = re.compile(f"([aeouyAEOUYôÔöÖ])([{''.join(_VNI_MARKS)}])|[ñÑôÔöÖæÆóÓòÒîÎ]")

# Signs of the two encodings that no Vietnamese word in Unicode shows.
_TCVN3_SIGN = re.compile(r"[a-zA-Z][µ¶·¸¹¨»¼½¾©®ª«¬§\u00ad]|[®§][a-zA-Zµ-þ]|[µ¶·¸¹¨»¼½¾©®ª«¬][a-z]")
_VNI_SIGN = re.compile(r"[aeouyôö][øûïåäëü]|a[âêáàãéèú]|e[âáàã]|oâ|ñ[aeiouyôö]|[ôö][ùõ]", re.IGNORECASE)
_UNICODE_ONLY = re.compile("[ăđĩũơưạ-ỹ]", re.IGNORECASE)


def suggestion(s: str) -> tuple[str, str] | None:
    """(name of the encoding, `s` as it was probably meant), or None when nothing looks wrong.

    >>> suggestion("Keá hoaïch")
    ('VNI', 'Kế hoạch')
    """
    if s.isascii():
        return None
    misread = _read_as_utf8(s)
    if misread:
        return "UTF-8", misread
    if _UNICODE_ONLY.search(s):
        return None
    if _TCVN3_SIGN.search(s):
        return "TCVN3", s.translate(_TCVN3)
    if _VNI_SIGN.search(s):
        return "VNI", _from_vni(s)
    return None


def _read_as_utf8(s: str) -> str | None:
    """`s` when the bytes behind its Western letters are UTF-8, else None."""
    try:
        raw = b"".join(c.encode("latin-1" if ord(c) < 0xA0 else "cp1252") for c in s)
        return raw.decode("utf-8")
    except UnicodeError:
        return None


def _from_vni(s: str) -> str:
    def letter(match: re.Match[str]) -> str:
        base, mark = match.groups()
        return base.translate(_VNI_LETTERS) + _VNI_MARKS[mark] if mark else match[0].translate(_VNI_LETTERS)

    return unicodedata.normalize("NFC", _VNI_LETTER.sub(letter, s))
