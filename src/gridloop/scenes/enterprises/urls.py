"""The addresses of the scene: the firm's pages on the phone, the platform's at the desk, the specialists in the settings."""

from django.urls import path

from gridloop.scenes.enterprises.answers import views as answers
from gridloop.scenes.enterprises.cultivation import views as cultivation
from gridloop.scenes.enterprises.figures import views as figures
from gridloop.scenes.enterprises.firms import views as firms
from gridloop.scenes.enterprises.matters import desk_views as desk
from gridloop.scenes.enterprises.matters import views as matters
from gridloop.scenes.enterprises.specialists import views as specialists
from gridloop.scenes.enterprises.tables import views as tables

app_name = "enterprises"
urlpatterns = [
    path("firms/", matters.start, name="start"),
    path("firms/ask/", matters.ask, name="ask"),
    path("firms/ask/similar/", matters.similar, name="similar"),
    path("firms/c/<str:number>/", matters.matter, name="matter"),
    path("firms/c/<str:number>/<str:move>/", matters.make_move, name="move"),
    path("firms/answers/", answers.public_answers, name="answers"),
    path("firms/answers/<int:pk>/", answers.public_answer, name="answer"),
    path("firms/answers/<int:pk>/helped/", answers.helped, name="helped"),
    path("desk/enterprises/", figures.figures, name="figures"),
    path("desk/enterprises/matters/", desk.cases, name="cases"),
    path("desk/enterprises/matters/new/", desk.enter, name="enter"),
    path("desk/enterprises/matters/import/", desk.import_page, name="import"),
    path("desk/enterprises/matters/import/template.xlsx", desk.import_template, name="import_template"),
    path("desk/enterprises/matters/import/<uuid:key>/", desk.import_result, name="import_result"),
    path("desk/enterprises/matters/import/<uuid:key>/errors.xlsx", desk.import_errors, name="import_errors"),
    path("desk/enterprises/matters/<str:number>/dispatch/", desk.dispatch, name="dispatch"),
    path("desk/enterprises/matters/<str:number>/answer/", answers.from_matter, name="from_matter"),
    path("desk/enterprises/firms/", firms.firms, name="firms"),
    path("desk/enterprises/firms/new/", firms.register, name="register"),
    path("desk/enterprises/firms/claims/<int:pk>/", firms.claim, name="claim"),
    path("desk/enterprises/firms/<int:pk>/", firms.firm, name="firm"),
    path("desk/enterprises/firms/<int:pk>/contact/", firms.contact, name="contact"),
    path(
        "desk/enterprises/firms/<int:pk>/contact/<int:person>/end/", firms.contact_over, name="contact_over"
    ),
    path("desk/enterprises/firms/<int:pk>/contact/<int:person>/unmask/", firms.unmask_contact, name="unmask"),
    path("desk/enterprises/cultivation/", cultivation.cultivation, name="cultivation"),
    path("desk/enterprises/cultivation/<int:pk>/", cultivation.cultivated_firm, name="cultivated"),
    path("desk/enterprises/cultivation/<int:pk>/tier/", cultivation.put_firm, name="put_firm"),
    path("desk/enterprises/cultivation/<int:pk>/plan/", cultivation.plan, name="plan_visit"),
    path("desk/enterprises/visits/<int:pk>/", cultivation.finish, name="visit"),
    path("desk/enterprises/needs/<int:pk>/open/", cultivation.open_need, name="open_need"),
    path("desk/enterprises/tables/", tables.tables, name="tables"),
    path("desk/enterprises/tables/new/", tables.call, name="call_table"),
    path("desk/enterprises/tables/<int:pk>/", tables.table, name="table"),
    path("desk/enterprises/tables/<int:pk>/close/", tables.close, name="close_table"),
    path("desk/enterprises/agenda/<int:pk>/", tables.decide, name="decide"),
    path("desk/enterprises/agenda/<int:pk>/move/", tables.move_item, name="move_item"),
    path("desk/enterprises/answers/", answers.articles, name="articles"),
    path("desk/enterprises/answers/<int:pk>/", answers.article, name="article"),
    path("desk/enterprises/answers/<int:pk>/new/", answers.new_version, name="new_version"),
    path("desk/enterprises/answers/<int:pk>/retire/", answers.retire, name="retire_answer"),
    path("desk/enterprises/versions/<int:pk>/review/", answers.review, name="review_answer"),
    path("settings/enterprises/specialists/", specialists.specialists, name="specialists"),
    path("settings/enterprises/specialists/new/", specialists.new_specialist, name="new_specialist"),
    path("settings/enterprises/specialists/<int:pk>/", specialists.specialist, name="specialist"),
    path("settings/enterprises/specialists/<int:pk>/leave/", specialists.leave, name="leave"),
    path("settings/enterprises/specialists/<int:pk>/retire/", specialists.retire, name="retire_specialist"),
]
