"""The page behind `List-Unsubscribe`: opened from a mail, without signing in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications import actions, leaving


@login_not_required
@csrf_exempt  # a mail program posts here by itself (RFC 8058); the token is the permission, and only ends mails
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave_mails(request: HttpRequest, token: str) -> HttpResponse:
    """Asks first, since programs that check links open them; the press, or the mail program's own button, does it."""
    person = leaving.person_of(token)
    if person is None:
        return render(request, "notifications/leave_mails.html", {"state": "void"}, status=404)
    if request.method == "POST":
        actions.choose_mails(person, False)
    state = "asks" if request.method != "POST" and person.mails else "done"
    return render(request, "notifications/leave_mails.html", {"state": state})
