"""Vietnamese bytes in the encodings of old fonts: TCVN3 (.VnTime) and VNI (VNI-Times), read as Latin-1 before.

Call these on the raw text: `core.text.nfc` removes characters that TCVN3 uses (its ư is a soft hyphen).
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


def from_tcvn3(s: str) -> str:
    return s.translate(_TCVN3)


def from_vni(s: str) -> str:
    """
    >>> from_vni("Keá hoaïch")
    'Kế hoạch'
    """

    def letter(match: re.Match[str]) -> str:
        base, mark = match.groups()
        return base.translate(_VNI_LETTERS) + _VNI_MARKS[mark] if mark else match[0].translate(_VNI_LETTERS)

    return unicodedata.normalize("NFC", _VNI_LETTER.sub(letter, s))
