"""What every page shows around its content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from notifications.models import Notice
from units.models import Unit
from units.permissions import OVERSEERS, Role


def page(request: HttpRequest) -> dict[str, Any]:
    """Navigation, agency, roles and unread count for `base.html`; nothing for somebody not signed in."""
    user = getattr(request, "user", None)
    common = {"demo_mode": settings.DEMO_MODE, "product_name": "Theo dõi kế hoạch"}
    if user is None or not user.is_authenticated:
        return common
    unread = Notice.objects.visible_to(user).unread().count()
    here = request.path
    items = [
        ("Việc của tôi", "home", "home", True, 0),
        ("Kế hoạch", "plans", "plan", True, 0),
        ("Nhiệm vụ", "tasks", "task", True, 0),
        ("Văn bản", "documents", "paper", True, 0),
        ("Số liệu", "figures", "chart", True, 0),
        ("Thống kê", "statistics", "progress", user.has_role(*OVERSEERS, Role.UNIT_HEAD, Role.UNIT_CLERK), 0),
        ("Đơn vị", "units", "unit", True, 0),
        ("Tài khoản nhân sự", "coverage", "staff", True, 0),
        ("Báo cáo", "reports", "report", user.has_role(Role.PLAN_OWNER, Role.LEADER, Role.AUDITOR), 0),
        ("Hộp thư", "inbox", "inbox", True, unread),
    ]
    navigation = []
    for label, name, icon, shown, badge in items:
        if shown:
            url = reverse(name)
            active = here == url or (url != "/" and here.startswith(url))
            navigation.append({"label": label, "url": url, "icon": icon, "active": active, "badge": badge})
    roots = Unit.objects.filter(parent__isnull=True, kind=Unit.Kind.DEPARTMENT).order_by("tree_start")
    agency = roots.values_list("name", flat=True).first()
    return common | {
        "navigation": navigation,
        "unread_count": unread,
        "agency_name": agency or "",
        "role_labels": [f"{g.get_role_display()} – {g.unit.label}" for g in user.grants_today],
    }
