"""The words that the editor's script shows."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def editor_words() -> dict[str, str]:
    """Return them in the language of the reader; `%s` stands for a number or a name."""
    return {
        "bold": _("Bold"),
        "italic": _("Italic"),
        "link": pgettext("in a text", "Link"),
        "heading": _("Heading"),
        "subheading": _("Subheading"),
        "bullets": _("Bulleted list"),
        "numbers": _("Numbered list"),
        "task": _("Task line"),
        "done": _("Done"),
        "quote": _("Quote"),
        "table": _("Table"),
        "file": _("Picture or file"),
        "rule": _("Line across"),
        "seek": _("Find and replace"),
        "seekShort": pgettext("in a text", "Find"),
        "hits": _("Hits: %s"),
        "replaced": _("Replaced: %s"),
        "undo": _("Undo"),
        "redo": _("Redo"),
        "row": _("Add row"),
        "column": _("Add column"),
        "rowOff": _("Delete row"),
        "columnOff": _("Delete column"),
        "head": _("First row as head"),
        "tableOff": _("Delete table"),
        "alt": _("What does the picture show? (for people who can't see it)"),
        "caption": _("Caption"),
        "suggestions": _("Suggestions"),
        "found": _("%s suggestions; arrow keys and Enter to choose."),
        "linkTo": _("Address of the link; empty to remove it"),
        "linkTake": pgettext("a link", "Set"),
        "linkWrong": _("This address can't be linked. It begins with https://, mailto: or tel:."),
        "placeholder": _(
            "Write here. “/” shows what can be inserted, “[[” links a page, “@” a person or body."
        ),
        "picturesLeft": _(
            "Pictures in the text that you pasted did not come along (%s). Copy each one by itself, and paste it here."
        ),
        "uploading": _("“%s” is being stored …"),
        "stored": _("“%s” is stored."),
        "changed": _("Not saved yet"),
        "saving": _("Being saved …"),
        "saved": _("Draft saved at %s"),
        "nothing": _("All changes are saved"),
        "notLoaded": _(
            "The editor could not be loaded, and what you type is not saved. Copy it, and load the page anew."
        ),
        "offline": _(
            "No connection. Go on writing: everything stays in this window and is saved as soon as there is a "
            "connection."
        ),
        "kept": _("A copy is kept, encrypted, in this browser."),
        "unkept": _("No copy is kept in this browser: leave the window open."),
        "restored": _("What you wrote and what was not saved yet is back, from %s."),
        "signedOut": _(
            "You are signed out. What you wrote is still here: sign in in another tab, then it is saved by itself."
        ),
        "signIn": _("Sign in (in a new tab)"),
        "failed": _("Saving failed. What you wrote is still here; it is tried again in a moment."),
        "merged": _("Changes of somebody else have been added to your text."),
        "keptThoughDeleted": _(
            "A marked paragraph was deleted by one of you and changed by the other. It was kept: delete it if it is "
            "not needed."
        ),
        "bothWrote": _(
            "In marked paragraphs you both wrote at the same time. Please read them through."
        ),
    }
