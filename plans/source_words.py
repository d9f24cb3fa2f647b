"""Figures of other systems as ready strings, beside what the unit reported."""

from typing import Any

from django.urls import reverse

from plans.attainment import Figure, rate
from plans.models import Indicator, SourceFigure
from plans.sources import Standing, standing_of
from plans.summaries import value_words
from plans.tables import amount_words, window_words

KINDS = {
    Standing.DISPUTED: "missed",
    Standing.DIFFERS: "missed",
    Standing.OVERDUE: "soon",
    Standing.WAITING: "waiting",
    Standing.MATCHES: "done",
    Standing.CONFIRMED: "done",
    Standing.TAKEN: "none",
    Standing.RULED: "done",
}


def words_of(numerator: Any, denominator: Any, indicator: Indicator) -> str:
    """ "68,7% (1.264/1.840)"."""
    if numerator is None:
        return "Chưa báo cáo"
    value = value_words(rate(Figure(numerator, denominator), ratio=indicator.is_ratio), indicator)
    if not indicator.is_ratio:
        return value
    amounts = f"{amount_words(numerator)}/{amount_words(denominator)}"
    return f"{value or 'Không phát sinh'} ({amounts})"


def exchange_row(found: SourceFigure) -> dict[str, Any]:
    """One figure of a system beside the report of its period, in words."""
    standing = standing_of(found)
    return {
        "figure": found,
        "url": reverse("source_figure", args=[found.pk]),
        "period": window_words(found.window),
        "system": found.get_system_display(),
        "theirs": words_of(found.numerator, found.denominator, found.indicator),
        "ours": words_of(found.reported_numerator, found.reported_denominator, found.indicator),  # type: ignore[attr-defined]
        "state": {"kind": KINDS[standing], "text": standing.label},
        "alarm": standing.is_alarm,
        "standing": standing,
    }
