"""What is posted beside or instead of what a form offers: objects of others, and columns no form has."""

from typing import Any

import pytest
from django.db import transaction
from django.forms import BaseForm
from django.urls import reverse

from plans.models import Document, Plan
from reports.models import Report
from tasks.models import Task
from tests.architecture.rights_world import World, fingerprint, pk_of
from tests.architecture.test_rights_table import world  # noqa: F401
from units.models import User

pytestmark = pytest.mark.django_db

SAID = {"decided_by": "Người leader", "how": "phone", "basis": "1/TB"}
# (address, arguments, who of "own", field, whose object of the other agency, the rest of the form)
FOREIGN: list[tuple[str, tuple[str, ...], str, str, str, dict[str, Any]]] = [
    ("task_verb", ("task", "'delegate'"), "head", "officer", "clerk", {}),
    ("task_verb", ("task", "'add_basis'"), "owner", "event", "event", {"basis": "1/TB"}),
    ("task_verb", ("task", "'deliver_part'"), "owner", "coordination", "coordination", {"text": "x", **SAID}),
    ("task_verb", ("task", "'return_part'"), "head", "coordination", "coordination", {"reason": "x"}),
    ("task_verb", ("task", "'answer_obstacle'"), "owner", "obstacle", "obstacle",
     {"outcome": "resolved", "reply": "x", **SAID}),
    ("task_verb", ("task", "'assign_member'"), "owner", "unit", "unit", {}),
    ("task_new", (), "owner", "plan", "plan", {"source": "plan", "title": "Việc mới", "step": "keep"}),
    ("check_accounts", ("unit",), "head", "members", "member", {"state": "activated"}),
    ("document_link", ("paper",), "owner", "target", "paper", {"kind": "based_on"}),
    ("plan_settings", ("plan",), "owner", "leader_in_charge", "leader",
     {"includes_day": "no", "shifts_holidays": "yes", "extension_notice_days": "3"}),
    ("report_new", (), "owner", "plan", "plan", {"kind": "month", "reach": "internal"}),
    ("handover_new", ("clerk",), "head", "receiver", "clerk", {"kind": "leaves", "on": "20/10/2026", "reason": "x"}),
    ("review_ask", ("unit",), "head", "person", "clerk", {}),
    ("removal_ask", ("task",), "head", "events", "event", {"kind": "other", "reason": "x"}),
    ("round_open", (), "owner", "office", "unit", {"period": "month:2026-10"}),
    ("round_decide", ("round",), "owner", "figures", "measurement", {"verb": "accept"}),
    ("correction", ("correction",), "owner", "report", "report",
     {"choice": "replace", "decided_by": "x", "decided_on": "13/10/2026"}),
    ("reorganise", (), "owner", "unit", "unit",
     {"kind": "dissolve", "decision": "1/QĐ", "effective_on": "13/10/2026"}),
]  # fmt: skip


def _foreign(world: World, key: str) -> Any:  # noqa: F811
    things = world.objects["foreign"]
    if key == "event":
        return things["task"].events.last()
    if key == "leader":
        return world.people["leader_there"]
    if key in ("coordination", "obstacle"):
        # Any number that is not among the task's own: what is not offered is refused, whoever's it is.
        return 999_999
    return things[key]


def errors_of(response: Any) -> set[str]:
    """Fields with errors, of every form the page shows again."""
    found: set[str] = set()
    waiting: list[Any] = [
        value for layer in response.context for each in layer.dicts for value in each.values()
    ]
    seen: set[int] = set()
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, BaseForm):
            found |= set(thing.errors) if thing.is_bound else set()
        elif isinstance(thing, dict):
            waiting += thing.values()
        elif isinstance(thing, list | tuple):
            waiting += thing
    return found


@pytest.mark.parametrize(
    ("name", "keys", "who", "field", "whose", "rest"), FOREIGN, ids=lambda each: str(each)[:30]
)
def test_an_object_of_another_agency_is_refused_in_every_form(
    world: World,  # noqa: F811
    name: str,
    keys: tuple[str, ...],
    who: str,
    field: str,
    whose: str,
    rest: dict[str, Any],
) -> None:
    things = world.objects["own"]
    args = [key.strip("'") if key.startswith("'") else pk_of(things[key]) for key in keys]
    before = fingerprint()
    value = pk_of(_foreign(world, whose))
    prefix = f"dv{things['unit'].pk}-" if name == "review_ask" else ""
    response = world.client(who).post(reverse(name, args=args), {**rest, f"{prefix}{field}": value})
    assert response.status_code in (409, 422), response.status_code
    assert response.status_code == 409 or field in errors_of(response), errors_of(response)
    assert fingerprint() == before


# Columns that only a verb or the system may write.
COLUMNS = {
    "execution": "done", "confirmation": "confirmed", "assigned_on": "01/01/2026", "completed_on": "01/01/2026",
    "effective_end": "31/12/2030", "first_effective_end": "31/12/2030", "lead_unit": "1", "lead_unit_id": "1",
    "tracking_unit": "1", "tracking_unit_id": "1", "state": "active", "is_superuser": "1", "is_active": "",
    "role": "admin", "unit_id": "1", "agency": "1", "agency_id": "1", "edition": "9", "created_by": "1", "by": "1",
    "recorded_by": "1", "id": "1", "pk": "1", "code": "MA-KHAC", "username": "khac", "sha256": "0", "held": "x",
}  # fmt: skip
# (address, arguments, who, a form that is right, whose columns are looked at)
RIGHT_FORMS: list[tuple[str, tuple[str, ...], str, dict[str, Any], Any, str]] = [
    ("task_verb", ("task", "'update'"), "head", {"text": "Đã làm"}, Task, "task"),
    ("task_verb", ("task", "'direct'"), "leader", {"text": "Làm ngay"}, Task, "task"),
    ("document_edit", ("paper",), "owner",
     {"kind": "TB", "number": "2/TB", "issuer": "Sở", "subject": "Thông báo khác"}, Document, "paper"),
    ("plan_settings", ("plan",), "owner",
     {"includes_day": "yes", "shifts_holidays": "yes", "extension_notice_days": "3"}, Plan, "plan"),
    ("report_verb", ("report", "'edit'"), "owner", {}, Report, "report"),
    ("mail_settings", (), "head", {"mails": ""}, User, "head"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "keys", "who", "form", "model", "whose"), RIGHT_FORMS, ids=lambda each: str(each)[:30]
)
def test_columns_no_form_has_are_not_written(
    world: World,  # noqa: F811
    name: str,
    keys: tuple[str, ...],
    who: str,
    form: dict[str, Any],
    model: Any,
    whose: str,
) -> None:
    """The same form is sent twice, once with every guarded column beside it: the row ends up the same."""
    things = world.objects["own"]
    args = [key.strip("'") if key.startswith("'") else pk_of(things[key]) for key in keys]
    pk = pk_of(world.people[whose] if model is User else things[whose])
    guarded = {each.attname for each in model._meta.concrete_fields} & (
        COLUMNS.keys() | {f"{name}_id" for name in COLUMNS}
    )
    rows = []
    for extra in ({}, COLUMNS):
        with transaction.atomic():
            world.client(who).post(reverse(name, args=args), {**extra, **form})
            rows.append(model._base_manager.filter(pk=pk).values(*guarded).get())
            transaction.set_rollback(True)
    assert guarded and rows[0] == rows[1]
