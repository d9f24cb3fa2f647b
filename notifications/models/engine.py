"""State of the engine: which job ran for which period, and when the worker last gave a sign of life."""

from django.db import models

from core.clock import now


class JobRun(models.Model):
    """One run of one job for one period. The unique pair makes a job run once however many workers try."""

    job = models.CharField(max_length=40)
    period = models.CharField(max_length=20)
    started_at = models.DateTimeField(default=now)
    lease_until = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    result = models.TextField(blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [models.UniqueConstraint(fields=["job", "period"], name="job_run_once")]

    def __str__(self) -> str:
        return f"{self.job} {self.period}"


class Heartbeat(models.Model):
    """Written by a job that went through the queue: proof that the cluster works, not only that it lives."""

    name = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.beat_at:%d/%m/%Y %H:%M:%S}"
