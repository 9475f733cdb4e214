"""Texts of Wagtail that our catalogue says in its own words.

Its German speaks of a "seite-Objekt" and of "domain.com/blog", and says that all see what one space sees. Naming
its texts here makes them part of our catalogue, which wins over the library's.
"""

from django.utils.translation import gettext_noop as _

WAGTAIL_TEXTS = (
    _("Are you sure you want to unpublish this %(model_name)s?"),
    _("Publishing this %(model_name)s will cancel the current workflow."),
    _("Would you still like to publish this %(model_name)s?"),
    _("You can edit the %(model_name)s here:"),
    _("You can preview the %(model_name)s here:"),
    _("Choose when this %(model_name)s should go live and/or expire"),
    _("Anyone can edit this %(model_name)s – lock it to prevent others from editing"),
    _("Anyone can edit this %(model_name)s"),
    _("One or more references to this %(model_name)s prevent it from being deleted."),
    _("This %(model_name)s hasn't been submitted for moderation yet"),
    _("The %(model_name)s could not be saved as it is locked"),
    _(
        "You are viewing a previous version of this %(model_name)s from <b>%(created_at)s</b> by %(user)s"
    ),
    _("The %(model_name)s could not be created due to errors."),
    _("The %(model_name)s could not be saved due to errors."),
    _("Are you sure you want to delete this %(model_name)s?"),
    _("Create a new %(model_name)s"),
    _("The name of the page as it will appear in URLs e.g http://domain.com/blog/[my-slug]/"),
    _("The page title as you'd like it to be seen by the public"),
    _("Visible to all. Visit the live page"),
    _("Visible to all"),
    _("View live"),
    _("Dashboard"),
)
