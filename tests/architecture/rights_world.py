"""Two agencies and everybody who may stand before a door: what the tables of rights are walked in.

Agency `SO` has an office, an attached body with two branches, a team below the first branch, and a division; agency
`KHAC` has the same shape. Three sets of objects stand in it, each with one of every kind:

* `own`: led by the first branch (`L`), the division coordinates;
* `below`: led by the team below that branch (`T`), of another plan of the same office;
* `foreign`: led by the branch of the other agency, of its own plan and office.

Every text of an object carries the token of the unit it belongs to (`token`), so that one look at a page says whose
words are on it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from core.clock import today
from core.deadlines import DeadlineKind
from core.periods import containing
from notifications.models import Digest, Escalation, Leave, MarkedAddress, Notice
from plans import rounds
from plans.actions import report_figure
from plans.corrections import correct_figure
from plans.documents import keep_file, link, register
from plans.models import (
    Document,
    FigureFile,
    FigureProof,
    Indicator,
    Plan,
    SourceFile,
    Target,
    TargetIndicator,
)
from plans.sources import Proposed, bring_in
from reports.actions import create_draft, submit_for_signature
from reports.models import AgencyProfile
from reports.profiles import default_profile
from tasks import actions
from tasks.actions import reviews
from tasks.models import Handover, Task
from tests.cast import LONG_AGO, make_unit, make_user
from tracker.handover import Plea, record
from units.actions import grant_role, renumber_tree, save_member
from units.models import CalendarDay, Reorganisation, StaffMember, Unit, User
from units.permissions import Role

# In the order of the columns of the tables. `anonymous` has not signed in.
ACTORS = {
    "anonymous": "nobody signed in",
    "stranger": "signed in, no role",
    "admin": "system administrator",
    "owner": "plan owner of the tracking office",
    "owner2": "plan owner of the other agency",
    "head": "head of the lead unit",
    "clerk": "clerk of the lead unit",
    "parent": "head of the body above the lead unit",
    "sibling": "head of the branch beside it",
    "coord": "head of the coordinating division",
    "staff": "staff administrator of the agency",
    "leader": "leader in charge",
    "leader2": "leader of the agency, not in charge",
    "auditor": "auditor of the agency",
    "deputy": "deputy head whose grant ended yesterday",
}


@dataclass
class World:
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    # "own", "below", "foreign" → kind of object → object
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    # Sign-ins, made once a person.
    sessions: dict[str, str] = field(default_factory=dict)

    def client(self, actor: str) -> Client:
        client = Client()
        if actor != "anonymous":
            if actor not in self.sessions:
                client.force_login(self.people[actor])
                self.sessions[actor] = client.cookies["sessionid"].value
            client.cookies["sessionid"] = self.sessions[actor]
        return client


def token(name: str) -> str:
    """A word that stands nowhere else: `ZX<name>ZX`."""
    return f"ZX{name}ZX"


def make_world() -> World:
    world = World()
    kind = Unit.Kind
    for tag, name in (("", "Sở Nông nghiệp"), ("2", "Sở Khác")):
        units = world.units
        units[f"D{tag}"] = make_unit(f"D{tag}", name, kind.DEPARTMENT)
        units[f"O{tag}"] = make_unit(f"O{tag}", f"Văn phòng {name}", kind.OFFICE, units[f"D{tag}"])
        units[f"C{tag}"] = make_unit(f"C{tag}", f"Phòng phối hợp {name}", kind.DIVISION, units[f"D{tag}"])
        units[f"A{tag}"] = make_unit(f"A{tag}", f"Trung tâm {name}", kind.ATTACHED, units[f"D{tag}"])
        units[f"L{tag}"] = make_unit(f"L{tag}", f"Chi nhánh Một {name}", kind.BRANCH, units[f"A{tag}"])
        units[f"T{tag}"] = make_unit(f"T{tag}", f"Tổ Một {name}", kind.BRANCH, units[f"L{tag}"])
        units[f"S{tag}"] = make_unit(f"S{tag}", f"Chi nhánh Hai {name}", kind.BRANCH, units[f"A{tag}"])
    renumber_tree()
    for unit in world.units.values():
        unit.refresh_from_db()
    _people(world)
    world.objects["own"] = _objects(world, "own", "L", head="head", clerk="clerk", coordinators=["C"])
    world.objects["below"] = _objects(world, "below", "T", head="team_head", clerk="team_clerk")
    world.objects["foreign"] = _objects(world, "foreign", "L2", head="head2", clerk="clerk2", tag="2")
    for person in world.people.values():
        person.forget_grants()
    return world


def _people(world: World) -> None:
    units = world.units
    for name, role, place in (
        ("admin", Role.ADMIN, "D"),
        ("owner", Role.PLAN_OWNER, "O"),
        ("owner2", Role.PLAN_OWNER, "O2"),
        ("head", Role.UNIT_HEAD, "L"),
        ("clerk", Role.UNIT_CLERK, "L"),
        ("parent", Role.UNIT_HEAD, "A"),
        ("sibling", Role.UNIT_HEAD, "S"),
        ("coord", Role.UNIT_HEAD, "C"),
        ("staff", Role.STAFF_ADMIN, "D"),
        ("leader", Role.LEADER, "D"),
        ("leader2", Role.LEADER, "D"),
        ("auditor", Role.AUDITOR, "D"),
        ("team_head", Role.UNIT_HEAD, "T"),
        ("team_clerk", Role.UNIT_CLERK, "T"),
        ("head2", Role.UNIT_HEAD, "L2"),
        ("clerk2", Role.UNIT_CLERK, "L2"),
        ("leader_there", Role.LEADER, "D2"),
    ):
        world.people[name] = make_user(name, f"Người {name}", (role, units[place]))
    world.people["stranger"] = make_user("stranger", "Người ngoài")
    world.people["deputy"] = make_user("deputy", "Người cấp phó")
    grant_role(
        world.people["deputy"], Role.UNIT_HEAD, units["L"], by=None, valid_from=LONG_AGO,
        valid_to=today() - timedelta(days=1),
    )  # fmt: skip


def _objects(
    world: World,
    name: str,
    place: str,
    *,
    head: str,
    clerk: str,
    tag: str = "",
    coordinators: list[str] | None = None,
) -> dict[str, Any]:
    """One object of each kind, every text with the token of its unit."""
    units, people, on = world.units, world.people, today()
    unit, office = units[place], units[f"O{tag}"]
    by_head, by_clerk = people[head], people[clerk]
    owner, leader = people[f"owner{tag}"], people["leader_there" if tag else "leader"]
    word = world.tokens[name] = token(place)
    made: dict[str, Any] = {"unit": unit, "clerk": by_clerk}
    made["plan"] = plan = _plan(world, name, f"Kế hoạch {word}", tag, leader, Plan.State.ACTIVE)
    made["draft"] = _plan(world, f"{name}-nhap", f"Dự thảo {word}", tag, leader, Plan.State.DRAFT)
    calendar = CalendarDay.objects.as_calendar()

    def task(code: str, *, given: bool = True, **fields: Any) -> Task:
        order = Task(
            **{
                "plan": plan,
                "code": f"{name}-{code}",
                "title": f"Việc {code} {word}",
                "product": f"Sản phẩm {word}",
                "quote": f"Nguyên văn {word}",
                "tracking_unit": office,
                "lead_unit": unit,
                "deadline_kind": DeadlineKind.DATE,
                "phrase": "30/10/2026",
                "nominal_end": on + timedelta(days=17),
                **fields,
            }
        )
        along = [(units[each], "coordinates") for each in coordinators or ()] if given else ()
        actions.save_task(order, coordinators=along, calendar=calendar)
        if given:
            actions.assign(order, by=owner, on=on - timedelta(days=10))
        return Task.objects.get(pk=order.pk)

    made["task"] = main = task("01")
    actions.update_progress(main, by=by_head, text=f"Kết quả {word}", obstacle=f"Vướng {word}")
    actions.delegate(main, by=by_head, officer=by_clerk, text=f"Phân công {word}")
    paper = SimpleUploadedFile(f"bc-{word}.pdf", f"%PDF-1.4 {word}".encode(), content_type="application/pdf")
    made["evidence"] = actions.attach(main, by=by_head, file=paper, title=f"Báo cáo {word}")
    made["unsent"] = task("98", given=False)
    removed = task("02")
    actions.update_progress(removed, by=by_head, text=f"Nội dung {word} phải gỡ")
    made["removal"] = actions.request_removal(
        removed, by=by_head, kind="other", reason=f"Lý do {word}", events=[removed.events.last()]
    )
    made["standing"] = task(
        "03", deadline_kind=DeadlineKind.STANDING, phrase="thường xuyên", nominal_end=None
    )
    made["member"] = save_member(StaffMember(code=f"M-{place}", full_name=f"Nguyễn {word}", unit=unit))
    made["notice"] = Notice.objects.create(
        recipient=by_head, key=f"k-{name}", group="3_new", task=main, text=f"Mới giao {word}",
        detail=f"Chi tiết {word}", url=reverse("task", args=[main.pk]), day=on,
    )  # fmt: skip
    made["escalation"] = Escalation.objects.create(
        task=main, kind="leader", deadline=on, on=on, proposal=f"Đề xuất {word}"
    )
    made["digest"] = Digest.objects.create(
        recipient=by_head, day=on, state="failed", message_id=f"<{name}@tracker>"
    )
    made["marked"] = MarkedAddress.objects.create(address=f"{name}@x.vn", kind="refused", answer="550")
    made["leave"] = Leave.objects.create(person=by_head, starts_on=on, ends_on=on)
    made["calendar_day"] = CalendarDay.objects.create(
        day=date(2026, 12, 21 + len(world.objects)), kind="agency", name=f"Nghỉ {name}"
    )
    made |= _figures(world, name, word, tag, plan, unit, by_head)
    made |= collect_and_correct(made["indicator"], unit, office, head=by_head, owner=owner, word=word)
    made["profile"] = default_profile(office, AgencyProfile.Reach.INTERNAL)
    made["report"] = report = create_draft(plan, containing("month", on), made["profile"], by=owner)
    report.draft_file.save(f"{word}.docx", ContentFile(word.encode()), save=False)
    report.signed_file.save(f"{word}.pdf", ContentFile(word.encode()), save=False)
    report.signed_name = f"{word}.pdf"
    report.draft_edition = report.edition
    report.save()
    if name == "below":  # at its signer: leaders and auditors see it from then on
        submit_for_signature(report, by=owner)
    made["reorganisation"] = reorganised = Reorganisation.objects.create(
        kind="dissolve", effective_on=on, decision=f"QĐ {word}", note=f"Ghi chú {word}", recorded_by=owner
    )
    reorganised.predecessors.add(unit)
    made["review"] = reviews.ask_comment(unit, person=by_clerk, starts_on=on, ends_on=on, by=by_head)
    reviews.comment(made["review"], by=by_clerk, text=f"Ý kiến {word}")
    made["handover"] = record(
        Plea(by_clerk, Handover.Kind.LEAVES, on + timedelta(days=9), None, f"Nghỉ {word}"), {}, by=by_head
    )
    made |= _papers(word, owner)
    return made


def _plan(world: World, code: str, title: str, tag: str, leader: User, state: str) -> Plan:
    on = today()
    document = Document.objects.create(
        number=f"{code}/KH", issued_on=on, issuer="Sở", subject=title, agency=world.units[f"D{tag}"]
    )
    given = {"activated_at": f"{on}T08:00:00+07:00"} if state == Plan.State.ACTIVE else {}
    return Plan.objects.create(
        code=code,
        title=title,
        document=document,
        issuer=world.units[f"D{tag}"],
        tracking_unit=world.units[f"O{tag}"],
        leader_in_charge=leader,
        starts_on=on.replace(month=1, day=1),
        ends_on=on.replace(month=12, day=31),
        state=state,
        **given,
    )


def _figures(
    world: World, name: str, word: str, tag: str, plan: Plan, unit: Unit, head: User
) -> dict[str, Any]:
    indicator = Indicator.objects.create(
        code=f"CS-{name}", name=f"Tỷ lệ {word}", numerator=f"Tử số {word}", denominator=f"Mẫu số {word}"
    )
    target = Target.objects.create(
        plan=plan, code=f"CT-{name}", name=f"Chỉ tiêu {word}", scope="unit", unit=unit
    )
    TargetIndicator.objects.create(target=target, indicator=indicator)
    measurement = report_figure(
        indicator, unit, containing("month", today()).previous(), by=head, numerator=Decimal(1),
        denominator=Decimal(2), note=f"Nguyên nhân {word}",
    )  # fmt: skip
    return {"indicator": indicator, "target": target, "measurement": measurement} | _of_a_system(
        world, word, tag, indicator, unit
    )


def _of_a_system(world: World, word: str, tag: str, indicator: Indicator, unit: Unit) -> dict[str, Any]:
    """What the one-stop system says of the same figure, which is not what was reported."""
    file = SourceFile(
        agency=world.units[f"D{tag}"], system="one_stop", uploaded_by=world.people[f"owner{tag}"]
    )
    file.fill(ContentFile(f"Tệp {word}".encode(), name=f"{word}.csv"))
    file.save()
    period = containing("month", today()).previous()
    (figure,) = bring_in(
        file,
        period,
        [Proposed(f"dòng 7 {word}", indicator, unit, Decimal(2), Decimal(2))],
        by=file.uploaded_by,
        as_of=period.end,
        answer_by=today() + timedelta(days=3),
    )
    return {"source_file": file, "source_figure": figure}


def collect_and_correct(
    indicator: Indicator, unit: Unit, office: Unit, *, head: User, owner: User, word: str
) -> dict[str, object]:
    """A round that takes figures today; in an older, locked one a correction with its file."""
    running, older = containing("month", today()), containing("month", today()).previous().previous()
    asked = [(indicator, unit)]
    due = running.end + timedelta(days=2)
    days = rounds.Days(today(), due, 1, due + timedelta(days=6))
    made = rounds.open_round(office, running, asked, days, by=owner)
    past = rounds.usual_days(older, CalendarDay.objects.as_calendar())
    rounds.open_round(office, older, asked, past, by=owner)
    corrected = correct_figure(
        indicator,
        unit,
        older,
        by=head,
        reason=f"Tính nhầm {word}",
        numerator=Decimal(3),
        denominator=Decimal(4),
    )
    file = FigureFile(unit=unit, uploaded_by=head)
    file.fill(SimpleUploadedFile(f"so-lieu-{word}.pdf", f"%PDF-1.4 {word}".encode()))
    file.save()
    proof = FigureProof.objects.create(measurement=corrected, number=f"1/{word}", file=file, by=head)
    return {"round": made, "correction": corrected, "proof": proof}


def _papers(word: str, owner: User) -> dict[str, Any]:
    """Two documents of the agency, one in the place of the other, with a file."""
    papers = [
        register(
            Document(kind="TB", number=f"{number}-{word}/TB", issuer="Sở", subject=f"Thông báo {word}"),
            by=owner,
        )
        for number in (1, 2)
    ]
    upload = SimpleUploadedFile(f"tb-{word}.pdf", f"%PDF-1.4 {word}".encode(), content_type="application/pdf")
    return {
        "old_paper": papers[0],
        "paper": papers[1],
        "paper_file": keep_file(papers[1], upload, by=owner),
        "link": link(papers[1], papers[0], "replaces", by=owner),
    }


# --- Addresses ----------------------------------------------------------------------------------------


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every address of the real resolver: nothing can be forgotten."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        elif isinstance(entry, URLPattern):
            yield entry.name or "", route


# --- What a request wrote -----------------------------------------------------------------------------


@contextmanager
def writes() -> Iterator[list[str]]:
    """The statements that wrote something but the session of whoever asked, while it is open."""
    found: list[str] = []

    def look(execute: Callable, sql: str, params: Any, many: bool, context: Any) -> Any:
        verb = sql.lstrip().split(" ", 1)[0].upper()
        if verb in ("INSERT", "UPDATE", "DELETE") and "django_session" not in sql:
            found.append(sql[:120])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield found


def fingerprint() -> dict[str, Any]:
    """Rows of every table, and the columns that say how things stand."""
    from django.apps import apps

    states = ("state", "execution", "confirmation", "effective_end", "edition", "verdict", "decision",
              "withdrawn_at", "valid_to", "read_at", "is_active", "password", "mails", "full_name",
              "title", "text", "lead_unit_id", "number")  # fmt: skip
    found: dict[str, Any] = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table == "django_session":
            continue
        columns = [each.attname for each in model._meta.concrete_fields if each.attname in states]
        rows: list[Any] = list(model._base_manager.order_by("pk").values_list("pk", *columns))
        found[model._meta.label] = rows
    return found


def pk_of(thing: Any) -> Any:
    return thing.pk if isinstance(thing, Model) else thing
