"""Questions about many notices and digests."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

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


class MarkedAddressQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        return self.filter(cleared_at__isnull=True)
