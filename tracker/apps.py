from django.apps import AppConfig


class TrackerConfig(AppConfig):
    name = "tracker"

    def ready(self) -> None:
        from notifications import more
        from tracker import report_reminders

        more.register("reports", report_reminders.SOURCE)
