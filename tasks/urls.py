"""Addresses of tasks and their files."""

from django.urls import path

from tasks import duty_views, exports, statistics_views, views, writing_views

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
    path("thong-ke/", statistics_views.statistics, name="statistics"),
    path("thong-ke/danh-sach/", statistics_views.statistics_list, name="statistics_list"),
    path("thong-ke/tai-ve/", statistics_views.statistics_export, name="statistics_export"),
    path("thong-ke/cua-toi/", statistics_views.my_figures, name="my_figures"),
    path("thong-ke/ky-danh-gia/", statistics_views.people_reviews, name="people_reviews"),
    path("thong-ke/ky-danh-gia/don-vi/<int:pk>/", statistics_views.review_ask, name="review_ask"),
    path("thong-ke/ky-danh-gia/<int:pk>/", statistics_views.review, name="review"),
    path("thong-ke/ky-danh-gia/<int:pk>/y-kien/", statistics_views.review_comment, name="review_comment"),
    path("tai-lieu/<int:pk>/", views.evidence_download, name="evidence_file"),
]
