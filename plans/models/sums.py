"""Totals of figures by the tree of units, kept beside them: a page reads one row where it would add up thousands."""

from django.db import models
from django.db.models import Q

from core.fields import DayField
from units.models import Unit

from .targets import Indicator


class FigureSum(models.Model):
    """One indicator, one window, one unit: its own accepted figure, and the total of it and every unit below.

    No fact: a copy of facts that `plans.sums` keeps with each acceptance and can make again from them at any time.
    Amounts are whole hundredths, so that adding and taking away is exact on every database.
    """

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+", db_index=False)
    period_kind = models.CharField(max_length=12)
    period_key = models.CharField(max_length=10)
    period_start = DayField()
    period_end = DayField()
    own_numerator = models.BigIntegerField(null=True)
    own_denominator = models.BigIntegerField(null=True)
    own_as_of = DayField(null=True)
    numerator = models.BigIntegerField(default=0)
    denominator = models.BigIntegerField(default=0)
    # Units with a figure, and those among them whose figure is a count without denominator.
    units = models.PositiveIntegerField(default=0)
    counts = models.PositiveIntegerField(default=0)
    # The oldest and the newest "số liệu đến ngày" among them.
    as_of = DayField(null=True)
    newest_as_of = DayField(null=True)

    class Meta:
        verbose_name = "số cộng theo cây đơn vị"
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period_kind", "period_key", "unit"], name="figure_sum_once"
            ),
            models.CheckConstraint(
                condition=Q(own_numerator__isnull=True, own_as_of__isnull=True)
                | Q(own_numerator__isnull=False, own_as_of__isnull=False),
                name="figure_sum_own_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["unit", "indicator", "-period_end"], name="figure_sum_newest")]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.unit_id} {self.period_key}: {self.numerator}/{self.denominator}"
