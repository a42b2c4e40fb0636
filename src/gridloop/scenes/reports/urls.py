"""The addresses of the resident's pages."""

from django.urls import path

from gridloop.scenes.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.start, name="start"),
    path("report/", views.report, name="report"),
    path("report/similar/", views.similar, name="similar"),
    path("p/<str:code>/", views.place_code, name="place"),
    path("receipt/<str:number>/", views.receipt, name="receipt"),
    path("c/<str:number>/", views.case, name="case"),
    path("c/<str:number>/proof/<int:entry>/", views.proof, name="proof"),
    path("c/<str:number>/<str:move>/", views.make_move, name="move"),
    path("my/", views.mine, name="mine"),
    path("track/", views.track, name="track"),
    path("q/<str:token>/", views.answer, name="answer"),
    path("near/", views.nearby, name="nearby"),
    path("near/reports.geojson", views.nearby_points, name="nearby_points"),
]
