"""Addresses of figures that come from other systems."""

from django.urls import path

from tracker.sources import exchange_views, views

urlpatterns = [
    path("so-lieu/nhap-he-thong/", views.source_import, name="source_import"),
    path("so-lieu/doi-chieu/", exchange_views.source_figures, name="source_figures"),
    path("so-lieu/doi-chieu/<int:pk>/", exchange_views.source_figure, name="source_figure"),
    path("so-lieu/doi-chieu/<int:pk>/thong-nhat/", exchange_views.source_agree, name="source_agree"),
    path("so-lieu/doi-chieu/<int:pk>/doi-chieu/", exchange_views.source_dispute, name="source_dispute"),
    path("so-lieu/doi-chieu/<int:pk>/lay-so/", exchange_views.source_take, name="source_take"),
    path("so-lieu/doi-chieu/<int:pk>/ket-luan/", exchange_views.source_rule, name="source_rule"),
    path("so-lieu/tep/<int:pk>/", exchange_views.source_file, name="source_file"),
]
