"""The addresses of the hours."""

from django.urls import path

from gridloop.scenes.volunteers.hours import desk, views

urlpatterns = [
    path("hours/", views.public_list, name="hours_public"),
    path("hours/check/", views.check, name="hours_check"),
    path("hours/<int:entry>/object/", views.object_to, name="hours_object"),
    path("volunteer/hours/", views.mine, name="hours"),
    path("volunteer/hours/backdated/", views.backdated, name="hours_backdated"),
    path("volunteer/hours/certify/", views.certify, name="hours_certify"),
    path("volunteer/hours/certificate/<str:number>/", views.certificate, name="certificate"),
    path(
        "volunteer/hours/certificate/<str:number>/paper.pdf",
        views.certificate_paper,
        name="certificate_paper",
    ),
    path(
        "volunteer/hours/certificate/<str:number>/credential.json",
        views.certificate_file,
        name="certificate_file",
    ),
    path("volunteer/hours/<int:entry>/confirm/", views.confirm, name="hours_confirm"),
    path("volunteer/hours/<int:entry>/take-back/", views.take_back, name="hours_take_back"),
    path("desk/hours/", desk.overview, name="hours_desk"),
    path("desk/hours/<int:entry>/", desk.one, name="hours_one"),
    path("desk/hours/<int:entry>/evidence/", desk.evidence, name="hours_evidence"),
    path("desk/hours/objection/<int:objection>/", desk.objection, name="hours_objection"),
    path("settings/hours/", desk.rules, name="hours_rules"),
]
