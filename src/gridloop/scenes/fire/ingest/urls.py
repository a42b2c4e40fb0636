"""The addresses of alarm rules."""

from django.urls import path

from gridloop.scenes.fire.ingest import rule_views

urlpatterns = [
    path("settings/fire/rules/", rule_views.rules, name="alarm_rules"),
    path("settings/fire/rules/new/", rule_views.rule, name="new_alarm_rule"),
    path("settings/fire/rules/named/<str:name>/", rule_views.rule, name="alarm_rule"),
    path("settings/fire/rules/named/<str:name>/retire/", rule_views.retire, name="retire_alarm_rule"),
]
