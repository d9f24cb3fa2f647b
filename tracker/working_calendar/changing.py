"""Changing a day of the calendar: the deadlines that move are shown first, then worked out anew with it, each with a
line in its task."""

import hashlib
from collections.abc import Callable
from datetime import date

from django.db import transaction

from core.templatetags.ui import day
from tasks.actions import Recounted, recount_for_calendar
from units.agency import home_agency, keeps_organisation
from units.models import CalendarDay, RoleGrant, User


class CalendarChange:
    """One change and what it does to deadlines. `seen` is the fingerprint of what the person was shown: where it is
    another, nothing is kept (`as_seen`)."""

    def __init__(self, seen: str = "") -> None:
        self._seen = seen
        self.moved: list[Recounted] = []

    def make(
        self,
        change: Callable[[], object],
        *,
        by: User,
        days: list[date],
        reason: str,
        basis: str = "",
        unseen: bool = False,
    ) -> bool:
        """Does `change`, which touches `days`; whether it was kept. RuleBroken where the rules refuse it. `unseen`:
        without showing first what moves."""
        with transaction.atomic():
            before = CalendarDay.objects.by_unit()
            change()
            self.moved = recount_for_calendar(
                before, days, by=by, grant=_grant(by), reason=reason, basis=basis
            )
            kept = unseen or self.as_seen
            if not kept:
                transaction.set_rollback(True)
        return kept

    @property
    def as_seen(self) -> bool:
        return not self.moved or self._seen == self.fingerprint

    @property
    def fingerprint(self) -> str:
        """Tells one outcome from another."""
        told = ";".join(f"{each.task.pk}:{each.old}:{each.new}" for each in self.moved)
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    @property
    def rows(self) -> list[dict[str, str]]:
        return [
            {
                "title": each.task.title,
                "place": f"{each.task.code} · {each.task.plan_label}",
                "unit": each.task.lead_label,
                "old": day(each.old),
                "new": day(each.new),
            }
            for each in self.moved
        ]


def _grant(by: User) -> RoleGrant | None:
    agency = home_agency()
    return keeps_organisation(by, agency) if agency is not None else None
