"""The addresses of hazards: three difficulties, inspections, checklists, the snap."""

from django.urls import path

from gridloop.scenes.fire.hazards import checklist_views, views

urlpatterns = [
    path("desk/fire/hazards/", views.difficulties, name="difficulties"),
    path("desk/fire/hazards/list/", views.hazard_list, name="hazard_list"),
    path("desk/fire/hazards/inspections/", views.inspection_list, name="inspections"),
    path("field/fire/inspect/", views.choose_premises, name="inspect_where"),
    path("field/fire/inspect/<int:pk>/", views.inspect, name="inspect"),
    path("settings/fire/checklists/", checklist_views.listed, name="checklists"),
    path("settings/fire/checklists/new/", checklist_views.edit, name="new_checklist"),
    path("settings/fire/checklists/named/<slug:code>/", checklist_views.edit, name="edit_checklist"),
    path("fire/report/", views.report, name="report"),
]
