"""Addresses of figures and reporting rounds. Plans themselves are shown with their tasks: `tracker/plan_urls.py`."""

from django.urls import path

from plans import correction_views, course_views, definition_views, round_views, views

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
    path("danh-muc/chi-so/", definition_views.indicators, name="indicators"),
    path("danh-muc/chi-so/mau/", definition_views.indicators_ready, name="indicators_ready"),
    path("danh-muc/chi-so/moi/", definition_views.indicator_new, name="indicator_new"),
    path("danh-muc/chi-so/<int:pk>/", definition_views.indicator, name="indicator"),
    path("danh-muc/chi-so/<int:pk>/sua/", definition_views.indicator_edit, name="indicator_edit"),
    path(
        "so-lieu/<int:indicator>/<int:unit>/dieu-chinh/",
        correction_views.figure_correct,
        name="figure_correct",
    ),
    path("so-lieu/tai-lieu/<int:pk>/", round_views.figure_proof, name="figure_proof"),
    path("dot-so-lieu/", round_views.reporting_rounds, name="rounds"),
    path("dot-so-lieu/mo/", round_views.round_open, name="round_open"),
    path("dot-so-lieu/<int:pk>/", round_views.reporting_round, name="round"),
    path("dot-so-lieu/<int:pk>/quyet-dinh/", round_views.round_decide, name="round_decide"),
    path("dot-so-lieu/<int:pk>/khoa/", round_views.round_lock, name="round_lock"),
    path("dot-so-lieu/<int:pk>/doi-han/", round_views.round_move, name="round_move"),
    path("dot-so-lieu/<int:pk>/rut/", round_views.round_withdraw, name="round_withdraw"),
    path("dot-so-lieu/<int:pk>/don-vi/<int:unit>/", round_views.round_unit, name="round_unit"),
]
