"""Who took the inspector's file of a task, and when (office rule 23)."""

from django.db import models

from core.append_only import AppendOnly
from core.clock import now
from tasks.models import Task
from units.models import Unit, User
from units.permissions import Role

from ..querysets import TaskFileLookQuerySet


class TaskFileLook(AppendOnly):
    """One download of a hồ sơ theo dõi nhiệm vụ: by whom, under which role, and the digest of what was handed out."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="+", verbose_name="nhiệm vụ")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người tải")
    role = models.CharField("vai trò", max_length=12, choices=Role)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="đơn vị")
    sha256 = models.CharField("mã SHA-256 của tệp", max_length=64)
    at = models.DateTimeField("thời điểm tải", default=now, editable=False)

    objects = TaskFileLookQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "lần tải hồ sơ"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.by_id} {self.at:%d/%m/%Y %H:%M}"
