"""What happens to people on a roster: they move, change status, leave; and checks of their accounts are taken back.

Each act has its day and, where there is one, its paper; what was before stays in the service history.
"""

from datetime import date

from django.db import transaction

from core.clock import today
from core.text import date_vi
from units.actions import RuleBroken, save_member
from units.models import AccountCheck, AccountCheckWithdrawal, ServiceSpell, StaffMember, Unit, User
from units.permissions import capacity

ENDED = (
    StaffMember.Employment.RETIRED,
    StaffMember.Employment.LEFT,
    StaffMember.Employment.TRANSFERRED,
)


@transaction.atomic
def change_service(
    member: StaffMember, *, by: User, employment: str, since: date, unit: Unit | None = None, paper: str = ""
) -> StaffMember:
    """Another status, or another unit, from `since` on; a status that ends the service ends it that day.

    Refused to who keeps neither this roster, for a day to come, and before the stretch that runs today: history is
    corrected by who imports it, not by a later act.
    """
    found = StaffMember.objects.select_for_update(no_key=True).get(pk=member.pk)
    if not by.is_system and capacity(by, "staff.check", answering=found.unit) is None:
        raise RuleBroken("Đồng chí không có quyền ghi biến động nhân sự của đơn vị này.")
    if since > today():
        raise RuleBroken({"since": "Ngày có hiệu lực không được sau hôm nay."})
    running = ServiceSpell.objects.filter(member=found, until__isnull=True).first()
    if running is not None and running.since is not None and since < running.since:
        begun = date_vi(running.since)
        raise RuleBroken(
            {"since": f"Ngày có hiệu lực không được trước ngày {begun}, khi tình trạng hiện nay bắt đầu."}
        )
    to = unit or found.unit
    if not to.is_open(since):
        raise RuleBroken({"unit": f"{to.name} đã chấm dứt hoạt động."})
    if (to.pk, employment) == (found.unit_id, found.employment):
        raise RuleBroken({"employment": "Đơn vị và tình trạng công tác chưa thay đổi."})
    found.unit, found.employment = to, employment
    if employment in ENDED:
        found.left_on = since
    return save_member(found, by=by, since=since, paper=paper)


@transaction.atomic
def withdraw_check(check: AccountCheck, *, by: User, reason: str) -> AccountCheckWithdrawal:
    """Says that a check was wrong: it counts on no day any more, and the one before it stands again. Both stay."""
    found = AccountCheck.objects.select_for_update(of=("self",), no_key=True).get(pk=check.pk)
    if capacity(by, "staff.check", answering=found.member.unit) is None:
        raise RuleBroken("Đồng chí không có quyền rút lại kết quả này.")
    if not reason.strip():
        raise RuleBroken({"reason": "Hãy ghi lý do rút lại."})
    if AccountCheckWithdrawal.objects.filter(check_withdrawn=found).exists():
        raise RuleBroken("Kết quả này đã được rút lại.")
    return AccountCheckWithdrawal.objects.create(check_withdrawn=found, reason=reason, recorded_by=by)
