"""Application configuration of the ground floor."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


def reinstall_triggers(using: str, **_kwargs: Any) -> None:
    """Put the append-only triggers back after every `migrate` and `flush`.

    Not done in a migration: on SQLite Django rebuilds a table to alter a field, and the trigger goes
    with the old table.
    """
    from core.append_only import install_triggers

    install_triggers(connections[using])


class CoreConfig(AppConfig):
    name = "core"
    label = "core"
    verbose_name = "Nền chung"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(reinstall_triggers, sender=self, dispatch_uid="core.reinstall_triggers")
