"""Building the demo agency: everything through the verbs, at the moments people would have used them."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import transaction

from core.changes import acting
from core.clock import now, replay
from core.deadlines import DeadlineKind, parse
from core.periods import Period, containing
from core.text import date_vi, fold, person_sort_key
from notifications.announcer import announce
from notifications.jobs import remind
from notifications.outbox import send
from plans import rounds
from plans.actions import accept_figure, report_figure
from plans.catalogue import READY
from plans.colours import Confidence
from plans.course_actions import give_outlook
from plans.courses import courses, every
from plans.definitions import add_ready
from plans.drafting import cited_document
from plans.models import Clause, Document, DocumentLink, Indicator, Milestone, Plan, Target, TargetIndicator
from plans.summaries import target_matrix
from reports.actions import create_draft, submit_for_signature
from reports.models import AgencyProfile
from reports.profiles import default_profile
from tasks import actions as task_actions
from tasks.models import Coordination, Event, Task
from tracker.activation import activate
from tracker.demo import organisation as org
from tracker.demo import plans as promised
from tracker.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from tracker.demo.exports import bring_export
from tracker.demo.papers import tell_papers
from tracker.demo.stories import LOCAL, Teller
from units.actions import grant_role, renumber_tree, save_unit, set_group
from units.calendar import seed
from units.models import (
    AccountCheck,
    AccountKind,
    CalendarDay,
    Reorganisation,
    StaffMember,
    Unit,
    UnitGroup,
    User,
)
from units.permissions import Role
from units.service import begin_all

# The same demo every time: names and figures come from one seeded generator.
SEED = 2026
GIVEN_BEFORE = 105  # working days before today on which the running plans were given


class DemoNotEmpty(Exception):
    """The database already holds an organisation; the demo never mixes with real data."""


def load(today: date) -> dict[str, int]:
    """Fills an empty database as of `today`, and sends the reminders of the last working day; returns counts."""
    if Unit.objects.exists() or Plan.objects.exists():
        raise DemoNotEmpty
    with transaction.atomic():
        teller, counts = _tell(today)
    _yesterdays_mail(teller)
    return counts


def _tell(today: date) -> tuple[Teller, dict[str, int]]:
    random = Random(SEED)
    seed(range(today.year - 1, today.year + 2))
    calendar = CalendarDay.objects.as_calendar()
    units = _organisation()
    people = _people(units)
    _staff(units, people, today, random)
    teller = Teller(
        today=today,
        calendar=calendar,
        random=random,
        office=people["vanphong"],
        chief=people["chanhvanphong"],
        director=people["giamdoc"],
        heads={
            g.unit.code: g.user for u in people.values() for g in u.grants_today if g.role == Role.UNIT_HEAD
        },
        clerks={
            g.unit.code: g.user for u in people.values() for g in u.grants_today if g.role == Role.UNIT_CLERK
        },
    )
    online = _plan(
        teller,
        units,
        people,
        code="KH-DVCTT",
        number="18/KH-SNNMT",
        title="Đẩy mạnh dịch vụ công trực tuyến ngành Nông nghiệp và Môi trường",
        clauses=promised.ONLINE_CLAUSES,
        tasks=promised.ONLINE_TASKS,
    )
    with replay(datetime.combine(online.starts_on, time(8), LOCAL)), acting(teller.office):
        _targets(online, teller, units)
    reform = _plan(
        teller,
        units,
        people,
        code="KH-CCHC",
        number="09/KH-SNNMT",
        title="Cải cách hành chính của Sở Nông nghiệp và Môi trường",
        clauses=promised.REFORM_CLAUSES,
        tasks=promised.REFORM_TASKS,
    )
    add_ready(READY, by=teller.office)
    _extra(teller, units, people)
    with acting(teller.office):
        _organisation_moves_on(teller, units)
        _draft(teller, units, people)
    tell_papers(teller, units, online)
    with replay(datetime.combine(today, time(8), LOCAL)):  # `today` may be any day, not the clock's
        _reports(online, teller, people)
    # Days long past were announced then; only the last days' news is still to go out.
    recent = datetime.combine(teller.day(-3), time(), LOCAL)
    Event.objects.filter(entered_at__lt=recent).update(announced_at=recent)
    return teller, {
        "units": len(units),
        "people": len(people),
        "staff": StaffMember.objects.count(),
        "plans": Plan.objects.count(),
        "tasks": Task.objects.orders().count(),
        "plan_tasks": online.tasks.count() + reform.tasks.count(),
        "events": Event.objects.count(),
    }


# --- Who ---------------------------------------------------------------------------------------------------------------


def _organisation() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    start = date(2018, 1, 1)
    for number, row in enumerate(org.UNITS):
        closed = row.code in org.CLOSED
        units[row.code] = save_unit(
            Unit(
                code=row.code,
                name=row.name,
                short_name=row.short,
                kind=row.kind,
                parent=units.get(row.parent),
                position=number,
                clerk_may_send=row.clerk_sends,
                email=f"{row.code.lower()}@example.vn" if row.kind != org.K.OUTSIDE else "",
                opened_on=start if closed else None,
                closed_on=org.MERGED_ON if closed else None,
            ),
            valid_from=start if closed else org.MERGED_ON,
            renumber=False,
        )
    renumber_tree()
    merger = Reorganisation.objects.create(
        kind=Reorganisation.Kind.MERGE,
        effective_on=org.MERGED_ON,
        decision=f"Quyết định của UBND tỉnh {org.PROVINCE} về hợp nhất hai sở",
        carried_out_at=now(),
    )
    merger.predecessors.set([units[code] for code in org.CLOSED])
    merger.successors.set([units["SNNMT"]])
    units = {unit.code: unit for unit in Unit.objects.all()}
    for name, codes in org.GROUPS.items():
        set_group(name, [units[code] for code in codes], since=org.MERGED_ON)
    return units


def _people(units: dict[str, Unit]) -> dict[str, User]:
    password = make_password(DEMO_PASSWORD)
    listed = {account.username for account in DEMO_ACCOUNTS}
    people = {}
    for row in org.PEOPLE:
        user = User.objects.create(
            username=row.username,
            full_name=row.full_name,
            position=row.position,
            email=f"{row.username}@example.vn",
            password=password if row.username in listed else "!",
            is_demo=True,
        )
        for role, code in row.grants:
            grant_role(user, Role(role), units[code], by=None, valid_from=org.MERGED_ON)
        people[row.username] = user
    return people


def _staff(units: dict[str, Unit], people: dict[str, User], today: date, random: Random) -> None:
    """The roster, and what is known of each person's accounts: most have them, some units lag."""
    vneid = AccountKind.objects.create(
        code="vneid-2",
        name="Tài khoản định danh điện tử mức độ 2 (VNeID)",
        short_name="VNeID mức 2",
        counts_when=AccountKind.CountsWhen.ACTIVATED,
        valid_from=date(2022, 10, 20),
        basis="Nghị định 69/2024/NĐ-CP",
        position=1,
    )
    AccountKind.objects.create(
        code="dvcqg",
        name="Tài khoản Cổng Dịch vụ công quốc gia",
        short_name="Cổng DVCQG",
        counts_when=AccountKind.CountsWhen.ISSUED,
        valid_from=date(2019, 12, 9),
        valid_to=date(2024, 6, 30),
        basis="Từ 01/7/2024 đăng nhập bằng VNeID",
        position=2,
    )
    members = []
    heads = {
        grant.unit.code: user
        for user in people.values()
        for grant in user.grants_today
        if grant.role == "unit_head"
    }
    for row in org.UNITS:
        for number in range(row.staff):
            name = heads[row.code].full_name if number == 0 and row.code in heads else org.person_name(random)
            employment = org.employment(number, random)
            members.append(
                StaffMember(
                    code=f"{row.code}-{number + 1:03d}",
                    unit=units[row.code],
                    full_name=name,
                    position=org.position(row.kind, number, random),
                    employment=employment,
                    joined_on=date(random.randrange(2008, 2026), random.randrange(1, 13), 1),
                    search=fold(name),
                    sort_key=person_sort_key(name)[:400],
                )
            )
    members = StaffMember.objects.bulk_create(members)
    recorder = people["tccb"]
    begin_all(members, by=recorder)
    slow = {"CN01": 0.85, "CN04": 0.72, "CN06": 0.8, "CCKL": 0.9, "TTQT": 1.0, "QLDD": 1.0, "VP": 1.0}
    checks = []
    for index, member in enumerate(members):
        # The campaign goes on for four months: most were seen early, the late ones this month.
        day = date(today.year, today.month, 1) if today.day > 1 else today
        share = slow.get(member.unit.code, 0.96)
        draw = random.random()
        state, reason = AccountCheck.State.ACTIVATED, ""
        if draw > share:
            state = random.choice([AccountCheck.State.ISSUED, AccountCheck.State.NOT_YET])
            reason = random.choice(["Chờ trả thẻ căn cước", "Số điện thoại hoặc thiết bị chưa phù hợp"])
        elif draw < 0.02:
            state, reason = AccountCheck.State.EXEMPT, "Đang ở nước ngoài"
        if draw < 0.985 or state == AccountCheck.State.ACTIVATED:
            if state == AccountCheck.State.ACTIVATED:
                day = _month_end(day, -1 - index % 4)
            checks.append(_known(member, vneid, state, day, recorder, reason if state != "issued" else ""))
    AccountCheck.objects.bulk_create(checks)


