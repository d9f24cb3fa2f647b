"""How a target's course is looked at: the office's colour rules, what the units expect, what may be printed."""

from django.db import models
from django.db.models import Q

from core.append_only import AppendOnly
from core.clock import now
from core.fields import DayField, LineField, ProseField
from plans.colours import Colour, Confidence, When
from plans.querysets import OutlookQuerySet
from units.models import Unit, User

from .targets import Indicator, TargetIndicator


def _choices(kinds: type[Colour] | type[When] | type[Confidence]) -> list[tuple[str, str]]:
    return [(each.value, each.label) for each in kinds]


class ColourRuleSet(AppendOnly):
    """The colour rules an office gave one indicator, or all of its own without one. The newest set stands; one without
    rules says: the usual ones again."""

    office = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="đơn vị theo dõi")
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="chỉ số"
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người đặt")
    entered_at = models.DateTimeField("thời điểm đặt", default=now, editable=False)

    class Meta:
        verbose_name = "quy tắc màu"
        ordering = ["id"]
        indexes = [models.Index(fields=["office", "indicator"], name="colour_rules_of")]

    def __str__(self) -> str:
        return f"{self.office}: {self.indicator or 'mọi chỉ số'}"


class ColourRule(AppendOnly):
    """One rule of a set, in order: the first that fits decides (`plans.colours`)."""

    rule_set = models.ForeignKey(ColourRuleSet, models.PROTECT, related_name="rules")
    order = models.PositiveSmallIntegerField("thứ tự")
    test = models.CharField("khi", max_length=20, choices=_choices(When))
    threshold = models.DecimalField("ngưỡng", max_digits=14, decimal_places=4, null=True, blank=True)
    colour = models.CharField("màu", max_length=10, choices=_choices(Colour))

    class Meta:
        ordering = ["rule_set", "order"]
        constraints = [
            models.UniqueConstraint(fields=["rule_set", "order"], name="colour_rule_order_once"),
            models.CheckConstraint(
                condition=Q(
                    test__in=[each.value for each in When if each.has_threshold], threshold__isnull=False
                )
                | Q(test__in=[each.value for each in When if not each.has_threshold], threshold__isnull=True),
                name="colour_rule_has_its_threshold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.test} {self.threshold or ''}: {self.colour}"


class Outlook(AppendOnly):
    """What a unit itself expects of a target, beside the computed colour; the newest stands. A reason is asked where
    it contradicts the colour of that moment, kept as `colour`."""

    target_indicator = models.ForeignKey(TargetIndicator, models.PROTECT, related_name="outlooks")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="đơn vị")
    confidence = models.CharField("nhận định", max_length=10, choices=_choices(Confidence))
    reason = ProseField("lý do", max_length=2000, blank=True)
    colour = models.CharField("màu lúc nhận định", max_length=10, choices=_choices(Colour), blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người ghi nhận")
    recorded_for_unit = models.BooleanField("Văn phòng nhập thay", default=False)
    source = LineField("nguồn", max_length=200, blank=True)
    entered_at = models.DateTimeField("thời điểm nhập", default=now, editable=False)

    objects = OutlookQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "nhận định của đơn vị"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.target_indicator}, {self.unit}: {self.get_confidence_display()}"


class HardToReach(AppendOnly):
    """The office lets documents say "khó đạt nếu giữ tiến độ hiện nay; cần …" of a line and one milestone, or takes
    that back (office rule 31). `unit` names the line of one unit of a group; without it, the whole line."""

    target_indicator = models.ForeignKey(TargetIndicator, models.PROTECT, related_name="hard_to_reach")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    milestone_on = DayField("mốc")
    needs = LineField("cần", max_length=300)
    is_withdrawn = models.BooleanField("rút lại", default=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người chấp nhận")
    entered_at = models.DateTimeField("thời điểm", default=now, editable=False)

    class Meta:
        verbose_name = "chấp nhận nêu khó đạt"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.target_indicator}: {self.needs}"
