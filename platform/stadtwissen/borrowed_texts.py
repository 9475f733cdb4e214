"""Texts of libraries that our catalogue says in its own words.

allauth addresses people informally in German and calls things by other names than we do. Naming
its texts here makes them part of our catalogue, which wins over the library's.
"""

from django.utils.translation import gettext_noop as _

ALLAUTH_TEXTS = (
    _("Please type your current password."),
    _("Too many failed login attempts. Try again later."),
    _("Be patient, you are sending too many requests."),
    _("You must type the same password each time."),
    _("Your password has been changed."),
    _("Your password is now changed."),
    _("You have signed out."),
    _("You are already logged in as %(user_display)s."),
    _("You are about to generate a new set of recovery codes for your account."),
    _("You are about to deactivate authenticator app based authentication. Are you sure?"),
    _("Two-Factor Authentication"),
    _("Change Password"),
    _("Sign In"),
    _("Sign Out"),
)
