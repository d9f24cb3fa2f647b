"""Addresses of tasks and their files."""

from django.urls import path

from tasks import duty_views, exports, views, writing_views

urlpatterns = [
    path("nhiem-vu/", views.tasks, name="tasks"),
    path("nhiem-vu/xuat/", exports.tasks_export, name="tasks_export"),
    path("nhiem-vu/giao/", writing_views.task_new, name="task_new"),
    path("nhiem-vu/yeu-cau-giai-trinh/", writing_views.explanations_new, name="explanations_new"),
    path("nhiem-vu/du-thao/<int:pk>/", writing_views.task_draft, name="task_draft"),
    path("nhiem-vu/du-thao/<int:pk>/xoa/", writing_views.task_draft_delete, name="task_draft_delete"),
    path("nhiem-vu/dinh-ky/", duty_views.duties, name="duties"),
    path("nhiem-vu/dinh-ky/xuat/", duty_views.duties_export, name="duties_export"),
    path("nhiem-vu/<int:pk>/", views.task, name="task"),
    path("nhiem-vu/<int:pk>/<slug:verb>/", views.task_verb, name="task_verb"),
    path("tai-lieu/<int:pk>/", views.evidence_download, name="evidence_file"),
]
