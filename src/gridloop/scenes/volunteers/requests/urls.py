"""The addresses of requests: the resident's, the volunteer's, the desk's."""

from django.urls import path

from gridloop.scenes.volunteers.requests import desk_views, views, volunteer_views

urlpatterns = [
    path("help/", views.start, name="help"),
    path("help/new/", views.ask, name="ask_help"),
    path("help/mandates/", views.mandate_list, name="mandates"),
    path("help/mandates/<int:pk>/<str:decision>/", views.decide_mandate, name="decide_mandate"),
    path("help/<str:number>/", views.request_page, name="request"),
    path("help/<str:number>/codes/", views.codes, name="request_codes"),
    path("help/<str:number>/<str:move>/", views.make_move, name="request_move"),
    path("volunteer/tasks/", volunteer_views.tasks, name="tasks"),
    path("volunteer/offers/<int:pk>/yes/", volunteer_views.accept, name="accept_offer"),
    path("volunteer/offers/<int:pk>/no/", volunteer_views.decline, name="decline_offer"),
    path("volunteer/tasks/<int:pk>/", volunteer_views.task, name="task"),
    path("volunteer/tasks/<int:pk>/contact/", volunteer_views.show_contact, name="task_contact"),
    path("volunteer/tasks/<int:pk>/arrive/", volunteer_views.prove, {"what": "arrive"}, name="task_arrive"),
    path(
        "volunteer/tasks/<int:pk>/complete/",
        volunteer_views.prove,
        {"what": "complete"},
        name="task_complete",
    ),
    path("volunteer/tasks/<int:pk>/back/", volunteer_views.hand_back, name="task_back"),
    path("volunteer/tasks/<int:pk>/rate/", volunteer_views.rate, name="rate_task"),
    path("desk/help/new/", desk_views.enter, name="enter_request"),
    path("desk/help/mandates/", desk_views.mandate_list, name="desk_mandates"),
    path(
        "desk/help/mandates/<int:pk>/<str:decision>/", desk_views.decide_mandate, name="desk_decide_mandate"
    ),
    path("desk/help/<str:number>/look/", desk_views.look, name="look_for"),
    path("desk/help/<str:number>/offer/", desk_views.offer, name="send_offers"),
    path("desk/help/<str:number>/contact/", desk_views.unmask, name="unmask_contact"),
    path("desk/volunteers/fairness/", desk_views.fairness_report, name="fairness"),
    path("desk/volunteers/fairness/people/", desk_views.fairness_people, name="fairness_people"),
    path("desk/volunteers/dry-run/", desk_views.dry_run_page, name="dry_run"),
    path("desk/volunteers/matching/", desk_views.modes, name="matching_modes"),
]
