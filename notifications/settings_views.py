"""How a person wants to be told."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from notifications import actions, feed, outbox
from notifications.forms import MailsForm
from notifications.models import Preference
from units.requests import PersonRequest


@require_http_methods(["GET", "HEAD", "POST"])
def mail_settings(request: PersonRequest) -> HttpResponse:
    """Mails, urgent ones, the hour of the daily one; and the address of one's own calendar."""
    if request.method == "POST":
        form = MailsForm(request.POST)
        if form.is_valid():
            actions.choose_manner(request.user, **form.cleaned_data)
            said = (
                "Từ nay đồng chí nhận thư nhắc việc hằng ngày."
                if form.cleaned_data["mails"]
                else "Từ nay hệ thống không gửi thư nhắc việc."
            )
            messages.success(request, f"{said} Hộp thư trong hệ thống luôn có đủ thông báo.")
            return redirect("mail_settings")
        return settings_page(request, form, status=422)
    chosen = Preference.objects.filter(person=request.user).first() or Preference(person=request.user)
    initial = {
        "mails": request.user.mails,
        "urgent_at_once": chosen.urgent_at_once,
        "quiet_until": chosen.quiet_until,
    }
    return settings_page(request, MailsForm(initial=initial))


def settings_page(
    request: PersonRequest, form: MailsForm, status: int = 200, calendar_url: str = ""
) -> HttpResponse:
    """`calendar_url`: a calendar address just made; it is shown this once."""
    context = {
        "form": form,
        "problem": outbox.address_problem(request.user),
        "feed": feed.of(request.user),
        "calendar_url": calendar_url,
    }
    return render(request, "notifications/settings.html", context, status=status)
