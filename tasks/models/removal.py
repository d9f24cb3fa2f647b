"""Content that must go: asked for by one person, decided by another, with reason and minutes (office rule 25).

A fact is never deleted. Its texts become empty, the row says by which decision, and the ledger keeps the gap.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from core.append_only import AppendOnly, AppendOnlyQuerySet
from core.clock import now
from core.fields import DayField, LineField, ProseField
from units.models import User
from units.permissions import Role, within

from .task import Task

HIDDEN = "(nội dung đang chờ gỡ)"
REMOVED = "(nội dung đã gỡ)"

_revealed: ContextVar[bool] = ContextVar("content_revealed", default=False)


@contextmanager
def revealed() -> Iterator[None]:
    """Inside the block rows come as they are stored: for the check of the ledger, and for the person who decides.

    Rows must be fetched inside, not merely asked for.
    """
    token = _revealed.set(True)
    try:
        yield
    finally:
        _revealed.reset(token)


class Removable(AppendOnly):
    """Base of facts with free text. Whoever reads a row whose removal waits for its decision gets `HIDDEN` for its
    texts: masked where rows are read, so that no page, export or mail can forget it. A row whose words are gone reads
    `REMOVED`.

    `.values()` does not pass here; whoever prints texts that way filters `is_hidden` himself.
    """

    set_once_columns: ClassVar[tuple[str, ...]] = ("removal",)
    # The column that is never empty of itself: emptied by decision it reads `REMOVED`.
    speaks: ClassVar[str] = ""

    removal = models.ForeignKey(
        "tasks.ContentRemoval", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    is_hidden = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any
    ) -> Self:
        row = super().from_db(db, field_names, values, **kwargs)
        if _revealed.get():
            return row
        if cls._is_hidden(row):
            row.mask()
        elif row.__dict__.get("removal_id") is not None and row.__dict__.get(cls.speaks) == "":
            row.__dict__[cls.speaks] = REMOVED
        return row

    @classmethod
    def _is_hidden(cls, row: Self) -> bool:
        if "is_hidden" in row.__dict__:
            return row.is_hidden
        # A deferred text is read by itself: the row says nothing of its state.
        texts = row.__dict__.keys() & set(cls.blankable_columns)
        return bool(texts) and cls._base_manager.filter(pk=row.pk, is_hidden=True).exists()

    def mask(self) -> None:
        """Covers what the row says, in memory only."""
        for name in self.blankable_columns:
            if self.__dict__.get(name):
                is_file = isinstance(self._meta.get_field(name), models.FileField | models.URLField)
                self.__dict__[name] = "" if is_file else HIDDEN

    @property
    def is_removed(self) -> bool:
        """Whether content of this row was removed by decision."""
        return self.removal_id is not None


class ContentRemovalQuerySet(AppendOnlyQuerySet):
    def waiting(self) -> Self:
        return self.filter(approved__isnull=True)

    def visible_to(self, user: User) -> Self:
        """Those one asked for, while one has a role at all, and those of tasks whose removals one may decide on: the
        office that follows the task, leaders above it, the administrators of its agency."""
        if not user.grants_today:
            return self.none()
        deciders = user.ranges(Role.PLAN_OWNER, Role.LEADER, Role.ADMIN)
        return self.filter(Q(asked_by=user) | within("task__tracking_unit", deciders))


class ContentRemoval(Removable):
    """A request to remove content, and its decision by a second person. The content itself is never in it."""

    class Kind(models.TextChoices):
        STATE_SECRET = "secret", "Bí mật nhà nước"
        PERSONAL_NUMBER = "personal", "Số định danh, dữ liệu cá nhân"
        OTHER = "other", "Nội dung khác không được lưu"

    mutable_columns = ("is_hidden", "held")
    set_once_columns = (
        "removal", "approved", "decided_by", "decided_at", "minutes_number", "minutes_on", "decision_note",
        "aftermath",
    )  # fmt: skip
    blankable_columns = ("reason", "decision_note")
    speaks = "reason"

    task = models.ForeignKey(Task, models.PROTECT, related_name="removals")
    kind = models.CharField("loại nội dung", max_length=10, choices=Kind)
    reason = ProseField("lý do", max_length=1000)
    # {"events": {task: [sequence, …]}, "cells": [[table, row, column], …]}: where it stands, never what it says.
    what = models.JSONField("nội dung phải gỡ")
    # Texts of the task itself (its title, its quote) while the decision is awaited: they left their place at once,
    # and go back there when the request is refused. JSON text.
    held = models.TextField(null=True, editable=False)  # noqa: DJ001 - NULL: nothing is held any more
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người đề nghị")
    asked_at = models.DateTimeField(default=now, editable=False)
    approved = models.BooleanField("đồng ý gỡ", null=True, editable=False)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người duyệt"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    minutes_number = LineField("số biên bản", max_length=60, blank=True)
    minutes_on = DayField("ngày biên bản", null=True, blank=True)
    decision_note = ProseField("lý do không đồng ý", max_length=1000, blank=True)

    # What was cleared outside the ledger, and where the words still stand (issued papers, mail that has gone).
    aftermath = ProseField("nơi khác", max_length=20_000, blank=True, editable=False)

    objects = ContentRemovalQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "đề nghị gỡ nội dung"
        ordering = ["task_id", "id"]
        indexes = [
            models.Index(fields=["task"], condition=Q(approved__isnull=True), name="removal_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") | Q(removal__isnull=False), name="removal_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="removal_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(
                    approved__isnull=True,
                    decided_by__isnull=True,
                    decided_at__isnull=True,
                    minutes_number="",
                    minutes_on__isnull=True,
                )
                | Q(
                    approved=True,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    minutes_number__gt="",
                    minutes_on__isnull=False,
                    held__isnull=True,
                )
                | Q(approved=False, decided_by__isnull=False, decided_at__isnull=False, held__isnull=True),
                name="removal_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.get_kind_display()}"

    @property
    def is_waiting(self) -> bool:
        return self.approved is None


class RemovalReading(AppendOnly):
    """Each time the content under request was shown to somebody who may decide on it."""

    removal = models.ForeignKey(ContentRemoval, models.PROTECT, related_name="readings")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người xem")
    at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = "lần xem nội dung chờ gỡ"
        ordering = ["removal_id", "id"]

    def __str__(self) -> str:
        return f"{self.removal_id}: {self.at:%d/%m/%Y %H:%M}"
