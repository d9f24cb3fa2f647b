"""Writing rules, of a plan or of the whole system (None): a set is replaced as a whole, or dropped for what holds
without it."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from core.changes import acting
from notifications.ladder import Rung
from notifications.models import Rule, Step, Subject
from plans.actions import may_write
from plans.models import Plan
from tasks.models import Task
from units.actions import RuleBroken
from units.agency import keeps_catalogues
from units.models import User

NOT_THEIRS = "Chỉ Văn phòng theo dõi kế hoạch, hoặc Văn phòng của cơ quan với quy tắc chung, mới đặt quy tắc."


@transaction.atomic
def set_rules(plan: Plan | None, subject: str, urgency: str, rungs: Sequence[Rung], *, by: User) -> int:
    """The ladder of `subject` for the tasks of this plan, of one urgency or, with "", of all that have none of their
    own. Notices that were written stay; the next working morning goes by the new rungs."""
    _check(plan, subject, urgency, by)
    _own(plan, subject, urgency).delete()
    rules = [
        Rule(
            subject=subject,
            plan=plan,
            urgency=urgency,
            name=rung.name,
            offset=rung.offset,
            to_clerk=rung.to_clerk,
            to_head=rung.to_head,
            to_owner=rung.to_owner,
            step=Step.LEADER if rung.to_leader else Step.LETTER if rung.letter else Step.NONE,
            repeat_days=rung.repeat,
        )
        for rung in rungs
    ]
    return len(Rule.objects.bulk_create(rules))


@transaction.atomic
def use_usual(plan: Plan | None, subject: str, urgency: str, *, by: User) -> None:
    """Drops the set of this plan: what holds without it holds again."""
    _check(plan, subject, urgency, by)
    _own(plan, subject, urgency).delete()


@transaction.atomic
def stop_reminding(plan: Plan | None, subject: str, urgency: str, *, by: User) -> None:
    """A set without a rung in force: nobody is reminded of this subject in this plan."""
    _check(plan, subject, urgency, by)
    with acting(by):
        _own(plan, subject, urgency).delete()
        Rule.objects.create(
            subject=subject, plan=plan, urgency=urgency, name="Ngừng nhắc", offset=0, active=False
        )


def may_set(user: User, plan: Plan | None) -> bool:
    """A plan's rules are its owner's; those of the whole system belong to who keeps what all units share."""
    return may_write(user, plan) is not None if plan is not None else keeps_catalogues(user)


def _check(plan: Plan | None, subject: str, urgency: str, by: User) -> None:
    if not may_set(by, plan):
        raise RuleBroken(NOT_THEIRS)
    if subject not in Subject.values or (urgency and urgency not in Task.Urgency.values):
        raise RuleBroken("Không có nội dung nhắc hoặc độ khẩn này.")


def _own(plan: Plan | None, subject: str, urgency: str) -> QuerySet[Rule]:
    return Rule.objects.filter(plan=plan, subject=subject, urgency=urgency)
