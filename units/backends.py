"""Sign-in by name and password."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.backends import ModelBackend

if TYPE_CHECKING:
    from units.models import User


class PasswordBackend(ModelBackend):
    """Demo accounts have printed passwords: they sign in only while demo mode is on."""

    def user_can_authenticate(self, user: "User | None") -> bool:  # type: ignore[override]
        if user is None or (user.is_demo and not settings.DEMO_MODE):
            return False
        return super().user_can_authenticate(user)
