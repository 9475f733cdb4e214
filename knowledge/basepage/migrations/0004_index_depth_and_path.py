from django.db import migrations, models


class Migration(migrations.Migration):
    """Find the home pages of spaces, and the children of a page, without reading all pages."""

    dependencies = [
        ("basepage", "0003_finalize_page_model"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="knowledgepage",
            index=models.Index(fields=["depth", "path"], name="page_depth_path"),
        ),
    ]
