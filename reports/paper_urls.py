"""Addresses of the papers about one task, and of the letter it has come to."""

from django.urls import path

from reports import letter_views, paper_views

urlpatterns = [
    path("nhiem-vu/<int:pk>/phieu-giao-viec/", paper_views.order_slip, name="order_slip"),
    path("nhiem-vu/<int:pk>/ho-so/", paper_views.task_file, name="task_file"),
    path("nhiem-vu/<int:pk>/ho-so/tai/", paper_views.task_file_word, name="task_file_word"),
    path("don-doc/<int:pk>/cong-van/", letter_views.escalation_letter, name="escalation_letter"),
    path("ho-so-nhiem-vu/", paper_views.task_file_looks, name="task_file_looks"),
]
