"""Units: a tree with history. A rename is a new name, not a new unit; a merger is a new unit with predecessors."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from core.append_only import AppendOnly
from core.changes import ChangeHistory, KeptQuerySet
from core.fields import DayField, LineField, ProseField
from units.querysets import UnitGroupQuerySet, UnitQuerySet


class Unit(models.Model):
    """An organisation that can answer for work. `tree_start … tree_end` is the integer range of its subtree."""

    class Kind(models.TextChoices):
        COMMITTEE = "committee", "Ủy ban nhân dân"
        DEPARTMENT = "department", "Sở, ban, ngành"
        OFFICE = "office", "Văn phòng"
        DIVISION = "division", "Phòng chuyên môn"
        ATTACHED = "attached", "Đơn vị trực thuộc"
        BRANCH = "branch", "Chi nhánh"
        COMMUNE = "commune", "UBND cấp xã"
        UNION = "union", "Tổ chức đoàn thể, đảng"
        OUTSIDE = "outside", "Cơ quan ngoài"

    code = LineField("mã đơn vị", max_length=30, unique=True)
    kind = models.CharField("loại đơn vị", max_length=12, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="đơn vị cấp trên"
    )
    # The name in force today; `names` keeps every name with its dates, and documents print the one of their day.
    name = LineField("tên đơn vị", max_length=200)
    short_name = LineField("tên gọi tắt", max_length=80, blank=True)
    position = models.PositiveIntegerField("thứ tự cơ cấu tổ chức", default=0)
    email = models.EmailField("thư điện tử liên hệ", blank=True)
    clerk_may_send = models.BooleanField("chuyên viên được trình thay thủ trưởng", default=False)
    opened_on = DayField("ngày thành lập", null=True, blank=True)
    closed_on = DayField("ngày chấm dứt hoạt động", null=True, blank=True)
    tree_start = models.PositiveIntegerField(default=0, editable=False)
    tree_end = models.PositiveIntegerField(default=0, editable=False)
    depth = models.PositiveSmallIntegerField(default=0, editable=False)
    search = models.CharField(max_length=400, editable=False, default="", db_default="")

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "đơn vị"
        verbose_name_plural = "đơn vị"
        ordering = ["tree_start", "position", "id"]
        indexes = [models.Index(fields=["tree_start", "tree_end"], name="unit_tree")]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="unit_not_its_own_parent"),
            models.CheckConstraint(condition=Q(tree_end__gte=F("tree_start")), name="unit_tree_range"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True)
                | Q(opened_on__isnull=True)
                | Q(closed_on__gt=F("opened_on")),
                name="unit_closed_after_opened",
                violation_error_message="Ngày chấm dứt hoạt động phải sau ngày thành lập.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """Short name where there is one: what lists and charts print."""
        return self.short_name or self.name

    @property
    def is_outside(self) -> bool:
        """Bodies outside our authority get no automatic mail and never enter a late list (office rule 28)."""
        return self.kind == self.Kind.OUTSIDE

    def is_open(self, on: date) -> bool:
        return self.closed_on is None or self.closed_on > on

    def name_on(self, on: date) -> str:
        """The name valid on `on`; reports print the name of their date."""
        past = (
            self.names.filter(valid_from__lte=on)
            .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on))
            .first()
        )
        return past.name if past else self.name


class UnitName(models.Model):
    """A name with the dates it was official."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="names")
    name = LineField("tên đơn vị", max_length=200)
    short_name = LineField("tên gọi tắt", max_length=80, blank=True)
    abbreviation = LineField("chữ viết tắt trong ký hiệu văn bản", max_length=30, blank=True)
    place_name = LineField("địa danh", max_length=80, blank=True)
    valid_from = DayField("có hiệu lực từ")
    valid_to = DayField("có hiệu lực đến", null=True, blank=True)

    class Meta:
        verbose_name = "tên đơn vị theo thời gian"
        ordering = ["unit", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "valid_from"], name="unit_name_once_a_day"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(valid_to__isnull=True), name="unit_one_name_in_force"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="unit_name_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Reorganisation(AppendOnly):
    """A renaming, merger, split, dissolution or transfer, with its decision. It never rewrites what happened before it.

    One with a day to come waits until `tracker.reorganisation` carries it out, or is withdrawn before.
    """

    class Kind(models.TextChoices):
        RENAME = "rename", "Đổi tên"
        MERGE = "merge", "Hợp nhất"
        SPLIT = "split", "Chia, tách"
        DISSOLVE = "dissolve", "Giải thể"
        TRANSFER = "transfer", "Chuyển giao"

    # Those that end their predecessors.
    ENDING = (Kind.MERGE, Kind.SPLIT, Kind.DISSOLVE)
    mutable_columns = ("carried_out_at", "withdrawn_at", "moved")

    kind = models.CharField("hình thức", max_length=10, choices=Kind)
    effective_on = DayField("có hiệu lực từ")
    decision = LineField("văn bản quyết định", max_length=200)
    predecessors = models.ManyToManyField(
        Unit, related_name="reorganised_by", verbose_name="đơn vị trước đây"
    )
    successors = models.ManyToManyField(Unit, related_name="formed_by", verbose_name="đơn vị kế thừa")
    note = ProseField("ghi chú", blank=True)
    # What was chosen when it was recorded: new names, units to be founded, who takes over what.
    chosen = models.JSONField("lựa chọn", default=dict, blank=True, editable=False)
    # When open work, targets, grants and staff were moved; only `tracker.reorganisation` does it, once.
    carried_out_at = models.DateTimeField("thời điểm thực hiện", null=True, blank=True, editable=False)
    # How many of each kind were moved.
    moved = models.JSONField("đã chuyển", default=dict, blank=True, editable=False)
    withdrawn_at = models.DateTimeField("thời điểm rút lại", null=True, blank=True, editable=False)
    # Nobody: it is known from before this system, and there was nothing to move.
    recorded_by = models.ForeignKey(
        "User", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = "tổ chức lại"
        ordering = ["-effective_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(carried_out_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="reorganisation_done_or_withdrawn",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.decision})"

    @property
    def is_pending(self) -> bool:
        """Recorded for a day to come, and neither carried out nor withdrawn."""
        return self.recorded_by_id is not None and self.carried_out_at is None and self.withdrawn_at is None


class UnitGroup(models.Model):
    """A named collective, such as all branches of the land registration office."""

    name = LineField("tên nhóm đơn vị", max_length=200, unique=True)
    # Made for one order that names its units itself; not offered for another.
    ad_hoc = models.BooleanField("chỉ dùng cho một nhiệm vụ", default=False, editable=False)
    members = models.ManyToManyField(Unit, through="GroupMember", related_name="unit_groups")

    objects = UnitGroupQuerySet.as_manager()

    class Meta:
        verbose_name = "nhóm đơn vị"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def members_on(self, on: date) -> models.QuerySet[Unit]:
        """Units that belong to the group on `on`, in the order of the organisation."""
        valid = GroupMember.objects.filter(group=self, valid_from__lte=on).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=on)
        )
        return Unit.objects.filter(pk__in=valid.values("unit")).open_on(on)


class GroupMember(models.Model):
    group = models.ForeignKey(
        UnitGroup, models.CASCADE, related_name="memberships", verbose_name="nhóm đơn vị"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships", verbose_name="đơn vị")
    valid_from = DayField("từ ngày")
    valid_to = DayField("đến ngày", null=True, blank=True)

    objects = KeptQuerySet.as_manager()
    history = ChangeHistory()

    class Meta:
        verbose_name = "thành viên nhóm"
        ordering = ["group", "unit__tree_start"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "unit"], condition=Q(valid_to__isnull=True), name="group_member_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="group_member_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.unit}"
