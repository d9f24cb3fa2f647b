"""Addresses of reports."""

from django.urls import path

from reports import correction_views, views

urlpatterns = [
    path("so-lieu/dieu-chinh/<int:pk>/", correction_views.correction, name="correction"),
    path("bao-cao/", views.reports, name="reports"),
    path("bao-cao/lap/", views.report_new, name="report_new"),
    path("bao-cao/mau/<int:pk>/", views.report_profile, name="report_profile"),
    path("bao-cao/<int:pk>/", views.report, name="report"),
    path("bao-cao/<int:pk>/tep-word/", views.report_draft, name="report_draft"),
    path("bao-cao/<int:pk>/ban-da-ky/", views.report_signed, name="report_signed"),
    path("bao-cao/<int:pk>/<str:verb>/", views.report_verb, name="report_verb"),
]
