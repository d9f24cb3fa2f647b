"""How a word reaches the officer who writes it down."""

from django.db import models


class How(models.TextChoices):
    """How a decision reached the officer who records it (office rule 1)."""

    DIRECT = "direct", "Trực tiếp trên hệ thống"
    SPOKEN = "spoken", "Chỉ đạo trực tiếp"
    PHONE = "phone", "Điện thoại"
    NOTE = "note", "Bút phê"
    MEETING = "meeting", "Họp giao ban"
    DOCUMENT = "document", "Văn bản"
    EMAIL = "email", "Thư điện tử"
