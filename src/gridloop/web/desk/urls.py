"""The addresses of the desk."""

from django.urls import path

from gridloop.web.desk import case_file, case_views, entering, saved_filters, views

app_name = "desk"
urlpatterns = [
    path("", views.worklist, name="worklist"),
    path("export.xlsx", views.export, name="export"),
    path("bulk/", views.bulk, name="bulk"),
    path("filters/", views.filters, name="filters"),
    path("count/", views.count, name="count"),
    path("filters/keep/", saved_filters.save_filter, name="save_filter"),
    path("filters/<int:pk>/forget/", saved_filters.forget_filter, name="forget_filter"),
    path("enter/", entering.enter, name="enter"),
    path("hot/", views.hot_issues, name="hot_issues"),
    path("case/<str:number>/", case_views.case, name="case"),
    path("case/<str:number>/file/", case_file.case_file, name="case_file"),
    path("case/<str:number>/unmask/", case_views.unmask_reporter, name="unmask"),
    path("case/<str:number>/<str:move>/", case_views.move, name="move"),
]
