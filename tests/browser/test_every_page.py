"""Every page of the site in Chromium, for three people, on a desk and on a phone: axe-core finds nothing to say, and
nothing scrolls sideways.

The list is the resolver's. A new address with an argument needs a row in `EXAMPLES`; an address that shows no page to
any of the three fails, unless `NO_PAGE` says why.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from core.clock import today
from core.periods import containing
from notifications import desk
from notifications.models import Escalation
from plans import rounds
from plans.corrections import correct_figure
from plans.models import Document, Measurement, Plan, ReportingRound, SourceFigure, Target
from reports.models import AgencyProfile, Report
from tasks.actions import reviews
from tasks.models import ContentRemoval, Handover, PersonReview, Task
from tests.architecture.test_rights import patterns
from tests.browser.conftest import SIZES, assert_accessible, give_password
from tracker import removal as removing
from tracker.demo.load import load
from tracker.handover import Plea, record
from units.actions import grant_role
from units.models import CalendarDay, Reorganisation, Unit, User
from units.permissions import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = ("vanphong", "truongphong", "giamdoc")
# One object for each address that takes one: arguments as `reverse` takes them.
EXAMPLES: dict[str, Callable[[], list[Any]]] = {
    "calendar_day": lambda: [CalendarDay.objects.common().earliest("pk").pk],
    "escalation": lambda: [_escalation().pk],
    "plan_rules": lambda: [_plan("KH-CCHC").pk],
    "quiet_task": lambda: [_task("QLDD", execution="in_progress").pk],
    "correction": lambda: [_correction().pk],
    "colour_rules": lambda: [_target("CT2").pk, _target("CT2").indicators.first().pk],
    "coverage_unit": lambda: [_unit("QLDD").pk],
    "document": lambda: [_paper("replaces").pk],
    "document_edit": lambda: [_paper("replaces").pk],
    "figure": lambda: [_figure().indicator_id, _figure().unit_id],
    "figure_correct": lambda: [_correction().indicator_id, _correction().unit_id],
    "handover": lambda: [_handover().pk],
    "handover_new": lambda: [_user("chuyenvien").pk],
    "indicator": lambda: [_figure().indicator_id],
    "indicator_edit": lambda: [_figure().indicator_id],
    "packet": lambda: [_unit("QLDD").pk],
    "plan": lambda: [_plan("KH-DVCTT").pk],
    "plan_activate": lambda: [_plan("KH-TTHCNB").pk],
    "plan_changes": lambda: [_plan("KH-CCHC").pk],
    "plan_matrix": lambda: [_plan("KH-TTHCNB").pk],
    "plan_settings": lambda: [_plan("KH-CCHC").pk],
    "removal": lambda: [_removal().pk],
    "removal_ask": lambda: [_task("QLDD", execution="in_progress").pk],
    "reorganisation": lambda: [Reorganisation.objects.latest("pk").pk],
    "replacement": lambda: [_paper("replaces").pk, _paper("replaces").links.get(kind="replaces").target_id],
    "report": lambda: [Report.objects.latest("pk").pk],
    "report_profile": lambda: [AgencyProfile.objects.first().pk],
    "review": lambda: [_review().pk],
    "round": lambda: [_round().pk],
    "round_unit": lambda: [_round().pk, _round().items.earliest("pk").unit_id],
    "source_figure": lambda: [SourceFigure.objects.latest("pk").pk],
    "target": lambda: [_target("CT2").pk],
    "task": lambda: [_task("QLDD", execution="reassign").pk],
    "task_draft": lambda: [_plan("KH-TTHCNB").tasks.filter(assigned_on=None).first().pk],
    "task_file": lambda: [_task("QLDD", execution="in_progress").pk],
    "unit": lambda: [_unit("VPDK").pk],
}
# Pages nobody of the three gets by asking for an address, or that hold no page.
NO_PAGE = {
    "healthz": "for machines",
    "healthz_jobs": "for machines",
    "login": "signed in people are sent on",
    "logout": "only sent",
    "mailroom": "for administrators, who walk below",
    "personal_looks": "for administrators, who walk below",
}
# Addresses with an argument that only send or download: what they refuse or give is tested elsewhere.
ONLY_SENDS = {
    "change_service", "withdraw_check", "escalation_letter", "calendar_year", "leave_end",
    "calendar_feed", "leave_mails", "mailroom_retry", "mailroom_trust",
    "check_accounts", "document_file", "document_link", "document_unlink", "evidence_file", "figure_accept",
    "figure_proof", "figure_return", "handover_minutes", "handover_withdraw", "notice", "order_slip",
    "packet_download", "reorganisation_withdraw", "report_draft", "report_signed", "report_verb", "review_ask",
    "review_comment", "round_decide", "round_lock", "round_move", "round_withdraw", "source_agree",
    "source_dispute", "source_file", "source_rule", "source_take", "target_count", "target_hard",
    "target_outlook", "task_draft_delete", "task_file_word", "task_verb",
}  # fmt: skip

# Pages that look otherwise, or show anything only, with a question behind the address.
ASKED = {
    "plan": ("", "?xem=chi-tieu"),
    "statistics": ("", "?bang=xep-hang"),
    "statistics_list": ("?so=due&nhom=",),
}
# Addresses without an argument that only send or download.
SENT_OR_DOWNLOADED = {
    "desk_release", "giao_ban", "leave_new",
    "calendar_address", "inbox_read_all", "indicators_ready", "mailroom_retry_all", "plan_template", "unread",
}  # fmt: skip


def _user(name: str) -> User:
    return User.objects.get(username=name)


def _escalation() -> Escalation:
    """A matter that waits on the office's desk; the demo's late tasks bring some."""
    desk.lay(today())
    return Escalation.objects.waiting().earliest("pk")


def _unit(code: str) -> Unit:
    return Unit.objects.get(code=code)


def _plan(code: str) -> Plan:
    return Plan.objects.get(code=code)


def _target(code: str) -> Target:
    return Target.objects.get(plan__code="KH-DVCTT", code=code)


def _task(lead: str, **state: str) -> Task:
    return Task.objects.filter(lead_unit__code=lead, **state).earliest("pk")


def _paper(kind: str) -> Document:
    return Document.objects.filter(links__kind=kind).earliest("pk")


def _figure() -> Measurement:
    return Measurement.objects.latest("pk")


def _round(months_ago: int = 0) -> ReportingRound:
    """The round of a reporting month of everything the demo's office may ask for: today's takes figures."""
    office = _plan("KH-DVCTT").tracking_unit
    period = containing("month", today())
    for _ in range(months_ago):
        period = period.previous()
    there = ReportingRound.objects.filter(period_kind=period.kind, period_key=period.key).first()
    if there is not None:
        return there
    usual = rounds.usual_days(period, CalendarDay.objects.as_calendar())
    days = usual if months_ago else replace(usual, opens_on=today())
    figures = [(each.indicator, each.unit) for each in rounds.wanted_in_window(office, period)]
    return rounds.open_round(office, period, figures, days, by=_user("vanphong"))


def _correction() -> Measurement:
    """Written down by the office for a unit, of a figure of a month locked long ago."""
    there = Measurement.objects.exclude(correction="").first()
    if there is not None:
        return there
    found = _round(2)
    item = found.items.select_related("indicator", "unit").earliest("pk")
    return correct_figure(
        item.indicator, item.unit, found.window, by=_user("vanphong"), reason="Đếm trùng hồ sơ",
        source="Công văn số 9", numerator=Decimal(3), denominator=Decimal(4) if item.indicator.is_ratio else None,
    )  # fmt: skip


def _handover() -> Handover:
    head, clerk = _user("truongphong"), _user("chuyenvien")
    kind = Handover.Kind.LEAVES
    return record(Plea(clerk, kind, today() + timedelta(days=40), None, "Chuyển công tác"), {}, by=head)


def _removal() -> ContentRemoval:
    task = Task.objects.filter(lead_unit__code="QLDD", events__verb="update").earliest("pk")
    events = [task.events.filter(verb="update").earliest("pk")]
    return removing.ask(
        task, by=_user("truongphong"), kind="personal", reason="Ghi nhầm thông tin cá nhân", events=events
    )


def _review() -> PersonReview:
    """Open to the head since the person has commented."""
    clerk, day = _user("chuyenvien"), today()
    review = reviews.ask_comment(
        _unit("QLDD"),
        person=clerk,
        starts_on=day.replace(month=1, day=1),
        ends_on=day,
        by=_user("truongphong"),
    )
    reviews.comment(review, by=clerk, text="Hai nhiệm vụ chậm do chờ số liệu của đơn vị phối hợp")
    return review


@pytest.fixture
def addresses(transactional_db: None, settings: Any) -> dict[str, str]:
    """Name → address of one page each, in the demo as it is loaded."""
    settings.DEMO_MODE = True
    load(today())
    found = {}
    for name, route in patterns():
        if name in NO_PAGE or name in ONLY_SENDS:
            continue
        assert "<" not in route or name in EXAMPLES, f"{name}: say in EXAMPLES which object to look at"
        found[name] = reverse(name, args=EXAMPLES[name]() if name in EXAMPLES else [])
    return found


def test_every_page_is_accessible_to_the_office_a_unit_and_the_director_on_a_desk_and_on_a_phone(
    addresses: dict[str, str], sign_in: Callable[..., Any]
) -> None:
    shown: set[str] = set()
    faults: list[str] = []
    for username in PEOPLE:
        give_password(_user(username))
        page = sign_in(username)
        for name, address in addresses.items():
            for question in ASKED.get(name, ("",)):
                if not _opens(page, address + question):
                    continue
                shown.add(name)
                for size in SIZES.values():
                    page.set_viewport_size(size)
                    try:
                        assert_accessible(page)
                    except AssertionError as fault:
                        faults.append(f"{username}, {size['width']} px: {fault}")
    assert not faults, "\n\n".join(faults)
    unseen = {name for name in addresses if name not in shown and not name.endswith("_export")}
    assert unseen == SENT_OR_DOWNLOADED, "addresses that showed nobody a page"


def test_pages_of_administrators_are_accessible(
    addresses: dict[str, str], sign_in: Callable[..., Any]
) -> None:
    keeper = User.objects.create_user("quantri", full_name="Quản trị hệ thống")
    grant_role(keeper, Role.ADMIN, _user("giamdoc").grants_today[0].unit, by=None)
    give_password(keeper)
    page = sign_in("quantri")
    for name in ("mailroom", "personal_looks"):
        assert _opens(page, reverse(name)), name
        for size in SIZES.values():
            page.set_viewport_size(size)
            assert_accessible(page)


def _opens(page: Any, address: str) -> bool:
    """Whether this person gets a page there, and not a file or a refusal; then it stands open."""
    answer = page.request.get(address)
    assert answer.status < 500, address
    if answer.status != 200 or not answer.headers.get("content-type", "").startswith("text/html"):
        return False
    page.goto(address)
    return True
