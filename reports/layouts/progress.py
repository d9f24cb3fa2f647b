"""The progress report on paper: snapshot, words and letterhead in, .docx out. Pure: the same input, the same
bytes.

Outline and header follow norms §1.6 and office rule 20; the form itself is the business of
`reports.document`. Number and day stay blank: they are given after signature (Decree 30, article 15).
"""

from collections.abc import Mapping
from datetime import datetime, time
from fractions import Fraction
from typing import Any

from plans.attainment import Attainment, Demand
from reports import charts, outline, tables
from reports.document import DocumentBuilder, Letterhead, Signature
from reports.snapshot import CourseFacts, Snapshot, TargetRow, sha256, to_text
from reports.wording import SYMBOLS, aim_symbol, amount, gap_text, is_ahead, small, titled

VERSION = 3
"""Part of the builder's name kept with each draft: raised when the same snapshot would give another paper."""

MOST_COURSES = 3
"""Trajectories printed in the text: the first lines that are off track, in the order of the plan."""

MOST_MULTIPLES = 2

MOST_TARGETS = 24
"""Rows of the chart of targets; the annex has them all."""

CAPTIONS = {
    "tasks": "Tình hình thực hiện nhiệm vụ theo đơn vị chủ trì",
    "targets": "Số liệu mới nhất của các chỉ tiêu so với mức phải đạt",
    "coverage": "Tỷ lệ người có đủ các loại tài khoản theo đơn vị",
}


ANNEXES = {
    "targets": ("Kết quả thực hiện các chỉ tiêu", tables.target_table),
    "tasks": ("Danh mục nhiệm vụ và tình hình thực hiện", tables.task_table),
    "staff": ("Tình hình tài khoản của công chức, viên chức, người lao động", tables.coverage_table),
}


def chart_specs(snapshot: Snapshot) -> dict[str, charts.ChartSpec]:
    """What each chart shows; a chart with nothing to show is left out."""
    units = [row for row in snapshot.units if not row.outside and row.counts.total]
    targets = [
        (row, aim)
        for row in snapshot.targets
        if row.is_ratio and row.newest and not row.member and (aim := row.demand.absolute())
    ]
    people = [row for row in snapshot.coverage.rows if row.all_kinds.required]
    specs: dict[str, charts.ChartSpec] = {}
    if units:
        specs["tasks"] = charts.PartitionChart(
            tuple(
                charts.PartitionRow(
                    row.label,
                    row.counts.done_on_time,
                    row.counts.done_late,
                    row.counts.open_in_time,
                    row.counts.open_overdue,
                )
                for row in units
            )
        )
    if targets:
        specs["targets"] = charts.TargetChart(
            tuple(
                charts.TargetRow(
                    label=titled(row),
                    actual=row.rate,
                    target=aim.value if aim.value_to is None else aim.value_to,
                    comparator=_sign(row, aim),
                    verdict=_verdict(row),
                )
                for row, aim in targets[:MOST_TARGETS]
            )
        )
    specs |= {name: spec for name, (_, spec) in _course_specs(snapshot).items()}
    if people:
        specs["coverage"] = charts.CoverageChart(
            tuple(charts.CoverageRow(row.label, row.all_kinds.held, row.all_kinds.required) for row in people)
        )
    return specs


def _course_specs(snapshot: Snapshot) -> dict[str, tuple[str, charts.ChartSpec]]:
    """Name → caption and chart: trajectories of lines off track, units of a group beside each other."""
    found: dict[str, tuple[str, charts.ChartSpec]] = {}
    single = [each for each in snapshot.courses if each.off_track and not each.members]
    for number, each in enumerate(single[:MOST_COURSES], 1):
        caption = f"Lộ trình và kết quả: {small(each.indicator)} ({each.scope})"
        found[f"course_{number}"] = caption, _course_chart(each)
    groups = [each for each in snapshot.courses if each.members and any(m.off_track for m in each.members)]
    for number, each in enumerate(groups[:MOST_MULTIPLES], 1):
        caption = f"Lộ trình và kết quả của từng đơn vị: {small(each.indicator)}"
        panels = tuple(
            charts.CoursePanel(member.scope, _panel_word(member), _course_chart(member, needed=False))
            for member in each.members
        )
        found[f"units_{number}"] = caption, charts.MultiplesChart(each.measure_unit, panels)
    return found


def _course_chart(course: CourseFacts, *, needed: bool = True) -> charts.CourseChart:
    plan = tuple(charts.DatedValue(p.day, p.plan) for p in course.points if p.plan is not None)
    actual = tuple(charts.DatedValue(p.day, p.actual) for p in course.points if p.actual is not None)
    goal = next((each for each in plan if each.day == course.goal_on), None)
    behind = needed and course.gap is not None and course.gap < 0 and actual and goal is not None
    way = (actual[-1], goal) if behind and goal is not None and goal.day > actual[-1].day else ()
    return charts.CourseChart(course.measure_unit, plan, actual, way)


