"""Remove Wagtail's welcome page and its example groups with their rights: rights are given on spaces alone."""

from django.db import migrations


def remove_examples(apps, schema_editor):
    page_model = apps.get_model("basepage", "KnowledgePage")
    site = apps.get_model("wagtailcore", "Site")
    group = apps.get_model("auth", "Group")
    welcome = page_model.objects.filter(depth=2, slug="home", numchild=0)
    if welcome.exists():
        site.objects.filter(root_page__in=welcome.values("pk")).delete()
        welcome.delete()
        page_model.objects.filter(depth=1).update(numchild=0)
    apps.get_model("wagtailcore", "GroupPagePermission").objects.all().delete()
    apps.get_model("wagtailcore", "GroupCollectionPermission").objects.all().delete()
    group.objects.filter(name__in=["Editors", "Moderators"]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0001_initial"),
        ("basepage", "0002_bootstrap_page_model"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailadmin", "0006_formstate"),
    ]

    operations = [migrations.RunPython(remove_examples, migrations.RunPython.noop)]
