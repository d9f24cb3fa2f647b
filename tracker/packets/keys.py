"""The hidden key of a packet's row: which row of which unit, how new it was when the packet was made, and a signature.

    GOI1|<unit>|S|<indicator>:<kind of period>:<key of period>|<newest report>|<signature>
    GOI1|<unit>|N|<task>|<newest line of its ledger>|<signature>

The signature only proves that the packet is ours and the key as we wrote it; what it may change is asked anew when it
comes back.
"""

import hmac
import re
from typing import NamedTuple

from django.conf import settings

FORMAT = "GOI1"
FIGURE, TASK = "S", "N"
_BEGINNING = f"{FORMAT}|"
_ANY_FORMAT = re.compile(r"GOI[0-9]+\|")


class KeyBroken(ValueError):
    """Not a key as we wrote it; the message says so to the person who sent the file."""


class OldFormat(ValueError):
    """A packet of another edition of the template."""


class RowKey(NamedTuple):
    """`what` names the row inside its kind; `version` is the newest report or ledger line the packet knew."""

    unit: int
    kind: str
    what: str
    version: int

    def signed(self) -> str:
        """The text of the hidden cell."""
        words = f"{FORMAT}|{self.unit}|{self.kind}|{self.what}|{self.version}"
        return f"{words}|{_signature(words, settings.SECRET_KEY)}"


def read_key(text: str) -> RowKey:
    """The key in a cell. Raises KeyBroken for one that was edited, OldFormat for one of another edition."""
    words, _, signature = text.rpartition("|")
    if not text.startswith(_BEGINNING):
        if _ANY_FORMAT.match(text):
            raise OldFormat("Gói theo mẫu khác với mẫu hiện nay. Hãy tải gói mới rồi điền lại.")
        raise KeyBroken("mã dòng không đúng. Hãy tải gói mới, không sửa, không thêm dòng.")
    secrets = [settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)]
    if not any(
        [hmac.compare_digest(signature.encode(), _signature(words, secret).encode()) for secret in secrets]
    ):
        raise KeyBroken("mã dòng đã bị sửa. Hãy tải gói mới rồi điền lại.")
    _, unit, kind, what, version = words.split("|")
    return RowKey(int(unit), kind, what, int(version))


def _signature(words: str, secret: str) -> str:
    return hmac.digest(f"tracker.packets{secret}".encode(), words.encode(), "sha256").hex()[:24]
