"""People who sign in, and what they may do where."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from core.changes import ChangeHistory
from core.clock import now, today
from core.fields import DayField, LineField
from core.prepared import prepared
from units.permissions import Ranges, Role
from units.querysets import RoleGrantQuerySet

from .organisation import Unit

# The account commands act as when nobody is named.
SYSTEM_USERNAME = "he-thong"


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(username, password, **{"is_superuser": True, **fields})

    def system(self) -> "User":
        """The account commands act as when nobody is named; it cannot sign in."""
        user, _ = self.get_or_create(
            username=SYSTEM_USERNAME, defaults={"full_name": "Hệ thống", "password": "!", "is_active": False}
        )
        return user


class User(AbstractBaseUser):
    """A login. What it may do comes from role grants alone; `is_superuser` is the system administrator."""

    username = LineField("tên đăng nhập", max_length=60, unique=True)
    full_name = LineField("họ và tên", max_length=100)
    position = LineField("chức vụ", max_length=100, blank=True)
    email = models.EmailField("thư điện tử", blank=True)
    is_active = models.BooleanField("đang hoạt động", default=True)
    is_superuser = models.BooleanField("quản trị hệ thống", default=False)
    is_demo = models.BooleanField("tài khoản dùng thử", default=False, editable=False)
    mails = models.BooleanField("nhận thư nhắc việc hằng ngày", default=True)
    date_joined = models.DateTimeField("ngày tạo", default=now, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = "người dùng"
        verbose_name_plural = "người dùng"
        ordering = ["full_name", "id"]

    def __str__(self) -> str:
        return self.full_name

    @property
    def is_system(self) -> bool:
        """Whether this is the system itself, which imports and gives plans without a role."""
        return self.username == SYSTEM_USERNAME

    @property
    def grants_today(self) -> "list[RoleGrant]":
        """Grants valid today, unit loaded; one query, kept for the life of this object (one request)."""
        cached: list[RoleGrant] | None = self.__dict__.get("_grants")
        if cached is None:
            # Sorted here: in SQL the order of the model would join the person for a handful of rows.
            cached = sorted(_valid_grants(self.pk, today()), key=lambda grant: grant.pk)
            for grant in cached:
                grant.user = self
            self.__dict__["_grants"] = cached
        return cached

    def forget_grants(self) -> None:
        self.__dict__.pop("_grants", None)

    @property
    def knows_organisation(self) -> bool:
        """The organisation is known to everyone who has any role in it."""
        return self.is_superuser or bool(self.grants_today)

    def has_role(self, *roles: Role) -> bool:
        return any(grant.role in roles for grant in self.grants_today)

    def ranges(self, *roles: Role) -> Ranges:
        """Subtree ranges this person reaches in any of `roles` (all roles when none is named)."""
        return tuple(
            sorted(
                {
                    (g.unit.tree_start, g.unit.tree_end)
                    for g in self.grants_today
                    if not roles or g.role in roles
                }
            )
        )

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[-1]


class RoleGrant(models.Model):
    """A role in a unit and everything below it, from a day to a day. Closed, never deleted."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants", verbose_name="người dùng")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="grants", verbose_name="đơn vị")
    role = models.CharField("vai trò", max_length=12, choices=Role)
    valid_from = DayField("từ ngày", default=today)
    # A deputy stands in for a while: a grant with an end. The last day counts.
    valid_to = DayField("đến hết ngày", null=True, blank=True)
    granted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="người cấp"
    )

    objects = RoleGrantQuerySet.as_manager()
    history = ChangeHistory()

    class Meta:
        verbose_name = "phân quyền"
        verbose_name_plural = "phân quyền"
        ordering = ["user", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role"], condition=Q(valid_to__isnull=True), name="role_grant_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="role_grant_dates"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_grant_role"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} – {self.unit}"


@prepared
def _valid_grants(user: Any, on: Any) -> RoleGrantQuerySet:
    return RoleGrant.objects.filter(user=user).valid_on(on).select_related("unit").order_by()
