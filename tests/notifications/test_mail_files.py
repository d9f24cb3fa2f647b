"""Without a mail server each mail is a file that a mail program opens."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

from tests.notifications.helpers import at


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    settings.EMAIL_BACKEND = "notifications.channels.files.EmlBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


def write(receiver: str) -> None:
    message = EmailMultiAlternatives(
        "Nhắc việc", "Kính gửi đồng chí", to=[receiver], connection=get_connection()
    )
    message.attach_alternative("<p>Kính gửi đồng chí</p>", "text/html")
    message.send()


def test_one_file_a_mail_named_by_time_and_receiver(folder: Path) -> None:
    with at("07:30"):
        write("lan@example.vn")
        write("lan@example.vn")
        write("../../ác@example.vn")
    assert sorted(path.name for path in folder.iterdir()) == [
        "2026-10-13-073000-.._.._%C3%A1c@example.vn-1.eml".replace("%C3%A1", "_"),
        "2026-10-13-073000-lan@example.vn-1.eml",
        "2026-10-13-073000-lan@example.vn-2.eml",
    ]


def test_the_file_is_the_mail_and_only_ours_to_read(folder: Path) -> None:
    write("lan@example.vn")
    (path,) = folder.iterdir()
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert message["Subject"] == "Nhắc việc"
    body = message.get_body(("plain",))
    assert body is not None and "Kính gửi đồng chí" in body.get_content()
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
