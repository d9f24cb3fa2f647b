"""Questions about figures of other systems."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from core.append_only import AppendOnlyQuerySet
from units.agency import agency_of
from units.permissions import READERS, Role, within

if TYPE_CHECKING:
    from units.models import User


class OfAgencyQuerySet(models.QuerySet[Any]):
    """Rows kept for the office of an agency."""

    def visible_to(self, user: "User") -> Self:
        """How files are read is the business of the plan owners of the agency."""
        own = {agency_of(grant.unit).pk for grant in user.grants_today if grant.role == Role.PLAN_OWNER}
        return self.filter(agency__in=own)


class SourceFileQuerySet(OfAgencyQuerySet):
    def visible_to(self, user: "User") -> Self:
        """A file shows every unit at once: for the office, and for those who read the agency as a whole."""
        own = {agency_of(grant.unit).pk for grant in user.grants_today if grant.role == Role.PLAN_OWNER}
        return self.filter(Q(agency__in=own) | within("agency", user.ranges(Role.LEADER, Role.AUDITOR)))


class SourceFigureQuerySet(AppendOnlyQuerySet):
    def current(self) -> Self:
        """The newest each system says of an indicator, a unit and a period."""
        later = self.model._base_manager.filter(
            system=OuterRef("system"),
            indicator=OuterRef("indicator"),
            unit=OuterRef("unit"),
            period_kind=OuterRef("period_kind"),
            period_key=OuterRef("period_key"),
            revision__gt=OuterRef("revision"),
        )
        return self.filter(~Exists(later))

    def beside_reports(self) -> Self:
        """With the report that stands for the same period, in one row: `reported` (its key), `reported_numerator`,
        `reported_denominator`, `reported_verdict` (of the owner, if any)."""
        from plans.models import Measurement

        standing = Measurement.objects.filter(
            indicator=OuterRef("indicator"),
            unit=OuterRef("unit"),
            period_kind=OuterRef("period_kind"),
            period_key=OuterRef("period_key"),
        ).order_by("-revision")
        return self.annotate(
            reported=Subquery(standing.values("pk")[:1]),
            reported_numerator=Subquery(standing.values("numerator")[:1]),
            reported_denominator=Subquery(standing.values("denominator")[:1]),
            reported_verdict=Subquery(standing.values("decision__verdict")[:1]),
        )

    def visible_to(self, user: "User") -> Self:
        """Those of units in one's reach, and those the plans one's office tracks want of other units."""
        from plans.models import Plan, Target

        own = within("unit", user.ranges(*READERS))
        wanting = Target.objects.wanting(
            OuterRef("indicator"), OuterRef("unit"), OuterRef("unit__tree_start")
        )
        return self.filter(own | Exists(wanting.filter(plan__in=Plan.objects.written_by(user))))
