"""The calendar of a person: its secret address, and what stands under it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from notifications import feed
from notifications.forms import MailsForm
from notifications.models import Preference
from notifications.settings_views import settings_page
from units.requests import PersonRequest


@require_POST
@never_cache
def calendar_address(request: PersonRequest) -> HttpResponse:
    """Makes a new address and shows it once, or takes the address away."""
    if request.POST.get("lam") == "tao":
        chosen = Preference.objects.filter(person=request.user).first() or Preference(person=request.user)
        form = MailsForm(
            initial={
                "mails": request.user.mails,
                "urgent_at_once": chosen.urgent_at_once,
                "quiet_until": chosen.quiet_until,
            }
        )
        return settings_page(request, form, calendar_url=feed.renew(request.user))
    feed.revoke(request.user)
    messages.success(request, "Đã bỏ địa chỉ lịch; chương trình lịch không đọc được nữa.")
    return redirect("mail_settings")


@login_not_required
@never_cache
@require_safe
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    person = feed.owner_of(secret)
    if person is None:
        raise Http404
    return HttpResponse(feed.calendar(person), content_type="text/calendar; charset=utf-8")
