"""Addresses of figures. Plans themselves are shown with their tasks: `tracker/plan_urls.py`."""

from django.urls import path

from plans import course_views, views

urlpatterns = [
    path("chi-tieu/<int:target>/", course_views.target, name="target"),
    path("chi-tieu/<int:target>/nhan-dinh/", course_views.target_outlook, name="target_outlook"),
    path("chi-tieu/<int:target>/neu-kho-dat/", course_views.target_hard, name="target_hard"),
    path("chi-tieu/<int:target>/cach-tinh/", course_views.target_count, name="target_count"),
    path("chi-tieu/<int:target>/quy-tac-mau/<int:indicator>/", course_views.rules, name="colour_rules"),
    path("so-lieu/", views.figures, name="figures"),
    path("so-lieu/<int:indicator>/<int:unit>/", views.figure, name="figure"),
    path("so-lieu/<int:measurement>/xac-nhan/", views.figure_accept, name="figure_accept"),
    path("so-lieu/<int:measurement>/yeu-cau-bo-sung/", views.figure_return, name="figure_return"),
]