def _known(
    member: StaffMember, kind: AccountKind, state: str, day: date, by: User, reason: str
) -> AccountCheck:
    source = AccountCheck.Source.LIST if state == AccountCheck.State.ACTIVATED else AccountCheck.Source.SEEN
    return AccountCheck(
        member=member, kind=kind, state=state, checked_on=day, source=source, reason=reason, recorded_by=by
    )


# --- What was promised -------------------------------------------------------------------------------------------------


def _span(start: date, end: date) -> str:
    return f"năm {end.year}" if start.year == end.year else f"giai đoạn {start.year}-{end.year}"


def _make_plan(
    teller: Teller,
    units: dict[str, Unit],
    people: dict[str, User],
    *,
    code: str,
    number: str,
    title: str,
    given: date,
) -> Plan:
    last_month = given.month + 6
    ends = date(given.year + (last_month - 1) // 12, (last_month - 1) % 12 + 1, 28)
    ends = ends.replace(day=monthrange(ends.year, ends.month)[1])
    document = Document.objects.create(
        number=number,
        issued_on=given if number else None,
        issuer=units["SNNMT"].name,
        subject=f"{title} {_span(given, ends)}",
        signer=people["giamdoc"].full_name if number else "",
        agency=units["SNNMT"],
    )
    first = teller.day(-GIVEN_BEFORE)  # one plan of the province stands above them all
    base = cited_document(
        Document.Kind.PLAN,
        "41/KH-UBND",
        teller.calendar.add_workdays(first, -18),
        f"UBND tỉnh {org.PROVINCE}",
        f"Cải cách hành chính, cải thiện chất lượng phục vụ người dân năm {first.year}",
        agency=units["SNNMT"],
    )
    DocumentLink.objects.create(source=document, target=base, kind=DocumentLink.Kind.BASED_ON)
    return Plan.objects.create(
        code=code,
        title=document.subject,
        document=document,
        issuer=units["SNNMT"],
        tracking_unit=units["VP"],
        leader_in_charge=people["giamdoc"],
        starts_on=given,
        ends_on=ends,
    )


def _plan(
    teller: Teller,
    units: dict[str, Unit],
    people: dict[str, User],
    *,
    code: str,
    number: str,
    title: str,
    clauses: Iterable[promised.DemoClause],
    tasks: Iterable[promised.DemoTask],
) -> Plan:
    given = teller.day(-GIVEN_BEFORE)
    with replay(datetime.combine(given, time(8), LOCAL)), acting(teller.office):
        plan = _make_plan(teller, units, people, code=code, number=number, title=title, given=given)
        _write_tasks(plan, teller, units, people, clauses, tasks)
    with replay(datetime.combine(given, time(8), LOCAL)):  # before anything else of that day
        activate(plan, by=teller.office, acknowledged=True)
    for task, row in zip(plan.tasks.orders().order_by("order"), tasks, strict=True):
        teller.tell(task, row.story)
    plan.refresh_from_db()
    return plan


def _write_tasks(
    plan: Plan,
    teller: Teller,
    units: dict[str, Unit],
    people: dict[str, User],
    clauses: Iterable[promised.DemoClause],
    tasks: Iterable[promised.DemoTask],
) -> None:
    by_label = {
        row.label: Clause.objects.create(
            plan=plan, order=order, level=row.label.count(".") + 1, label=row.label, text=row.text
        )
        for order, row in enumerate(clauses, start=1)
    }
    for order, row in enumerate(tasks, start=1):
        task = _task(row, f"NV{order:02d}", order, teller, units, people, plan.starts_on)
        task.plan = plan
        task.clause = by_label.get(row.clause)
        task.tracking_unit = plan.tracking_unit
        _save(task, row, units, teller)


def _save(task: Task, row: promised.DemoTask, units: dict[str, Unit], teller: Teller) -> None:
    """Writes the task with its coordinating units, and the parts of those that have one."""
    named = [each.partition("=") for each in row.coordinating.split(";") if each]
    along = [(units[code], Coordination.Kind.COORDINATING) for code, _, _ in named]
    task_actions.save_task(task, coordinators=along, calendar=teller.calendar)
    for code, _, part in named:
        if part and task.nominal_end is not None:
            own = teller.calendar.add_workdays(task.nominal_end, -2)
            task.coordinations.filter(unit=units[code]).update(part=part, nominal_end=own)


def _task(
    row: promised.DemoTask,
    code: str,
    order: int,
    teller: Teller,
    units: dict[str, Unit],
    people: dict[str, User],
    given: date,
) -> Task:
    task = Task(
        code=code,
        order=order,
        title=row.title,
        product=row.product,
        strength=row.strength,
        lead_unit=units.get(row.lead),
        lead_group=None if row.lead in units else UnitGroup.objects.get(name=row.lead),
        leader_in_charge=people.get(row.leader),
    )
    if row.internal is not None:
        task.superior_deadline, task.internal_end = True, teller.day(row.internal)
    if row.parts:
        total, _, task.parts_label = row.parts.partition(" ")
        task.parts_total = int(total)
    if isinstance(row.due, int):
        day = teller.day(row.due)
        task.deadline_kind, task.nominal_end, task.printed_on = DeadlineKind.DATE, day, day
        task.phrase = date_vi(day)
        if row.story == "before":
            task.deadline_kind = DeadlineKind.DONE
            done_on = teller.calendar.add_workdays(given, -2)
            task.nominal_end = task.printed_on = task.completed_on = done_on
            task.phrase = f"Đã thực hiện vào ngày {date_vi(done_on)}"
        return task
    deadline = parse(row.due)
    task.deadline_kind, task.phrase, task.starts_on = deadline.kind, row.due, deadline.start
    return task


def _extra(teller: Teller, units: dict[str, Unit], people: dict[str, User]) -> None:
    """Orders from a meeting or a note, without a plan: "nhiệm vụ phát sinh"."""
    given = teller.day(-14)
    conclusion = Document.objects.create(
        kind=Document.Kind.NOTICE,
        number="27/TB-SNNMT",
        issued_on=given,
        issuer=units["SNNMT"].name,
        agency=units["SNNMT"],
        subject="Kết luận của Giám đốc Sở tại giao ban tuần",
    )
    for order, row in enumerate(promised.EXTRA_TASKS, start=1):
        task = _task(row, f"PS{order:02d}", order, teller, units, people, given)
        task.source = Task.Source.CONCLUSION
        task.source_document = conclusion
        task.tracking_unit = units["VP"]
        _save(task, row, units, teller)
        with teller.at(given):
            task_actions.assign(task, by=teller.office)
        task.refresh_from_db()
        teller.tell(task, row.story)


def _organisation_moves_on(teller: Teller, units: dict[str, Unit]) -> None:
    """A commune joins its group after the orders went out; a union dissolves and leaves an order behind."""
    UnitGroup.objects.get(name=org.COMMUNES).memberships.create(
        unit=units[org.LATE_COMMUNE], valid_from=teller.day(-10)
    )
    union = units[org.DISSOLVED_UNION]
    union.closed_on = teller.day(-4)
    union.save(update_fields=["closed_on"])


def _draft(teller: Teller, units: dict[str, Unit], people: dict[str, User]) -> None:
    """A plan that still waits for its number, to be given in front of the director."""
    plan = _make_plan(
        teller,
        units,
        people,
        code="KH-TTHCNB",
        number="",
        title="Rà soát, đơn giản hóa thủ tục hành chính nội bộ",
        given=teller.today,
    )
    clauses = (
        promised.DemoClause("1", "Rà soát, đơn giản hóa"),
        promised.DemoClause("2", "Tổ chức thực hiện"),
    )
    _write_tasks(plan, teller, units, people, clauses, promised.DRAFT_TASKS)


# --- What went out and what leadership reads -----------------------------------------------------------------------------


def _yesterdays_mail(teller: Teller) -> None:
    """The digests of the last working day before today: in the inboxes, and as files under `var/mail/`."""
    day = teller.calendar.previous_workday(teller.today - timedelta(days=1))
    with replay(datetime.combine(day, time(9, 5), LOCAL)):
        announce()
        remind(day)
        while send(day).left:
            pass


def _reports(plan: Plan, teller: Teller, people: dict[str, User]) -> None:
    """The last closed month waits for its signature; the month still running is a draft. A worker builds the files."""
    month = containing("month", teller.today)
    closed = month.previous()
    office = plan.tracking_unit
    own = default_profile(office, AgencyProfile.Reach.INTERNAL)
    upward = default_profile(office, AgencyProfile.Reach.EXTERNAL)
    upward.parent_agency = f"UBND tỉnh {org.PROVINCE}".upper()
    upward.addressees = upward.receiver = f"Ủy ban nhân dân tỉnh {org.PROVINCE}"
    for profile, signer in ((own, "chanhvanphong"), (upward, "giamdoc")):
        profile.place = org.PROVINCE
        profile.signer_name = people[signer].full_name
        profile.save()
    waiting = create_draft(plan, closed, own, by=teller.office)
    submit_for_signature(waiting, by=teller.office)
    create_draft(plan, month, upward, by=teller.office)


# --- Targets and figures -----------------------------------------------------------------------------------------------


def _month_end(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


def _targets(plan: Plan, teller: Teller, units: dict[str, Unit]) -> None:
    indicators = {
        row.code: Indicator.objects.create(
            code=row.code,
            name=row.name,
            numerator=row.numerator,
            denominator=row.denominator,
            source=row.source,
            basis=Indicator.Basis.STATE if row.source == "staff_accounts" else Indicator.Basis.PER_PERIOD,
        )
        for row in promised.INDICATORS
    }
    clause = plan.clauses.get(label="I")
    for order, row in enumerate(promised.TARGETS, start=1):
        scope, _, group = row.scope.partition(":")
        target = Target.objects.create(
            plan=plan,
            code=row.code,
            order=order,
            clause=clause,
            name=row.name,
            scope=scope if group else Target.Scope.UNIT,
            unit=None if group else units[row.scope],
            group=UnitGroup.objects.get(name=group) if group else None,
        )
        for number, code in enumerate(row.indicators.split(";")):
            TargetIndicator.objects.create(target=target, indicator=indicators[code], order=number)
        for number, (months, comparator, value, words) in enumerate(row.steps):
            day = _month_end(teller.today, months)
            holds = row.code == "CT7"
            Milestone.objects.create(
                target=target,
                order=number,
                phrase=f"từ ngày {date_vi(day)}" if holds else f"đến ngày {date_vi(day)}",
                holds_from=day if holds else None,
                printed_on=day,
                nominal_end=None if holds else day,
                comparator=comparator,
                value=Decimal(value),
                value_phrase=words,
            )
    _figures(indicators, teller, units)
    _collect(plan, teller)
    closed = containing("month", teller.today).previous()
    with teller.at(teller.today):
        bring_export(indicators["HSTT"], closed, teller, units["SNNMT"], units)
    _outlook(plan, teller, units["CN04"])


def _collect(plan: Plan, teller: Teller) -> None:
    """The round of the month just closed, due on the next working day: one branch has not reported, one figure waits."""
    period = containing("month", teller.today).previous()
    office = plan.tracking_unit
    due_on = teller.calendar.add_workdays(teller.today, 1)
    days = rounds.Days(
        opens_on=period.end + timedelta(days=1),
        due_on=due_on,
        grace_days=rounds.GRACE_DAYS,
        locks_on=teller.calendar.add_workdays(due_on, rounds.GRACE_DAYS + rounds.LOCK_AFTER),
    )
    figures = [(each.indicator, each.unit) for each in rounds.wanted_in_window(office, period)]
    opened = min(teller.calendar.next_workday(period.end), teller.today)
    with replay(datetime.combine(opened, time(8), LOCAL)):
        rounds.open_round(office, period, figures, days, by=teller.office)


def _outlook(plan: Plan, teller: Teller, unit: Unit) -> None:
    """What the branch that falls behind expects of its first indicator, told to the office by phone."""
    target = Target.objects.get(plan=plan, code="CT2")
    link = target.target_indicators.select_related("target__plan", "indicator").order_by("order")[0]
    found = courses(target_matrix(plan, teller.today, target=target), plan, teller.today, teller.calendar)
    own = next(each for each in every(found[target.pk]) if each.line.unit == unit)
    give_outlook(
        link,
        unit,
        by=teller.office,
        confidence=Confidence.DOUBTFUL,
        course=own,
        reason="Các xã xa còn nộp trực tiếp nhiều; đang chờ máy quét",
        source="Điện thoại với lãnh đạo Chi nhánh",
    )


def _figures(indicators: dict[str, Indicator], teller: Teller, units: dict[str, Unit]) -> None:
    """Five months of figures: rising, uneven; one branch below its target, one whose last figure is not confirmed."""
    period: Period = containing("month", teller.today).previous()
    months = [period]
    while len(months) < 5:
        months.append(months[-1].previous())
    months.reverse()
    branches = org.GROUPS[org.BRANCHES]
    start = {"HSTT": 0.62, "TTTT": 0.58, "TOANTRINH": 0.5, "SOHOA": 0.7}
    step = {"HSTT": 0.075, "TTTT": 0.072, "TOANTRINH": 0.1, "SOHOA": 0.07}
    branch_start = {"HSTT": 0.34, "TTTT": 0.3, "SOHOA": 0.38, "DUNGHAN": 0.955}
    branch_step = {"HSTT": 0.095, "TTTT": 0.088, "SOHOA": 0.065, "DUNGHAN": 0.007}
    for number, month in enumerate(months):
        entered = teller.calendar.next_workday(month.end)
        if entered > teller.today:
            entered = teller.today
        last = number == len(months) - 1
        with teller.at(entered):
            for code, first in start.items():
                total = teller.random.randrange(480, 620)
                share = min(0.995, first + step[code] * number + teller.random.uniform(-0.01, 0.01))
                _figure(indicators[code], units["SNNMT"], month, teller, total, share, accept=True)
            for place, branch in enumerate(branches):
                for code, first in branch_start.items():
                    if last and branch == "CN06":
                        continue  # not yet reported
                    total = teller.random.randrange(900, 2400)
                    lag = 0.12 if branch == "CN04" else 0.02 * (place % 3)
                    if code == "DUNGHAN":
                        lag /= 6
                    share = min(
                        0.997, first + branch_step[code] * number - lag + teller.random.uniform(-0.008, 0.008)
                    )
                    _figure(
                        indicators[code],
                        units[branch],
                        month,
                        teller,
                        total,
                        share,
                        accept=not (last and place == 4),
                    )


# What the branch that falls behind writes beside its figures.
_BEHIND = {
    "cause": "Người dân ở các xã xa còn nộp hồ sơ trực tiếp; bộ phận một cửa thiếu 01 máy quét.",
    "remedy": "Mở 02 điểm hướng dẫn nộp trực tuyến tại xã; điều chuyển máy quét trong tháng.",
}


def _figure(
    indicator: Indicator, unit: Unit, month: Period, teller: Teller, total: int, share: float, *, accept: bool
) -> None:
    by = teller.heads.get(unit.code, teller.office)
    figure = report_figure(
        indicator,
        unit,
        month,
        by=by,
        numerator=Decimal(round(total * share)),
        denominator=Decimal(total),
        as_of=min(month.end, teller.today),
        source="Hệ thống thông tin giải quyết thủ tục hành chính của tỉnh",
        **(_BEHIND if unit.code == "CN04" else {}),
    )
    if accept:
        accept_figure(figure, by=teller.chief if by == teller.office else teller.office)
