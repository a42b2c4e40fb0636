"""Addresses of signing in and of one's own account."""

from django.urls import path

from gridloop.web.account import sign_in_views as doors
from gridloop.web.account import views

app_name = "account"
urlpatterns = [
    path("", views.account, name="home"),
    path("sign-in/", doors.SignIn.as_view(), name="sign_in"),
    path("first/", doors.First.as_view(), name="first"),
    path("sign-in/code/", doors.closes_passage(doors.SecondFactor.as_view()), name="second"),
    path("sign-in/authenticator/", doors.closes_passage(doors.Enrol.as_view()), name="enrol"),
    path(
        "sign-in/new-password/",
        doors.closes_passage(doors.ChooseFirstPassword.as_view()),
        name="new_password",
    ),
    path("sign-in/phone/", doors.PhoneFirst.as_view(), name="phone"),
    path("sign-in/phone/code/", doors.PhoneCodeNext.as_view(), name="phone_code"),
    path("sign-in/elsewhere/", doors.elsewhere, name="elsewhere"),
    path("sign-in/returned/", doors.returned, name="returned"),
    path("sign-in/demo/", doors.enter_demo, name="demo"),
    path("sign-out/", doors.sign_out, name="sign_out"),
    path("preferences/", views.prefer, name="prefer"),
    path("leave/", views.take_leave, name="leave"),
    path("leave/<int:number>/end/", views.come_back, name="come_back"),
    path("sessions/end/", views.revoke, name="revoke"),
    path("password/", views.password, name="password"),
    path("recovery-codes/", views.recovery, name="recovery"),
    path("link/", views.link, name="link"),
    path("link/<int:number>/end/", views.unlink, name="unlink"),
    path("export/", views.take_away, name="export"),
    path("erase/", views.erase, name="erase"),
]
