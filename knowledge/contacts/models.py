"""Who is responsible for what, and how to reach them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from accounts.models import Organisation
from knowledge.basepage.models import KnowledgePage
from knowledge.pages.index_pages import IndexPageMixin
from knowledge.taxonomy.models import District, FieldOfAction


class ContactIndexPage(IndexPageMixin, KnowledgePage):
    """All contacts, by organisation and district."""

    parent_page_types: ClassVar = ["home.SpacePage", "groups.GroupPage"]
    subpage_types: ClassVar = ["contacts.ContactPage"]

    class Meta:
        verbose_name = _("directory of contacts")
        verbose_name_plural = _("directories of contacts")


class ContactPage(KnowledgePage):
    """An office, a function or a person of an organisation. The title is the function or the office."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="contacts",
        verbose_name=_("organisation"),
    )
    person = models.CharField(_("person"), max_length=120, blank=True)
    responsibility = models.TextField(_("responsible for"), blank=True)
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.TextField(_("address"), blank=True)
    hours = models.CharField(_("hours"), max_length=200, blank=True)
    districts = ParentalManyToManyField(
        District, blank=True, related_name="contacts", verbose_name=_("districts")
    )
    fields_of_action = ParentalManyToManyField(
        FieldOfAction, blank=True, related_name="contacts", verbose_name=_("fields of action")
    )
    source = models.CharField(_("source of the data"), max_length=200, blank=True)
    confirmed_on = models.DateField(_("last confirmed on"), null=True, blank=True)

    parent_page_types: ClassVar = ["contacts.ContactIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [
        *KnowledgePage.content_panels,
        FieldPanel("organisation"),
        FieldPanel("person"),
        FieldPanel("responsibility"),
        MultiFieldPanel(
            [FieldPanel("phone"), FieldPanel("email"), FieldPanel("address"), FieldPanel("hours")],
            heading=_("Ways to reach them"),
        ),
        FieldPanel("fields_of_action"),
        FieldPanel("districts"),
        MultiFieldPanel(
            [FieldPanel("source"), FieldPanel("confirmed_on")], heading=_("Source of the data")
        ),
    ]

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
