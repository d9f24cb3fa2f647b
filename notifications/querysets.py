"""Questions about many notices and digests."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q

from units.permissions import Role, within

if TYPE_CHECKING:
    from units.models import User


class NoticeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(recipient=user)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True).exclude(state="skipped")


class DigestQuerySet(models.QuerySet[Any]):
    def ready(self, at: datetime) -> Self:
        """Pending, due, and not held by a sender whose lease still runs."""
        return self.filter(state="pending", not_before__lte=at).filter(
            Q(lease_until__isnull=True) | Q(lease_until__lt=at)
        )

    def failed(self) -> Self:
        """Given up: nobody tries them again unless an administrator says so."""
        return self.filter(state="failed")


class EscalationQuerySet(models.QuerySet[Any]):
    def tracked_by(self, user: "User") -> Self:
        """Those of tasks this person's office follows: the owner's desk."""
        return self.filter(within("task__tracking_unit", user.ranges(Role.PLAN_OWNER)))

    def standing(self) -> Self:
        """Of tasks that still miss the deadline the matter is about; the run of the morning settles the others."""
        return (
            self.filter(task__counted_end=F("deadline"))
            .exclude(task__execution__in=("done", "stopped", "suspended"))
            .exclude(task__confirmation="submitted")
        )

    def waiting(self) -> Self:
        """On the owner's desk."""
        return self.standing().filter(state="waiting")

    def laid_before(self, leader: "User") -> Self:
        """Released to this leader: named for the task or its plan, or nobody is named and the leader stands above the
        office that follows it."""
        ranges = leader.ranges(Role.LEADER)
        named = Q(task__leader_in_charge=leader) | Q(
            task__leader_in_charge=None, task__plan__leader_in_charge=leader
        )
        nobody = Q(task__leader_in_charge=None) & (Q(task__plan=None) | Q(task__plan__leader_in_charge=None))
        reached = within("task__tracking_unit", ranges)
        return self.standing().filter(reached, named | nobody, kind="leader", state="released")

    def to_be_told(self, on: date) -> Self:
        """Released matters whose day of giao ban has come."""
        return self.standing().filter(kind="leader", state="released", tell_on__lte=on)


class MarkedAddressQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        return self.filter(cleared_at__isnull=True)
