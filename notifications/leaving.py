"""The link that ends the daily mail without signing in: what `List-Unsubscribe` of a mail points to (RFC 8058).

The token is signed, names one person, opens nothing else, and runs out.
"""

from datetime import timedelta

from django.core import signing
from django.urls import reverse

from units.models import User

_SALT = "notifications.leaving"
VALID_FOR = timedelta(days=180)


def path(person: User) -> str:
    """The address of the page, without host. The time inside has the fineness of a second: not for comparing."""
    return reverse("leave_mails", args=[signing.dumps(person.pk, salt=_SALT, compress=False)])


def person_of(token: str) -> User | None:
    """Whom this token was sent to, while it is valid and the person is with us."""
    try:
        pk = signing.loads(token, salt=_SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=pk, is_active=True).first()