def _panel_word(course: CourseFacts) -> str:
    if course.result is None:
        return course.word
    return f"{amount(course.result, course.measure_unit)}: {small(course.word)}"


def _captions(snapshot: Snapshot) -> dict[str, str]:
    """With one kind of account the caption names it."""
    kinds = snapshot.coverage.kinds
    people = f"Tỷ lệ người có tài khoản {kinds[0]} theo đơn vị" if len(kinds) == 1 else CAPTIONS["coverage"]
    courses = {name: caption for name, (caption, _) in _course_specs(snapshot).items()}
    return CAPTIONS | {"coverage": people} | courses


def _sign(row: TargetRow, aim: Demand) -> str:
    """What stands before the level: "≥"; of a range its lower end."""
    if aim.value_to is not None:
        return f"{amount(Fraction(aim.value), row.measure_unit)} –"
    return SYMBOLS[aim.comparator] if row.base_label else aim_symbol(row)


def _verdict(row: TargetRow) -> str:
    """The word beside a bar; of a group bound unit by unit, how many have reached it."""
    if row.verdict == Attainment.NO_DATA:
        return "Chưa có số liệu"
    if is_ahead(row):
        return "Chưa đến mốc"
    return gap_text(row) if row.members is not None else Attainment(row.verdict).label


def build(
    snapshot: Snapshot,
    sections: Mapping[str, str],
    letterhead: Mapping[str, Any],
    pictures: Mapping[str, bytes],
) -> bytes:
    """The report as .docx bytes.

    `sections`: text by key of `outline.OUTLINE`; `letterhead`: what `actions.letterhead_of` copied from the
    profile; `pictures`: PNG by key of `chart_specs`.
    """
    head = Letterhead(
        parent_agency=letterhead["parent_agency"],
        agency_lines=tuple(letterhead["agency_lines"]),
        symbol=letterhead["symbol"],
        place=letterhead["place"],
        year=snapshot.period.end.year,
    )
    builder = DocumentBuilder(
        head,
        subject=outline.subject(snapshot),
        as_of=datetime.combine(snapshot.as_of, time(23, 59)),
        addressees=tuple(letterhead["addressees"]),
        organisation=letterhead["organisation"],
        identifier=f"{snapshot.plan.code}/{snapshot.period.kind}/{snapshot.period.key}/{sha256(to_text(snapshot))[:12]}",
    )
    _Body(builder, snapshot, sections, pictures).write(letterhead["sender"], letterhead["receiver"])
    builder.signature(
        Signature(
            prefix_lines=tuple(letterhead["signer_lines"]),
            name=letterhead["signer_name"],
            recipients=tuple(letterhead["recipients"]),
            archive=letterhead["archive"],
        )
    )
    attached = head.cited("Báo cáo", letterhead["sender"])
    for key, roman in outline.annexes(snapshot).items():
        title, table = ANNEXES[key]
        builder.annex(title, attached_to=attached, roman=roman)
        builder.table(table(snapshot))
        if key == "targets":
            for heat in tables.heat_tables(snapshot):
                builder.table(heat)
    return builder.build()


# section → the annex its text leads to, and the chart that closes it
_AFTER = {"II.1": ("targets", "targets"), "II.2": ("tasks", "tasks"), "II.3": ("staff", "coverage")}


class _Body:
    """Sections in the order of the outline, tables and charts at their fixed places."""

    def __init__(
        self,
        builder: DocumentBuilder,
        snapshot: Snapshot,
        sections: Mapping[str, str],
        pictures: Mapping[str, bytes],
    ) -> None:
        self.builder, self.snapshot, self.sections, self.pictures = builder, snapshot, sections, pictures
        self.specs = chart_specs(snapshot)

    def write(self, sender: str, receiver: str) -> None:
        self.builder.paragraph(outline.opening(self.snapshot, sender))
        for section in outline.OUTLINE:
            lines = [line.strip() for line in self.sections.get(section.key, "").splitlines() if line.strip()]
            if section.key in outline.EDITABLE and section.key not in _AFTER and not lines:
                continue  # emptied by the owner: no heading over nothing
            self.builder.heading(section.level, section.heading)
            for line in lines:
                self.builder.paragraph(line)
            self._figures(section.key)
        self.builder.paragraph(outline.closing(self.snapshot, receiver))

    def _figures(self, key: str) -> None:
        if key not in _AFTER:
            return
        annex, picture = _AFTER[key]
        pointer = outline.pointer(self.snapshot, annex)
        if pointer:
            self.builder.paragraph(pointer)
        if key == "II.1" and self.snapshot.corrections:
            self.builder.table(tables.correction_table(self.snapshot))
        if key == "II.2" and self.snapshot.units:
            self.builder.table(tables.unit_table(self.snapshot))
        self._picture(picture)
        if key == "II.1":
            for name in _course_specs(self.snapshot):
                self._picture(name)

    def _picture(self, name: str) -> None:
        if name in self.pictures:
            self.builder.picture(
                self.pictures[name],
                caption=_captions(self.snapshot)[name],
                alt_text=charts.alt_text(self.specs[name]),
            )
