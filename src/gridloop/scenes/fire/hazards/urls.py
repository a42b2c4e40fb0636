"""The addresses of hazards: three difficulties, inspections, the snap."""

from django.urls import path

from gridloop.scenes.fire.hazards import views

urlpatterns = [
    path("desk/fire/hazards/", views.difficulties, name="difficulties"),
    path("desk/fire/hazards/list/", views.hazard_list, name="hazard_list"),
    path("desk/fire/inspections/", views.inspection_list, name="inspections"),
    path("field/fire/inspect/", views.choose_premises, name="inspect_where"),
    path("field/fire/inspect/<int:pk>/", views.inspect, name="inspect"),
    path("fire/report/", views.report, name="report"),
]
