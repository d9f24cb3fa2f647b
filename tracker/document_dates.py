"""Saving a document whose dates others count from: the deadlines that move are shown first, then mended with it."""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse

from core.clock import today
from core.templatetags.ui import day
from core.text import count_vi
from plans.documents import edit, keep_file
from plans.models import Document
from tasks.actions import Recounted, recount_deadlines
from units.models import User

_DATES = {"issued_on": "Ngày ban hành", "effective_on": "Ngày có hiệu lực"}


class EditedDocument:
    """One saving of a document, and what it does to deadlines. `seen` is the fingerprint of what the person was shown:
    where it is another, nothing may be kept (`as_seen`)."""

    def __init__(self, seen: str = "") -> None:
        self._seen = seen
        self.outcome: list[Recounted] = []

    @transaction.atomic
    def save(self, document: Document, *, by: User, files: Iterable[UploadedFile] = ()) -> Document:
        """Saves it with every deadline counted from its dates. Files are kept only with what was shown."""
        before = Document.objects.get(pk=document.pk)
        edit(document, by=by)
        changed = [name for name in _DATES if getattr(before, name) != getattr(document, name)]
        if changed:
            words = [
                f"{_DATES[name]} của văn bản: {day(getattr(before, name))} → {day(getattr(document, name))}"
                for name in changed
            ]
            self.outcome = recount_deadlines(document, by=by, reason=f"{'; '.join(words)}.")
        if self.as_seen:
            for file in files:
                keep_file(document, file, by=by)
        return document

    @property
    def moved(self) -> list[Recounted]:
        return [each for each in self.outcome if not each.kept]

    @property
    def as_seen(self) -> bool:
        return not self.outcome or self._seen == self.fingerprint

    @property
    def fingerprint(self) -> str:
        """Tells one outcome from another."""
        told = ";".join(f"{each.task.pk}:{each.old}:{each.new}:{each.kept}" for each in self.outcome)
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    @property
    def words(self) -> str:
        if not self.moved:
            return "Đã lưu văn bản; lịch sử thay đổi giữ nội dung trước đó."
        return f"Đã lưu văn bản và đính chính thời hạn của {count_vi(len(self.moved))} nhiệm vụ."

    # --- the preview ---

    @property
    def button(self) -> str:
        return "Lưu và đính chính thời hạn" if self.moved else "Lưu"

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "title": each.task.title,
                "code": each.task.code,
                "url": reverse("task", args=[each.task.pk]),
                "lead": each.task.lead_label,
                "old": day(each.old) if each.old else "chưa có",
                "new": day(each.new),
                "kept": each.kept,
                "late": not each.kept and _is_past(each.new),
            }
            for each in self.outcome
        ]


def _is_past(end: date | None) -> bool:
    return end is not None and end < today()
