"""Sign-in by name and password."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend

from core.prepared import prepared

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from units.models import User


class PasswordBackend(ModelBackend):
    """Demo accounts have printed passwords: they sign in only while demo mode is on."""

    def user_can_authenticate(self, user: "User | None") -> bool:  # type: ignore[override]
        if user is None or (user.is_demo and not settings.DEMO_MODE):
            return False
        return super().user_can_authenticate(user)

    def get_user(self, user_id: int) -> "User | None":
        """Who is signed in: asked of every page."""
        found: User | None = next(iter(_users(user_id)), None)
        return found if self.user_can_authenticate(found) else None


@prepared
def _users(pk: Any) -> "QuerySet[User]":
    from units.models import User

    return User.objects.filter(pk=pk).order_by()
