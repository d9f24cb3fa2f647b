"""What every page shows around its content."""

from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from core.prepared import prepared
from notifications.models import Notice
from units.models import Unit
from units.permissions import OVERSEERS, Role


class Section(NamedTuple):
    """A main section of the site; without `roles` it is everybody's. `also`: where else its pages stand."""

    label: str
    name: str
    icon: str
    roles: tuple[Role, ...] = ()
    also: tuple[str, ...] = ()


SECTIONS = (
    Section("Việc của tôi", "home", "home"),
    Section("Kế hoạch", "plans", "plan", also=("/chi-tieu/",)),
    Section("Nhiệm vụ", "tasks", "task"),
    Section("Văn bản", "documents", "paper"),
    Section("Số liệu", "figures", "chart", also=("/dot-so-lieu/", "/danh-muc/chi-so/")),
    Section("Thống kê", "statistics", "progress", (*OVERSEERS, Role.UNIT_HEAD, Role.UNIT_CLERK)),
    Section("Đơn vị", "units", "unit"),
    Section("Tài khoản nhân sự", "coverage", "staff"),
    Section("Báo cáo", "reports", "report", (Role.PLAN_OWNER, Role.LEADER, Role.AUDITOR)),
    Section("Hộp thư", "inbox", "inbox"),
)


@cache
def _addressed() -> tuple[tuple[Section, str], ...]:
    return tuple((each, reverse(each.name)) for each in SECTIONS)


@cache
def _addresses() -> dict[str, str]:
    """What the top of a page links to."""
    return {
        "inbox_url": reverse("inbox"),
        "unread_url": reverse("unread"),
        "password_url": reverse("password_change"),
        "logout_url": reverse("logout"),
    }


def page(request: HttpRequest) -> dict[str, Any]:
    """Navigation, agency, roles and unread count for `base.html`; nothing for somebody not signed in."""
    user = getattr(request, "user", None)
    common = {"demo_mode": settings.DEMO_MODE, "product_name": "Theo dõi kế hoạch"}
    if user is None or not user.is_authenticated:
        return common
    unread = next(iter(_unread(user.pk)), 0)
    here = request.path
    navigation = [
        {
            "label": each.label,
            "url": url,
            "icon": each.icon,
            "active": here == url or here.startswith(tuple(filter("/".__ne__, (url, *each.also)))),
            "badge": unread if each.name == "inbox" else 0,
        }
        for each, url in _addressed()
        if not each.roles or user.has_role(*each.roles)
    ]
    agency = next(iter(_agency_names()), "")
    return {
        **common,
        **_addresses(),
        "navigation": navigation,
        "unread_count": unread,
        "agency_name": agency,
        "role_labels": [f"{Role(g.role).label} – {g.unit.label}" for g in user.grants_today],
    }


@prepared
def _unread(recipient: Any) -> QuerySet[Any]:
    """How many notices a person has not read; no row for none."""
    unread = Notice.objects.filter(recipient=recipient).unread().order_by()
    return unread.values("recipient").annotate(n=Count("pk")).values_list("n", flat=True)


@prepared
def _agency_names() -> QuerySet[Any]:
    roots = Unit.objects.filter(parent__isnull=True, kind=Unit.Kind.DEPARTMENT).order_by("tree_start")
    return roots.values_list("name", flat=True)[:1]
