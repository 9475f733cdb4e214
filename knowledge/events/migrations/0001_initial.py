import django.db.models.deletion
import modelcluster.fields
import wagtail.fields
from django.conf import settings
from django.db import migrations, models

import knowledge.pages.index_pages


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('basepage', '0002_bootstrap_page_model'),
        ('taxonomy', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='EventIndexPage',
            fields=[
                ('knowledgepage_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'verbose_name': 'list of events',
                'verbose_name_plural': 'lists of events',
            },
            bases=(knowledge.pages.index_pages.IndexPageMixin, 'basepage.knowledgepage'),
        ),
        migrations.CreateModel(
            name='EventPage',
            fields=[
                ('knowledgepage_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('kind', models.CharField(choices=[('dialogue_format', 'dialogue format'), ('survey', 'survey'), ('reporting', 'reporting'), ('council_mandate', 'council mandate'), ('joint_operation', 'joint operation')], max_length=20, verbose_name='kind')),
                ('held_on', models.DateField(blank=True, db_index=True, null=True, verbose_name='date')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='place')),
                ('note', models.TextField(blank=True, verbose_name='note on the source')),
                ('body', wagtail.fields.StreamField([('heading', 0), ('paragraph', 1), ('markdown', 2), ('table', 3), ('image', 7), ('document', 8), ('tasks', 12)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'form_classname': 'title', 'icon': 'title', 'label': 'Heading'}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'h4', 'bold', 'italic', 'ol', 'ul', 'hr', 'blockquote', 'link', 'document-link'], 'icon': 'pilcrow', 'label': 'Text'}), 2: ('wagtailmarkdown.blocks.MarkdownBlock', (), {'icon': 'code', 'label': 'Text in Markdown'}), 3: ('wagtail.contrib.table_block.blocks.TableBlock', (), {'label': 'Table', 'template': 'blocks/table.html'}), 4: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Image'}), 5: ('wagtail.blocks.CharBlock', (), {'help_text': "What the picture shows, for people who can't see it; empty for ornaments.", 'label': 'Alternative text', 'required': False}), 6: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 7: ('wagtail.blocks.StructBlock', [[('image', 4), ('alternative_text', 5), ('caption', 6)]], {}), 8: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'icon': 'doc-full', 'label': 'Document', 'template': 'blocks/document.html'}), 9: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link'], 'label': 'Text'}), 10: ('wagtail.blocks.BooleanBlock', (), {'label': 'Done', 'required': False}), 11: ('wagtail.blocks.StructBlock', [[('text', 9), ('done', 10)]], {}), 12: ('wagtail.blocks.ListBlock', (11,), {'icon': 'tick', 'label': 'Task lines', 'template': 'blocks/task_lines.html'})}, verbose_name='text')),
                ('districts', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='events', to='taxonomy.district', verbose_name='districts')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
            },
            bases=('basepage.knowledgepage',),
        ),
    ]
