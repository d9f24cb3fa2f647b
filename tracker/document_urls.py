"""Addresses of documents, their links and replacements, and of the history of changes."""

from django.urls import path

from tracker import change_views, document_views, replacement_views

urlpatterns = [
    path("van-ban/", document_views.documents, name="documents"),
    path("van-ban/xuat/", document_views.documents_export, name="documents_export"),
    path("van-ban/moi/", document_views.document_new, name="document_new"),
    path("van-ban/<int:pk>/", document_views.document, name="document"),
    path("van-ban/<int:pk>/sua/", document_views.document_edit, name="document_edit"),
    path("van-ban/<int:pk>/quan-he/", document_views.document_link, name="document_link"),
    path("van-ban/quan-he/<int:pk>/bo/", document_views.document_unlink, name="document_unlink"),
    path("van-ban/tep/<int:pk>/", document_views.document_file, name="document_file"),
    path("van-ban/<int:new>/xu-ly/<int:old>/", replacement_views.replacement, name="replacement"),
    path("ke-hoach/<int:pk>/lich-su/", change_views.plan_changes, name="plan_changes"),
    path("phan-quyen/lich-su/", change_views.grant_changes, name="grant_changes"),
]
