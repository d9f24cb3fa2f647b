"""A clock to set, and a mail server that answers as told."""

import smtplib
from datetime import date
from typing import Any

import time_machine
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from notifications.models import Digest, Notice
from tests.cast import TODAY
from units.models import User


def at(clock: str, day: date = TODAY) -> Any:
    """The office clock stands at "07:30" of `day`."""
    return time_machine.travel(f"{day.isoformat()}T{clock}:00+07:00", tick=False)


class FakeServer(BaseEmailBackend):
    """Keeps what it accepts. `answers`: what it raises, by receiver; `at_login`: what it raises when
    opened.
    """

    def __init__(
        self, answers: dict[str, BaseException] | None = None, at_login: Exception | None = None
    ) -> None:
        super().__init__()
        self.answers = answers or {}
        self.at_login = at_login
        self.accepted: list[EmailMessage] = []
        self.tried: list[str] = []

    def open(self) -> bool:
        if self.at_login is not None:
            raise self.at_login
        return True

    def send_messages(self, messages: list[EmailMessage]) -> int:
        for message in messages:
            self.tried += message.to
            for receiver in message.to:
                if receiver in self.answers:
                    raise self.answers[receiver]
            self.accepted.append(message)
        return len(messages)

    @property
    def receivers(self) -> list[str]:
        return [receiver for message in self.accepted for receiver in message.to]


def refusal(code: int, words: str = "no") -> smtplib.SMTPDataError:
    return smtplib.SMTPDataError(code, words.encode())


def texts(user: User) -> list[str]:
    """What stands in a person's inbox, oldest first."""
    return list(Notice.objects.visible_to(user).order_by("id").values_list("text", flat=True))


def keys() -> set[str]:
    return set(Notice.objects.values_list("key", flat=True))


def digest_of(user: User, day: date = TODAY) -> Digest:
    return Digest.objects.get(recipient=user, day=day)
