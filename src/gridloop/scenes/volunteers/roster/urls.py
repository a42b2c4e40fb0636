"""The addresses of the roster: the volunteer's own pages, the desk's, the settings'."""

from django.urls import path

from gridloop.scenes.volunteers.roster import (
    desk,
    desk_credentials,
    desk_import,
    desk_teams,
    settings_pages,
    views,
)

urlpatterns = [
    path("volunteer/", views.home, name="home"),
    path("volunteer/join/", views.join, name="join"),
    path("volunteer/join/<int:step>/", views.join, name="join"),
    path("volunteer/profile/", views.profile, name="profile"),
    path("volunteer/profile/place/", views.move_home, name="place"),
    path("volunteer/pause/", views.pause, name="pause"),
    path("volunteer/times/", views.times, name="times"),
    path("volunteer/times/day/", views.except_day, name="except_day"),
    path("volunteer/times/day/<int:pk>/remove/", views.forget_day, name="forget_day"),
    path("volunteer/credentials/", views.credentials, name="credentials"),
    path("volunteer/credentials/<int:pk>/withdraw/", views.withdraw_paper, name="withdraw_paper"),
    path("volunteer/teams/", views.teams, name="teams"),
    path("volunteer/teams/all/", views.team_list, name="team_list"),
    path("volunteer/teams/<int:pk>/", views.team, name="team"),
    path("volunteer/teams/<int:pk>/join/", views.join_team, name="join_team"),
    path("volunteer/teams/<int:pk>/leave/", views.leave_team, name="leave_team"),
    path("volunteer/leave/", views.leave, name="leave"),
    path("desk/volunteers/", desk.people, name="people"),
    path("desk/volunteers/export.xlsx", desk.export, name="people_export"),
    path("desk/volunteers/enrol/", desk.enrol, name="enrol"),
    path("desk/volunteers/import/", desk_import.upload, name="import"),
    path("desk/volunteers/import/template.xlsx", desk_import.template, name="import_template"),
    path("desk/volunteers/import/<uuid:key>/", desk_import.errand, name="errand"),
    path("desk/volunteers/import/<uuid:key>/land/", desk_import.land, name="errand_land"),
    path("desk/volunteers/import/<uuid:key>/errors.xlsx", desk_import.errors, name="errand_errors"),
    path("desk/volunteers/credentials/", desk_credentials.credentials, name="desk_credentials"),
    path(
        "desk/volunteers/credentials/<int:pk>/", desk_credentials.decide_credential, name="decide_credential"
    ),
    path(
        "desk/volunteers/credentials/<int:pk>/file/", desk_credentials.credential_file, name="credential_file"
    ),
    path("desk/volunteers/teams/", desk_teams.teams, name="desk_teams"),
    path("desk/volunteers/teams/new/", desk_teams.new_team, name="new_team"),
    path("desk/volunteers/teams/<int:pk>/", desk_teams.team, name="desk_team"),
    path("desk/volunteers/teams/<int:pk>/change/", desk_teams.change_one_team, name="change_team"),
    path("desk/volunteers/teams/<int:pk>/invite/", desk_teams.invite, name="invite"),
    path(
        "desk/volunteers/teams/<int:pk>/members/<int:membership>/",
        desk_teams.decide,
        name="decide_membership",
    ),
    path("desk/volunteers/teams/<int:pk>/dissolve/", desk_teams.dissolve, name="dissolve_team"),
    path("desk/volunteers/<int:pk>/", desk.person, name="person"),
    path("desk/volunteers/<int:pk>/phone/", desk.show_phone, name="show_phone"),
    path("desk/volunteers/<int:pk>/pause/", desk.pause, name="pause_person"),
    path("desk/volunteers/<int:pk>/leave/", desk.leave, name="leave_person"),
    path("settings/volunteers/skills/", settings_pages.skills, name="skills"),
    path("settings/volunteers/skills/new/", settings_pages.new_skill, name="new_skill"),
    path("settings/volunteers/skills/<int:pk>/", settings_pages.one_skill, name="skill"),
    path("settings/volunteers/skills/<int:pk>/retire/", settings_pages.retire, name="retire_skill"),
]
