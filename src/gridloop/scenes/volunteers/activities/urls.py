"""The addresses of the activities."""

from django.urls import path

from gridloop.scenes.volunteers.activities import desk, views

urlpatterns = [
    path("activities/", views.public_list, name="activities"),
    path("activities/<uuid:key>/", views.activity, name="activity"),
    path("activities/shift/<int:shift>/sign-up/", views.sign_up, name="sign_up"),
    path("volunteer/activities/", views.mine, name="my_activities"),
    path("volunteer/activities/calendar/", views.renew_calendar, name="renew_calendar"),
    path("volunteer/activities/shift/<int:shift>/", views.attend_shift, name="attend_shift"),
    path("volunteer/activities/<int:signup>/", views.attend, name="attend"),
    path("volunteer/activities/<int:signup>/cancel/", views.cancel, name="cancel_signup"),
    path("calendar/<str:token>.ics", views.calendar, name="calendar"),
    path("desk/activities/", desk.overview, name="activities_desk"),
    path("desk/activities/new/", desk.create, name="create_activity"),
    path("desk/activities/calendar/<int:team>/", desk.team_calendar, name="team_calendar"),
    path("desk/activities/shift/<int:pk>/", desk.shift, name="shift"),
    path("desk/activities/shift/<int:pk>/cancel/", desk.cancel_shift, name="cancel_shift"),
    path("desk/activities/shift/<int:pk>/confirm/", desk.confirm, name="confirm_attendance"),
    path("desk/activities/shift/<int:pk>/code/", desk.code, name="shift_code"),
    path("desk/activities/<uuid:key>/", desk.one, name="activity_desk"),
    path("desk/activities/<uuid:key>/cancel/", desk.cancel, name="cancel_activity"),
]
