"""Sign-in, sign-out, password and second factor; allauth's views under German addresses."""

from allauth.account import views
from django.urls import include, path

from accounts.second_factor import second_factor

urlpatterns = [
    path("anmelden/", views.login, name="account_login"),
    path("abmelden/", views.logout, name="account_logout"),
    path("konto/passwort/", views.password_change, name="account_change_password"),
    path("konto/bestaetigen/", views.reauthenticate, name="account_reauthenticate"),
    path("konto/zweiter-faktor/", second_factor, name="account_second_factor"),
    # allauth links to these by name; the adapter keeps registration closed.
    path("anmelden/registrieren/", views.signup, name="account_signup"),
    path("anmelden/gesperrt/", views.account_inactive, name="account_inactive"),
    path("anmelden/zweiter-faktor/", include("allauth.mfa.urls")),
]
