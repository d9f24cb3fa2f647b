"""Questions about many plans, targets and figures."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, Q

from core.append_only import AppendOnlyQuerySet
from core.changes import KeptQuerySet
from core.text import fold
from units.agency import agency_of
from units.permissions import READERS, Ranges, Role, within

if TYPE_CHECKING:
    from units.models import User


class PlanQuerySet(KeptQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Owners see the plans their unit tracks, drafts included. Once given, units see those they take part in,
        leaders and auditors those issued or followed below them."""
        return self.visible_in(
            user.ranges(Role.PLAN_OWNER), user.ranges(Role.LEADER, Role.AUDITOR), user.ranges(*READERS)
        )

    def visible_in(self, tracking: Ranges, above: Ranges, readable: Ranges) -> Self:
        """`visible_to` of whoever reaches these units as an owner, as leader or auditor, as any reader."""
        from plans.models import PlanParticipation

        takes_part = Exists(PlanParticipation.objects.filter(within("unit", readable), plan=OuterRef("pk")))
        below = within("issuer", above) | within("tracking_unit", above)
        return self.filter(within("tracking_unit", tracking) | (~Q(state="draft") & (below | Q(takes_part))))

    def written_by(self, user: "User") -> Self:
        return self.filter(within("tracking_unit", user.ranges(Role.PLAN_OWNER)))


class DocumentQuerySet(KeptQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Owners see every document of their agency; leaders and auditors those kept below them; everybody the
        document of a plan they see. Documents reached through a task are the tasks' business (`tracker.documents`)."""
        from plans.models import Plan

        own = {agency_of(g.unit).pk for g in user.grants_today if g.role == Role.PLAN_OWNER}
        above = within("agency", user.ranges(Role.LEADER, Role.AUDITOR))
        through_plan = Q(pk__in=Plan.objects.visible_to(user).values("document"))
        return self.filter(Q(agency__in=own) | above | through_plan)

    def matching(self, words: str) -> Self:
        return self.filter(search__contains=fold(words)) if words.strip() else self


class IndicatorQuerySet(KeptQuerySet):
    def visible_to(self, user: "User") -> Self:
        """The catalogue is everybody's who has a role: names and definitions, no figure of anybody."""
        return self if user.is_superuser or user.grants_today else self.none()


class IndicatorVersionQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: "User") -> Self:
        return self if user.is_superuser or user.grants_today else self.none()


class TargetQuerySet(KeptQuerySet):
    def visible_to(self, user: "User") -> Self:
        from plans.models import Plan

        return self.filter(plan__in=Plan.objects.visible_to(user))

    def followed_on(self, on: date) -> Self:
        """Without those that ended by then with the plan they stood in."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on))

    def wanting(self, indicator: Any, unit: Any, place: Any) -> Self:
        """Targets of given plans that want this figure of this unit: it is named, belongs to the group, or, where the
        text names nobody, stands below the issuer. `place` is the unit's `tree_start`; all may be outer references."""
        below_issuer = Q(
            scope="unstated", plan__issuer__tree_start__lte=place, plan__issuer__tree_end__gte=place
        )
        bound = Q(unit=unit) | Q(group__memberships__unit=unit) | below_issuer
        return self.filter(bound, indicators=indicator).exclude(plan__state="draft")


class MeasurementQuerySet(AppendOnlyQuerySet):
    def current(self) -> Self:
        """The highest revision of each indicator, unit and period."""
        later = self.model._base_manager.filter(
            indicator=OuterRef("indicator"),
            unit=OuterRef("unit"),
            period_kind=OuterRef("period_kind"),
            period_key=OuterRef("period_key"),
            revision__gt=OuterRef("revision"),
        )
        return self.filter(~Exists(later))

    def accepted(self) -> Self:
        return self.filter(decision__verdict="accepted")

    def visible_to(self, user: "User") -> Self:
        """Figures of units in one's reach, and those the plans one's office tracks want of other units."""
        from plans.models import Plan, Target

        own = within("unit", user.ranges(*READERS))
        wanting = Target.objects.wanting(
            OuterRef("indicator"), OuterRef("unit"), OuterRef("unit__tree_start")
        )
        tracked = Exists(wanting.filter(plan__in=Plan.objects.written_by(user)))
        return self.filter(own | Q(tracked))


class ReportingRoundQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: "User") -> Self:
        """The office that opened it, those who read above that office, and the units it asks, each for its own."""
        from plans.models import RoundItem

        tracked = within("tracking_unit", user.ranges(Role.PLAN_OWNER))
        above = within("tracking_unit", user.ranges(Role.LEADER, Role.AUDITOR))
        asked = RoundItem.objects.filter(within("unit", user.ranges(*READERS)), round=OuterRef("pk"))
        return self.filter(tracked | above | Q(Exists(asked)))

    def unlocked(self, on: date) -> Self:
        return self.filter(locked_at__isnull=True, withdrawn_at__isnull=True, locks_on__gt=on)

    def open_on(self, on: date) -> Self:
        """Those that take figures on the day."""
        return self.unlocked(on).filter(opens_on__lte=on)


class RoundItemQuerySet(AppendOnlyQuerySet):
    def standing(self) -> Self:
        """What is still asked for."""
        return self.filter(dropped_at__isnull=True)

    def visible_to(self, user: "User") -> Self:
        """All of a round for its office and those above it; of other rounds what is asked of units one reads."""
        tracked = within("round__tracking_unit", user.ranges(Role.PLAN_OWNER, Role.LEADER, Role.AUDITOR))
        return self.standing().filter(tracked | within("unit", user.ranges(*READERS)))

    def asking(self, indicator: Any, unit: Any, period: Any) -> Self:
        """The one that asks for this figure of this period, if any."""
        asked = self.standing().filter(indicator=indicator, unit=unit)
        return asked.filter(period_kind=period.kind, period_key=period.key).select_related("round")


class FigureProofQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Proofs of the figures one reads."""
        from plans.models import Measurement

        return self.filter(measurement__in=Measurement.objects.visible_to(user))


class OutlookQuerySet(AppendOnlyQuerySet):
    def current(self) -> Self:
        """The newest word of each unit on each line."""
        later = self.model._base_manager.filter(
            target_indicator=OuterRef("target_indicator"), unit=OuterRef("unit"), pk__gt=OuterRef("pk")
        )
        return self.filter(~Exists(later))

    def visible_to(self, user: "User") -> Self:
        """What units in one's reach said, and what was said of targets of plans one's office tracks."""
        from plans.models import Plan

        own = within("unit", user.ranges(*READERS))
        return self.filter(own | Q(target_indicator__target__plan__in=Plan.objects.written_by(user)))
