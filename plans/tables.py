"""Figures as ready strings: a row for each window, the line they make, who did what when."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.urls import reverse

from core.periods import Period
from core.templatetags.ui import day, moment
from core.text import plain_vi
from plans.attainment import Attainment, Figure, rate
from plans.models import FigureProof, Indicator, Measurement
from plans.owed import Owed, Standing, assess, bases_of, decision_of, demands, standing
from plans.summaries import demand_words, value_words

# Windows the little line shows.
TREND = 12

STANDING_KINDS = {
    Standing.RETURNED: "returned",
    Standing.MISSING: "soon",
    Standing.WAITING: "waiting",
    Standing.ACCEPTED: "done",
    Standing.RUNNING: "none",
    Standing.UNASKED: "none",
    Standing.LOCKED: "missed",
}
ATTAINED_KINDS = {
    Attainment.REACHED: "done",
    Attainment.SHORT: "missed",
    Attainment.NO_DATA: "none",
    Attainment.NO_BASE: "none",
    Attainment.NONE_ARISEN: "none",
}


def amount_words(amount: Decimal | None) -> str:
    """A reported amount with the decimals it has: "1.234", "12,5"; nothing for None."""
    return "" if amount is None else plain_vi(amount)


def window_words(window: Period) -> str:
    """ "tháng 9 năm 2026 (15/08/2026 – 14/09/2026)"."""
    return f"{window.label} ({day(window.start)} – {day(window.end)})"


def period_words(figure: Measurement) -> str:
    """The name of the window a figure was reported for."""
    return figure.window.label


def proof_words(proof: FigureProof) -> dict[str, str]:
    """ "5/BC-CN1 ngày 16/10/2026, Chi nhánh Bình Sơn", and where the file behind it is."""
    words = proof.number
    if proof.issued_on:
        words += f" ngày {day(proof.issued_on)}"
    if proof.issuer:
        words += f", {proof.issuer}"
    url = reverse("figure_proof", args=[proof.pk]) if proof.file_id else ""
    return {"words": words or (proof.file.name if proof.file else ""), "url": url}


def actual_of(figure: Measurement, indicator: Indicator) -> Fraction | None:
    return rate(Figure(figure.numerator, figure.denominator), ratio=indicator.is_ratio)


def figure_words(figure: Measurement, indicator: Indicator) -> str:
    """ "68,7% (1.264/1.840)", "12 video", "Không phát sinh (0/0)"."""
    result = value_words(actual_of(figure, indicator), indicator) or Attainment.NONE_ARISEN.label
    if not indicator.is_ratio:
        return result
    return f"{result} ({amount_words(figure.numerator)}/{amount_words(figure.denominator)})"


def period_rows(owed: Owed, figures: Iterable[Measurement]) -> list[dict[str, Any]]:
    """One row for each window: its newest report against the level in force on the day of the figure."""
    rows = []
    bases = bases_of(owed, [each for target in owed.own_targets for each in target.milestones.all()])
    for figure in figures:
        milestones = demands(owed, figure.as_of)
        verdict = assess(owed.indicator, Figure(figure.numerator, figure.denominator), milestones, bases)
        state = standing(figure)
        rows.append(
            {
                "period": period_words(figure),
                "as_of": figure.as_of,
                "numerator": amount_words(figure.numerator),
                "denominator": amount_words(figure.denominator),
                "value": value_words(actual_of(figure, owed.indicator), owed.indicator) or "Không phát sinh",
                "demand": ", ".join(demand_words(each, owed.indicator) for each in milestones),
                "joint": not owed.own_targets and bool(owed.targets),
                "verdict": {"kind": ATTAINED_KINDS[verdict], "text": verdict.label} if verdict else None,
                "state": {"kind": STANDING_KINDS[state], "text": state.label},
                "revision": figure.revision,
                "for_unit": figure.recorded_for_unit,
                "redefined": first_day_of(owed.indicator, figure),
            }
        )
    return rows


def first_day_of(indicator: Indicator, figure: Measurement) -> date | None:
    """The day a new way of counting began, for a figure of the first window counted so."""
    begun = [each for each in indicator.redefined() if figure.period_start <= each <= figure.period_end]
    return max(begun, default=None)


def counted_alike(indicator: Indicator, newest_first: Sequence[Measurement]) -> list[Measurement]:
    """Of these figures those counted as the newest one is: no line joins figures of two definitions."""
    if not newest_first:
        return []
    since = max((day for day in indicator.redefined() if day <= newest_first[0].period_end), default=date.min)
    return [each for each in newest_first if each.period_end >= since]


def trend_of(owed: Owed, newest_first: Sequence[Measurement], on: date) -> dict[str, Any] | None:
    """The last windows as a line, with the level in force on the day; None while there is nothing to compare."""
    figures = list(reversed(counted_alike(owed.indicator, newest_first)[:TREND]))
    if len(figures) < 2:
        return None
    milestones = demands(owed, on)
    one = milestones[0] if len(milestones) == 1 else None
    goal = one.value if one is not None and not one.base_kind else None
    label = f"Diễn biến {len(figures)} kỳ gần nhất"
    if goal is not None:
        label += f", mức {demand_words(milestones[0], owed.indicator)} là đường nét đứt"
    return {"values": [actual_of(each, owed.indicator) for each in figures], "goal": goal, "label": label}


def timeline(figures: Iterable[Measurement], indicator: Indicator) -> list[dict[str, Any]]:
    """Every report and every decision about it, newest first, for `components/timeline.html`."""
    facts: list[tuple[tuple[datetime, bool], dict[str, Any]]] = []
    for figure in figures:
        marks = [{"kind": "plain", "text": "Văn phòng nhập thay"}] if figure.recorded_for_unit else []
        if figure.origin == Measurement.Origin.SYSTEM:
            marks.append({"kind": "plain", "text": figure.get_origin_display()})
        lines = [f"{figure_words(figure, indicator)}, số liệu đến ngày {day(figure.as_of)}."]
        if figure.source:
            lines.append(f"Nguồn: {figure.source}")
        said = (
            ("Lý do điều chỉnh", figure.correction),
            ("Nguyên nhân", figure.cause),
            ("Biện pháp khắc phục", figure.remedy),
        )
        lines += [f"{label}: {text}" for label, text in said if text]
        if figure.note:
            lines.append(figure.note)
        proofs = [proof_words(proof) for proof in figure.proofs.all()]
        lines += [f"Kiểm chứng: {proof['words']}" for proof in proofs if not proof["url"]]
        what = "Đề nghị điều chỉnh" if figure.correction else "Báo cáo"
        facts.append(
            (
                (figure.entered_at, False),
                {
                    "title": f"{what} {period_words(figure)}, lần {figure.revision}",
                    "kind": "waiting",
                    "icon": "send",
                    "who": figure.recorded_by.full_name,
                    "happened": moment(figure.entered_at),
                    "text": "\n".join(lines),
                    "marks": marks,
                    "files": [{"name": each["words"], "url": each["url"]} for each in proofs if each["url"]],
                    "id": f"so-lieu-{figure.pk}",
                },
            )
        )
        decision = decision_of(figure)
        if decision is not None:
            state = standing(figure)
            facts.append(
                (
                    (decision.decided_at, True),
                    {
                        "title": f"{state.label} {period_words(figure)}, lần {figure.revision}",
                        "kind": STANDING_KINDS[state],
                        "icon": "check-circle" if state == Standing.ACCEPTED else "undo",
                        "who": decision.decided_by.full_name,
                        "happened": moment(decision.decided_at),
                        "text": decision.reason,
                    },
                )
            )
    return [fact for _, fact in sorted(facts, key=lambda each: each[0], reverse=True)]
