"""Every address of the site. Each app keeps its own; pages that join several apps are the tracker's."""

from django.urls import include, path

from tracker import views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("", include("tracker.sign_in")),
    path("", include("tracker.plan_urls")),
    path("", include("tracker.reorganisation.urls")),
    path("", include("tracker.handover_urls")),
    path("", include("tracker.document_urls")),
    path("", include("tracker.removal_urls")),
    path("", include("tracker.sources.urls")),
    path("", include("tracker.packets.urls")),
    path("", include("tracker.working_calendar.urls")),
    path("", include("units.urls")),
    path("", include("plans.urls")),
    # Papers stand below the address of their task, before the verbs that take any word.
    path("", include("reports.paper_urls")),
    path("", include("tasks.urls")),
    path("", include("notifications.urls")),
    path("", include("reports.urls")),
]
