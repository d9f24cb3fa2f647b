"""Asking a person to comment on their own figures, and the comment (office rule 32). Facts of their own, no task's."""

from datetime import date

from django.db import transaction

from core.clock import today
from tasks.models import PersonReview, ReviewComment
from units.actions import RuleBroken
from units.models import CalendarDay, RoleGrant, Unit, User
from units.permissions import Role

# How long a person has to comment before the direct head may look.
COMMENT_WORKDAYS = 5


def heads(user: User) -> list[Unit]:
    """Units whose direct head this person is today: a head further up is not."""
    return [grant.unit for grant in user.grants_today if grant.role == Role.UNIT_HEAD]


def people_of(unit: Unit) -> list[User]:
    """Who may be asked there: those with a role in the very unit."""
    grants = RoleGrant.objects.valid_on(today()).filter(
        unit=unit, role__in=[Role.UNIT_HEAD, Role.UNIT_CLERK], user__is_active=True
    )
    return list(User.objects.filter(pk__in=grants.values("user")))


@transaction.atomic
def ask_comment(unit: Unit, *, person: User, starts_on: date, ends_on: date, by: User) -> PersonReview:
    """Opens the person's own figures of a window to their comment; asking again changes nothing."""
    if unit not in heads(by):
        raise RuleBroken("Chỉ thủ trưởng trực tiếp được lấy ý kiến về số liệu cá nhân.")
    if person == by:
        raise RuleBroken({"person": "Thủ trưởng xem số liệu của mình ở trang “Số liệu của tôi”."})
    if person not in people_of(unit):
        raise RuleBroken({"person": "Người này không thuộc đơn vị."})
    if ends_on < starts_on:
        raise RuleBroken({"ends_on": "Ngày cuối kỳ không được trước ngày đầu kỳ."})
    if starts_on > today():
        raise RuleBroken({"starts_on": "Kỳ chưa bắt đầu."})
    answer_by = CalendarDay.objects.as_calendar().add_workdays(today(), COMMENT_WORKDAYS)
    review, _ = PersonReview.objects.get_or_create(
        person=person,
        unit=unit,
        starts_on=starts_on,
        ends_on=ends_on,
        defaults={"answer_by": answer_by, "asked_by": by},
    )
    return review


@transaction.atomic
def comment(review: PersonReview, *, by: User, text: str = "", nothing_to_add: bool = False) -> ReviewComment:
    """What the person says; only that person may, as often as there is something to say."""
    if by.pk != review.person_id:
        raise RuleBroken("Chỉ người được lấy ý kiến ghi ý kiến của mình.")
    if bool(text.strip()) == nothing_to_add:
        raise RuleBroken({"text": "Hãy ghi ý kiến, hoặc chọn “Tôi không có ý kiến bổ sung”."})
    return ReviewComment.objects.create(review=review, text=text.strip(), nothing_to_add=nothing_to_add)


def could_comment(review: PersonReview) -> bool:
    """Whether the person has answered, or has had the time to."""
    return today() > review.answer_by or review.comments.exists()


def is_for_head(review: PersonReview, user: User) -> bool:
    """Whether this person is the direct head whom the review is for, now or once the person could comment."""
    return user.pk != review.person_id and review.unit in heads(user)
