"""Every address of the site, walked as somebody without rights.

A new address that takes an argument and has no row in `ARGUMENTS` fails the suite: whoever adds a page says whose
object it shows, and who of the cast may reach it. That person is the proof that the object is there to be found.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from core.periods import containing
from notifications.models import Digest, Escalation, Leave, MarkedAddress, Notice
from plans.actions import report_figure
from plans.documents import keep_file, link, register
from plans.models import (
    Document,
    DocumentLink,
    Indicator,
    Measurement,
    MeasurementDecision,
    Plan,
    ReportingRound,
    SourceAnswer,
    SourceFile,
    SourceRuling,
    Target,
    TargetIndicator,
)
from plans.sources import Proposed, bring_in
from reports.actions import create_draft
from reports.models import AgencyProfile, PrintedFigureRemedy, Report
from reports.profiles import default_profile
from tasks import actions
from tasks.actions import reviews
from tasks.models import Event, Handover, PersonReview, ReviewComment, Task
from tasks.panels import PANELS
from tests.architecture.rights_world import collect_and_correct
from tests.cast import TODAY, Cast, make_user
from tracker.handover import Plea, record
from units.actions import save_member
from units.models import AccountCheck, CalendarDay, Reorganisation, StaffMember, Unit
from units.permissions import Role

pytestmark = pytest.mark.django_db

# Open without signing in: nothing personal is shown there.
OPEN = {"login", "healthz", "healthz_jobs", "leave_mails", "calendar_feed"}
CANARY = "BIMATCUADONVI"
# A leader of another agency, who has every role but only over there.
# Known to everybody with a role: the organisation, and the catalogue of indicators (names and definitions, no figure).
SHARED = ("unit", "indicators", "indicator")
FOREIGN_ROLES = ("unit_head", "unit_clerk", "plan_owner", "leader", "staff_admin", "auditor")

# Whoever holds the secret in the address reaches these, signed in or not: tests/notifications opens them.
BY_SECRET = {"leave_mails", "calendar_feed"}
# Address → (who reaches it, of the cast or "admin"; the secrets its arguments point at; a word in quotes is given as it
# is).
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "calendar_day": ("lan", "calendar_day"),
    "calendar_year": ("lan", "'2027'"),
    "escalation": ("lan", "escalation"),
    "escalation_letter": ("lan", "escalation"),
    "leave_end": ("mai", "leave"),
    "plan_rules": ("lan", "plan"),
    "quiet_task": ("minh", "task"),
    "calendar_feed": ("mai", "'unknown'"),
    "leave_mails": ("mai", "'unknown'"),
    "mailroom_retry": ("admin", "digest"),
    "mailroom_trust": ("admin", "marked"),
    "change_service": ("minh", "unit"),
    "check_accounts": ("minh", "unit"),
    "withdraw_check": ("minh", "unit"),
    "correction": ("lan", "correction"),
    "colour_rules": ("lan", "target", "indicator"),
    "coverage_unit": ("minh", "unit"),
    "document": ("lan", "paper"),
    "document_edit": ("lan", "paper"),
    "document_file": ("lan", "paper_file"),
    "document_link": ("lan", "paper"),
    "document_unlink": ("lan", "link"),
    "evidence_file": ("mai", "evidence"),
    "figure": ("minh", "indicator", "unit"),
    "figure_accept": ("lan", "measurement"),
    "figure_correct": ("minh", "indicator", "unit"),
    "figure_proof": ("minh", "proof"),
    "figure_return": ("lan", "measurement"),
    "handover": ("minh", "handover"),
    "handover_minutes": ("minh", "handover"),
    "handover_new": ("minh", "clerk"),
    "handover_withdraw": ("minh", "handover"),
    "indicator": ("minh", "indicator"),
    "indicator_edit": ("lan", "indicator"),
    "notice": ("minh", "notice"),
    "order_slip": ("minh", "task"),
    "packet": ("minh", "unit"),
    "packet_download": ("minh", "unit"),
    "plan": ("minh", "plan"),
    "plan_activate": ("lan", "draft"),
    "plan_matrix": ("lan", "draft"),
    "plan_settings": ("lan", "plan"),
    "reorganisation": ("lan", "reorganisation"),
    "reorganisation_withdraw": ("lan", "reorganisation"),
    "plan_changes": ("lan", "plan"),
    "replacement": ("lan", "paper", "old_paper"),
    "removal": ("lan", "removal"),
    "removal_ask": ("minh", "task"),
    "report": ("lan", "report"),
    "report_draft": ("lan", "report"),
    "report_profile": ("lan", "profile"),
    "report_signed": ("lan", "report"),
    "report_verb": ("lan", "report", "'edit'"),
    "review": ("mai", "review"),
    "review_ask": ("minh", "unit"),
    "review_comment": ("mai", "review"),
    "round": ("minh", "round"),
    "round_decide": ("lan", "round"),
    "round_lock": ("lan", "round"),
    "round_move": ("lan", "round"),
    "round_unit": ("minh", "round", "unit"),
    "round_withdraw": ("lan", "round"),
    "source_agree": ("minh", "source_figure"),
    "source_dispute": ("minh", "source_figure"),
    "source_figure": ("minh", "source_figure"),
    "source_file": ("lan", "source_file"),
    "source_rule": ("lan", "source_figure"),
    "source_take": ("lan", "source_figure"),
    "target": ("minh", "target"),
    "target_count": ("lan", "target"),
    "target_hard": ("lan", "target"),
    "target_outlook": ("minh", "target"),
    "task": ("minh", "task"),
    "task_draft": ("lan", "unsent"),
    "task_draft_delete": ("lan", "unsent"),
    "task_file": ("son", "task"),
    "task_file_word": ("son", "task"),
    "task_verb": ("minh", "task", "'accept'"),
    "unit": ("minh", "unit"),
}


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        elif isinstance(entry, URLPattern):
            yield entry.name or "", route


ALL = sorted({name for name, _ in patterns()})


@pytest.fixture
def secrets(cast: Cast) -> dict[str, object]:
    """One object of each kind, each carrying the canary in its texts."""
    task = cast.task(title=f"Nhiệm vụ {CANARY}")
    actions.update_progress(task, by=cast.minh, text=f"Kết quả {CANARY}")
    paper = SimpleUploadedFile("bao-cao.pdf", f"%PDF-1.4 {CANARY}".encode(), content_type="application/pdf")
    evidence = actions.attach(task, by=cast.minh, file=paper, title=f"Báo cáo {CANARY}")
    cast.plan.title = f"Kế hoạch {CANARY}"
    cast.plan.save()
    member = save_member(StaffMember(code="M1", full_name=f"Nguyễn {CANARY}", unit=cast.ptd))
    notice = Notice.objects.create(
        recipient=cast.minh, key="k", group="3_new", task=task, text=f"Mới giao {CANARY}", url="/", day=TODAY
    )
    draft = Plan.objects.create(
        code="NHAP",
        title=f"Dự thảo {CANARY}",
        document=Document.objects.create(issuer="Sở", subject="x"),
        issuer=cast.so,
        tracking_unit=cast.vp,
        starts_on=TODAY,
        ends_on=TODAY,
    )
    indicator = Indicator.objects.create(
        code="CS1", name=f"Tỷ lệ {CANARY}", numerator=CANARY, denominator="Tổng số"
    )
    target = Target.objects.create(
        plan=cast.plan, code="CT1", name=f"Chỉ tiêu {CANARY}", scope="unit", unit=cast.ptd
    )
    TargetIndicator.objects.create(target=target, indicator=indicator)
    measurement = report_figure(
        indicator,
        cast.ptd,
        containing("month", TODAY).previous(),
        by=cast.minh,
        numerator=Decimal(1),
        denominator=Decimal(2),
        note=f"Nguyên nhân {CANARY}",
    )
    collected = collect_and_correct(indicator, cast.ptd, cast.vp, head=cast.minh, owner=cast.lan, word=CANARY)
    source_file = SourceFile(agency=cast.so, system="one_stop", uploaded_by=cast.lan)
    source_file.fill(ContentFile(f"Tệp {CANARY}".encode(), name=f"{CANARY}.csv"))
    source_file.save()
    window = containing("month", TODAY).previous()
    proposed = Proposed(f"dòng 7 {CANARY}", indicator, cast.ptd, Decimal(2), Decimal(2))
    (source_figure,) = bring_in(
        source_file, window, [proposed], by=cast.lan, as_of=window.end, answer_by=TODAY
    )
    profile = default_profile(cast.vp, AgencyProfile.Reach.INTERNAL)
    report = create_draft(cast.plan, containing("month", TODAY), profile, by=cast.lan)
    report.draft_file.save("du-thao.docx", ContentFile(CANARY.encode()), save=False)
    report.signed_file.save("da-ky.pdf", ContentFile(CANARY.encode()), save=False)
    report.draft_edition = report.edition
    report.save()
    unsent = cast.task("NV98", title=f"Chưa giao {CANARY}", given=False)
    reorganised = Reorganisation.objects.create(
        kind="dissolve", effective_on=TODAY, decision="Quyết định 1", note=CANARY, recorded_by=cast.lan
    )
    reorganised.predecessors.add(cast.ptd)
    review = reviews.ask_comment(cast.ptd, person=cast.mai, starts_on=TODAY, ends_on=TODAY, by=cast.minh)
    reviews.comment(review, by=cast.mai, text=f"Ý kiến {CANARY}")
    other = cast.task("NV02", title=f"Việc {CANARY}")
    actions.update_progress(other, by=cast.minh, text=f"Nội dung {CANARY} phải gỡ")
    removal = actions.request_removal(
        other, by=cast.minh, kind="other", reason=f"Lý do {CANARY}", events=[other.events.last()]
    )
    return (
        _papers(cast)
        | collected
        | {
            "unsent": unsent,
            "reorganisation": reorganised,
            "review": review,
            "removal": removal,
            "indicator": indicator,
            "target": target,
            "profile": profile,
            "report": report,
            "measurement": measurement,
            "source_file": source_file,
            "source_figure": source_figure,
            "task": task,
            "evidence": evidence,
            "plan": cast.plan,
            "draft": draft,
            "member": member,
            "notice": notice,
            "escalation": Escalation.objects.create(
                task=task, kind="leader", deadline=TODAY, on=TODAY, proposal=f"Đề xuất {CANARY}"
            ),
            "digest": Digest.objects.create(
                recipient=cast.mai, day=TODAY, state="failed", message_id="<canary@tracker>"
            ),
            "marked": MarkedAddress.objects.create(address="canary@x.vn", kind="refused", answer="550"),
            "leave": Leave.objects.create(person=cast.mai, starts_on=TODAY, ends_on=TODAY),
            "calendar_day": CalendarDay.objects.create(
                day=TODAY + timedelta(days=70), kind="agency", name="Nghỉ riêng"
            ),
            "unit": cast.ptd,
            "handover": record(
                Plea(cast.mai, Handover.Kind.LEAVES, TODAY + timedelta(days=9), None, f"Nghỉ {CANARY}"),
                {},
                by=cast.minh,
            ),
            "clerk": cast.mai,
        }
    )


def _papers(cast: Cast) -> dict[str, object]:
    """Two documents of the agency, one in the place of the other, with a file."""
    papers = [
        register(Document(kind="TB", number=number, issuer="Sở", subject=f"Thông báo {CANARY}"), by=cast.lan)
        for number in ("1/TB", "2/TB")
    ]
    upload = SimpleUploadedFile("tb.pdf", f"%PDF-1.4 {CANARY}".encode(), content_type="application/pdf")
    return {
        "old_paper": papers[0],
        "paper": papers[1],
        "paper_file": keep_file(papers[1], upload, by=cast.lan),
        "link": link(papers[1], papers[0], "replaces", by=cast.lan),
    }


def arguments(name: str, route: str, secrets: dict[str, object]) -> list | None:
    """Arguments that point at somebody else's object; None for a page of one's own."""
    if "<" not in route:
        return None
    assert name in ARGUMENTS, f"{name}: say in ARGUMENTS whose object it shows and who may reach it"
    _person, *keys = ARGUMENTS[name]
    return [key.strip("'") if key.startswith("'") else secrets[key].pk for key in keys]  # type: ignore[attr-defined]


def facts() -> list:
    """What nobody without a right may move."""
    counted = (
        Event,
        Measurement,
        MeasurementDecision,
        ReportingRound,
        PrintedFigureRemedy,
        SourceAnswer,
        SourceRuling,
        AccountCheck,
        PersonReview,
        ReviewComment,
    )
    tasks = Task.objects.order_by("pk").values_list("pk", "execution", "confirmation", "effective_end")
    plans = Plan.objects.order_by("pk").values_list("pk", "state")
    reports = Report.objects.values_list("pk", "state", "edition")
    rounds = ReportingRound.objects.order_by("pk").values_list("pk", "locked_at")
    handovers = Handover.objects.values_list("pk", "withdrawn_at", "carried_out_at")
    papers = [*Document.objects.values_list("pk", "number"), *DocumentLink.objects.values_list("pk", "kind")]
    counted_rows = (model.objects.count() for model in counted)
    return [*tasks, *plans, *reports, *rounds, *handovers, *papers, *counted_rows]


@pytest.fixture
def foreigner(cast: Cast) -> Client:
    """Every role there is, but over another agency: the organisation is known, nothing of ours is."""
    from tests.cast import make_unit, make_user
    from units.actions import renumber_tree
    from units.permissions import Role

    other = make_unit("KHAC", "Sở Khác", Unit.Kind.DEPARTMENT)
    renumber_tree()
    other.refresh_from_db()
    user = make_user("khac", "Người Sở Khác", *((Role(role), other) for role in FOREIGN_ROLES))
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", ALL)
def test_nobody_reaches_a_page_without_signing_in(
    cast: Cast, secrets: dict, client: Client, name: str
) -> None:
    route = dict(patterns())[name]
    url = reverse(name, args=arguments(name, route, secrets) or [])
    for method in (client.get, client.post):
        response = method(url)
        if name in OPEN:
            assert CANARY not in response.content.decode(errors="replace")
        else:
            assert response.status_code in (302, 405), (name, response.status_code)
            if response.status_code == 302:
                assert response["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("name", ALL)
def test_another_agency_sees_and_changes_nothing_of_ours(
    cast: Cast, secrets: dict, foreigner: Client, name: str
) -> None:
    route = dict(patterns())[name]
    given = arguments(name, route, secrets)
    url = reverse(name, args=given or [])
    before = facts()
    for method in (foreigner.get, foreigner.post):
        response = method(url)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert name in SHARED or CANARY not in body.decode(errors="replace"), name
        # Health says 503 while no worker runs, and nothing else.
        assert response.status_code < 500 or name == "healthz_jobs", name
        if given is not None and name not in SHARED:
            assert response.status_code in (403, 404, 405), (name, method, response.status_code)
    assert facts() == before


@pytest.mark.parametrize("name", ALL)
def test_somebody_without_any_role_sees_nothing(cast: Cast, secrets: dict, client: Client, name: str) -> None:
    client.force_login(cast.stranger)
    route = dict(patterns())[name]
    given = arguments(name, route, secrets)
    before = facts()
    for method in (client.get, client.post):
        response = method(reverse(name, args=given or []))
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert CANARY not in body.decode(errors="replace")
        if given is not None:
            assert response.status_code in (403, 404, 405), name
    assert facts() == before


@pytest.mark.parametrize("name", sorted(ARGUMENTS.keys() - BY_SECRET))
def test_the_person_it_is_for_does_reach_it(cast: Cast, secrets: dict, client: Client, name: str) -> None:
    """Otherwise the doors above would be shut to everybody, and prove nothing."""
    route = dict(patterns())[name]
    who = ARGUMENTS[name][0]
    client.force_login(
        make_user("quantri", "Quản trị", (Role.ADMIN, cast.so)) if who == "admin" else getattr(cast, who)
    )
    url = reverse(name, args=arguments(name, route, secrets) or [])
    statuses = {method(url).status_code for method in (client.get, client.post)}
    assert statuses - {405} <= {200, 302, 409, 422} and statuses != {405}, statuses


@pytest.mark.parametrize("verb", sorted(PANELS))
@pytest.mark.parametrize("person", ["tu", "son", "stranger", "foreigner"])
def test_no_verb_is_open_to_somebody_without_the_right(
    cast: Cast, secrets: dict, client: Client, foreigner: Client, person: str, verb: str
) -> None:
    """Another unit, the auditor, somebody without a role, another agency."""
    if person == "foreigner":
        client = foreigner
    else:
        client.force_login(getattr(cast, person))
    before = facts()
    url = reverse("task_verb", args=[secrets["task"].pk, verb])
    answer = client.post(url, {"text": "x", "reason": "x", "proposed_end": "20/11/2026", "granted": "yes"})
    assert answer.status_code == (403 if person == "son" else 404)
    assert facts() == before


def test_another_unit_of_the_same_agency_does_not_see_the_names_or_the_task(
    cast: Cast, secrets: dict, client: Client
) -> None:
    client.force_login(cast.tu)
    assert client.get(reverse("task", args=[secrets["task"].pk])).status_code == 404
    assert client.get(reverse("coverage_unit", args=[cast.ptd.pk])).status_code == 403
    assert CANARY not in client.get(reverse("coverage")).content.decode()


def test_leadership_sees_counts_and_never_names(cast: Cast, secrets: dict, client: Client) -> None:
    client.force_login(cast.hoa)
    board = client.get(reverse("coverage")).content.decode()
    assert cast.ptd.name in board and CANARY not in board
    assert client.get(reverse("coverage_unit", args=[cast.ptd.pk])).status_code == 403
