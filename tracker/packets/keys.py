"""The hidden key of a packet's row: which row of which unit, how new it was when the packet was made, and a signature.

    GOI1|<unit>|S|<indicator>:<kind of period>:<key of period>|<newest report>|<signature>
    GOI1|<unit>|N|<task>|<newest line of its ledger>|<signature>

The signature only proves that the packet is ours and the key as we wrote it; what it may change is asked anew when it
comes back.
"""

import hmac
import re
from binascii import hexlify
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
        return f"{words}|{_signature(words.encode(), signing_keys()[0]).decode()}"


def signing_keys() -> tuple[bytes, ...]:
    """What signatures are made with: today's first, then the earlier ones still believed."""
    return tuple(
        f"tracker.packets{secret}".encode()
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )


def read_key(text: str, signing: tuple[bytes, ...] | None = None) -> RowKey:
    """The key in a cell, believed by one of the `signing_keys`; whoever reads many asks for those once.

    Raises KeyBroken for one that was edited, OldFormat for one of another edition."""
    words, _, signature = text.rpartition("|")
    if not text.startswith(_BEGINNING):
        if _ANY_FORMAT.match(text):
            raise OldFormat("Gói theo mẫu khác với mẫu hiện nay. Hãy tải gói mới rồi điền lại.")
        raise KeyBroken("mã dòng không đúng. Hãy tải gói mới, không sửa, không thêm dòng.")
    signing = signing_keys() if signing is None else signing
    told, said = signature.encode(), words.encode()
    for each in signing:
        if hmac.compare_digest(told, _signature(said, each)):
            break
    else:
        raise KeyBroken("mã dòng đã bị sửa. Hãy tải gói mới rồi điền lại.")
    _, unit, kind, what, version = words.split("|")
    return RowKey(int(unit), kind, what, int(version))


def _signature(words: bytes, signing: bytes) -> bytes:
    return hexlify(hmac.digest(signing, words, "sha256")[:12])
