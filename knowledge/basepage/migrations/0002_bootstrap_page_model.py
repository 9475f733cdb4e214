"""Fill the columns that refer to tables which Wagtail makes after ours."""

from django.db import migrations
from wagtail.models import (
    BootstrapLocaleField,
    BootstrapTranslatableModel,
    BootstrapTranslationKeyField,
)


class Migration(migrations.Migration):
    dependencies = [
        ("basepage", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        BootstrapLocaleField("basepage.KnowledgePage"),
        BootstrapTranslationKeyField("basepage.KnowledgePage"),
        BootstrapTranslatableModel("basepage.KnowledgePage"),
    ]
