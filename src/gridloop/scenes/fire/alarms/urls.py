"""The addresses of alarms: duty room, phones of workers and crews, phones of owners, alerts."""

from django.urls import path

from gridloop.scenes.fire.alarms import alert_views, phone_views, views

urlpatterns = [
    path("desk/fire/", views.board, name="board"),
    path("desk/fire/rows/", views.board_rows, name="board_rows"),
    path("desk/fire/silent/", views.silent, name="silent"),
    path("desk/fire/storm/", views.storm, name="storm"),
    path("desk/fire/alarm/<int:pk>/", views.alarm, name="alarm"),
    path("desk/fire/alarm/<int:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("desk/fire/windows/", views.window_list, name="windows"),
    path("desk/fire/windows/<int:pk>/<str:step>/", views.window_step, name="window_step"),
    path("desk/fire/alerts/", alert_views.alert_list, name="alerts"),
    path("desk/fire/alerts/new/", alert_views.new_alert, name="new_alert"),
    path("desk/fire/alerts/<str:identifier>.xml", alert_views.alert_document, name="alert_document"),
    path("field/fire/", phone_views.field_alarms, name="field_alarms"),
    path("field/fire/<int:pk>/", phone_views.field_alarm, name="field_alarm"),
    path("fire/", phone_views.mine, name="mine"),
    path("fire/alarm/<int:pk>/", phone_views.owner_alarm, name="owner_alarm"),
    path("fire/alarm/<int:pk>/points.geojson", views.points, name="alarm_points"),
    path("fire/case/<str:number>/", phone_views.case, name="case"),
    path("fire/cap/<str:identifier>.xml", alert_views.public_alert, name="public_alert"),
]
