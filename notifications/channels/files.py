"""Mail without a mail server: each message a file that every mail program opens."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.timezone import localtime

from core.clock import now


class EmlBackend(BaseEmailBackend):
    """Writes `EMAIL_FILE_PATH/2026-11-24-073000-lan@example.vn-1.eml`, readable by our own account alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folder = Path(settings.EMAIL_FILE_PATH)

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in messages:
            self._write(message)
        return len(messages)

    def _write(self, message: EmailMessage) -> None:
        receiver = re.sub(r"[^A-Za-z0-9@._+-]", "_", ",".join(message.to))[:80]
        stem, number = f"{localtime(now()):%Y-%m-%d-%H%M%S}-{receiver}", 1
        content = message.message().as_bytes()
        while True:
            try:
                with open(self.folder / f"{stem}-{number}.eml", "xb", opener=_private) as file:
                    file.write(content)
                return
            except FileExistsError:
                number += 1


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
