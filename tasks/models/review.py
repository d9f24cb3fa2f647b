"""One person's figures for the yearly assessment: seen by that person, then by the direct head (office rule 32)."""

from django.db import models
from django.db.models import F, Q

from core.append_only import AppendOnly
from core.clock import now
from core.fields import DayField, ProseField
from units.models import Unit, User


class PersonReview(AppendOnly):
    """The head of a unit asks one of its people to look at their own figures of a window and to comment on them.

    The head sees the figures only after the person has answered, or has had five working days to. Nothing is scored.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người được lấy ý kiến")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="đơn vị")
    starts_on = DayField("từ ngày")
    ends_on = DayField("đến hết ngày")
    answer_by = DayField("cho ý kiến đến hết ngày")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người đề nghị")
    asked_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = "lấy ý kiến về số liệu cá nhân"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "unit", "starts_on", "ends_on"], name="person_review_once"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="person_review_dates"),
            models.CheckConstraint(condition=~Q(person=F("asked_by")), name="person_review_not_own"),
        ]

    def __str__(self) -> str:
        return f"{self.unit.label}: {self.starts_on:%d/%m/%Y} – {self.ends_on:%d/%m/%Y}"


class ReviewComment(AppendOnly):
    """What the person says of the own figures; there may be several. "Không có ý kiến bổ sung" is an answer too."""

    review = models.ForeignKey(PersonReview, models.PROTECT, related_name="comments")
    text = ProseField("ý kiến", max_length=4000, blank=True)
    nothing_to_add = models.BooleanField("không có ý kiến bổ sung", default=False)
    entered_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = "ý kiến về số liệu cá nhân"
        ordering = ["review_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(nothing_to_add=True, text="") | Q(nothing_to_add=False) & ~Q(text=""),
                name="review_comment_says_something",
            )
        ]

    def __str__(self) -> str:
        return self.text[:80] or "Không có ý kiến bổ sung"
