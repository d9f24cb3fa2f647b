"""An upload between preview and confirmation: kept at most 24 hours, for the person who sent it alone.

The file lies under MEDIA_ROOT/intake/<user>/ with a generated name; its SHA-256 goes through the page, so that what
is saved is what was shown.
"""

import hashlib
import os
import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.files.base import ContentFile

from core import clock
from core.content import ContentError
from core.files import private_storage, words_inside
from core.traces import Traces
from units.models import User

KEPT_FOR = timedelta(hours=24)
_KEY = re.compile(r"[0-9a-f]{32}")


class Kept(NamedTuple):
    """`key` finds the file again; `sha256` says what was in it."""

    key: str
    sha256: str


def keep(data: bytes, user: User) -> Kept:
    """Keeps a file for its user. Whatever anybody left for longer than 24 hours goes.

    Raises UploadRefused when the disk is full.
    """
    forget_old()
    key = uuid.uuid4().hex
    private_storage().save(f"intake/{user.pk}/{key}.xlsx", ContentFile(data))
    moment = clock.now().timestamp()
    os.utime(_folder(user) / f"{key}.xlsx", (moment, moment))
    return Kept(key, hashlib.sha256(data).hexdigest())


def kept(key: str, sha256: str, user: User) -> bytes | None:
    """The file again: None when it is not this user's, too old, used, or no longer the same bytes."""
    if not _KEY.fullmatch(key):
        return None
    path = _folder(user) / f"{key}.xlsx"
    if not path.is_file() or _is_old(path):
        return None
    data = path.read_bytes()
    return data if hashlib.sha256(data).hexdigest() == sha256 else None


def forget(key: str, user: User) -> None:
    if _KEY.fullmatch(key):
        (_folder(user) / f"{key}.xlsx").unlink(missing_ok=True)


def forget_old() -> None:
    """Deletes what nobody confirmed within 24 hours."""
    for path in Path(settings.MEDIA_ROOT, "intake").glob("*/*"):
        if path.is_file() and _is_old(path):
            path.unlink(missing_ok=True)


def forget_holding(traces: Traces) -> int:
    """Deletes kept files that carry words removed by decision, and those nobody can read; how many."""
    gone = 0
    for path in Path(settings.MEDIA_ROOT, "intake").glob("*/*"):
        try:
            with path.open("rb") as file:
                holds = traces.are_in(*words_inside(file))
        except ContentError:
            holds = True
        if holds:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _folder(user: User) -> Path:
    return Path(settings.MEDIA_ROOT, "intake", str(user.pk))


def _is_old(path: Path) -> bool:
    return clock.now().timestamp() - path.stat().st_mtime > KEPT_FOR.total_seconds()
