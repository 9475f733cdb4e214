import django.db.models.deletion
import wagtail.fields
from django.conf import settings
from django.db import migrations, models

import knowledge.pages.index_pages


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('basepage', '0002_bootstrap_page_model'),
    ]

    operations = [
        migrations.CreateModel(
            name='ArticleIndexPage',
            fields=[
                ('knowledgepage_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'verbose_name': 'list of articles',
                'verbose_name_plural': 'lists of articles',
            },
            bases=(knowledge.pages.index_pages.IndexPageMixin, 'basepage.knowledgepage'),
        ),
        migrations.CreateModel(
            name='ArticlePage',
            fields=[
                ('knowledgepage_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('body', wagtail.fields.StreamField([('heading', 0), ('paragraph', 1), ('markdown', 2), ('table', 3), ('image', 7), ('document', 8), ('tasks', 12)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'form_classname': 'title', 'icon': 'title', 'label': 'Heading'}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'h4', 'bold', 'italic', 'ol', 'ul', 'hr', 'blockquote', 'link', 'document-link'], 'icon': 'pilcrow', 'label': 'Text'}), 2: ('wagtailmarkdown.blocks.MarkdownBlock', (), {'icon': 'code', 'label': 'Text in Markdown'}), 3: ('wagtail.contrib.table_block.blocks.TableBlock', (), {'label': 'Table', 'template': 'blocks/table.html'}), 4: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Image'}), 5: ('wagtail.blocks.CharBlock', (), {'help_text': "What the picture shows, for people who can't see it; empty for ornaments.", 'label': 'Alternative text', 'required': False}), 6: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 7: ('wagtail.blocks.StructBlock', [[('image', 4), ('alternative_text', 5), ('caption', 6)]], {}), 8: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'icon': 'doc-full', 'label': 'Document', 'template': 'blocks/document.html'}), 9: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link'], 'label': 'Text'}), 10: ('wagtail.blocks.BooleanBlock', (), {'label': 'Done', 'required': False}), 11: ('wagtail.blocks.StructBlock', [[('text', 9), ('done', 10)]], {}), 12: ('wagtail.blocks.ListBlock', (11,), {'icon': 'tick', 'label': 'Task lines', 'template': 'blocks/task_lines.html'})}, verbose_name='text')),
                ('dated_by', models.CharField(blank=True, choices=[('mail', 'head of the mail'), ('properties', 'properties of the file'), ('text', 'head of the text'), ('file', 'last change of the file'), ('person', 'entered here')], editable=False, max_length=12, verbose_name='origin of the date')),
                ('dated_on', models.DateField(blank=True, help_text='What the search sorts by; empty for the day of the first publication.', null=True, verbose_name='date of the content')),
            ],
            options={
                'verbose_name': 'article',
                'verbose_name_plural': 'articles',
            },
            bases=('basepage.knowledgepage',),
        ),
    ]
