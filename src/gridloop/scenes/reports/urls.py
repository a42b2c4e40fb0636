"""The addresses of the resident's pages."""

from django.urls import path

from gridloop.scenes.reports import case_views, list_views, views

app_name = "reports"
urlpatterns = [
    path("", views.start, name="start"),
    path("report/", views.report, name="report"),
    path("report/similar/", views.similar, name="similar"),
    path("p/<str:code>/", views.place_code, name="place"),
    path("receipt/<str:number>/", views.receipt, name="receipt"),
    path("c/<str:number>/", case_views.case, name="case"),
    path("c/<str:number>/proof/<int:entry>/", case_views.proof, name="proof"),
    path("c/<str:number>/<str:move>/", case_views.make_move, name="move"),
    path("my/", list_views.mine, name="mine"),
    path("track/", views.track, name="track"),
    path("q/<str:token>/", views.answer, name="answer"),
    path("near/", list_views.nearby, name="nearby"),
    path("near/reports.geojson", list_views.nearby_points, name="nearby_points"),
]
