import django.db.models.deletion
import modelcluster.fields
import wagtail.fields
from django.conf import settings
from django.db import migrations, models

import knowledge.pages.index_pages


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('basepage', '0002_bootstrap_page_model'),
    ]

    operations = [
        migrations.CreateModel(
            name='PaperIndexPage',
            fields=[
                ('knowledgepage_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'verbose_name': 'list of council papers',
                'verbose_name_plural': 'lists of council papers',
            },
            bases=(knowledge.pages.index_pages.IndexPageMixin, 'basepage.knowledgepage'),
        ),
        migrations.CreateModel(
            name='PaperPage',
            fields=[
                ('knowledgepage_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='paper number')),
                ('dated_on', models.DateField(blank=True, db_index=True, null=True, verbose_name='date')),
                ('publicity', models.CharField(blank=True, max_length=40, verbose_name='publicity')),
                ('decision_due_on', models.DateField(blank=True, null=True, verbose_name='decision scheduled for')),
                ('body', wagtail.fields.StreamField([('heading', 0), ('paragraph', 1), ('markdown', 2), ('table', 3), ('image', 7), ('document', 8), ('tasks', 12)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'form_classname': 'title', 'icon': 'title', 'label': 'Heading'}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'h4', 'bold', 'italic', 'ol', 'ul', 'hr', 'blockquote', 'link', 'document-link'], 'icon': 'pilcrow', 'label': 'Text'}), 2: ('wagtailmarkdown.blocks.MarkdownBlock', (), {'icon': 'code', 'label': 'Text in Markdown'}), 3: ('wagtail.contrib.table_block.blocks.TableBlock', (), {'label': 'Table', 'template': 'blocks/table.html'}), 4: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Image'}), 5: ('wagtail.blocks.CharBlock', (), {'help_text': "What the picture shows, for people who can't see it; empty for ornaments.", 'label': 'Alternative text', 'required': False}), 6: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 7: ('wagtail.blocks.StructBlock', [[('image', 4), ('alternative_text', 5), ('caption', 6)]], {}), 8: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'icon': 'doc-full', 'label': 'Document', 'template': 'blocks/document.html'}), 9: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link'], 'label': 'Text'}), 10: ('wagtail.blocks.BooleanBlock', (), {'label': 'Done', 'required': False}), 11: ('wagtail.blocks.StructBlock', [[('text', 9), ('done', 10)]], {}), 12: ('wagtail.blocks.ListBlock', (11,), {'icon': 'tick', 'label': 'Task lines', 'template': 'blocks/task_lines.html'})}, verbose_name='text')),
                ('deciding_body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decided_papers', to='accounts.organisation', verbose_name='deciding body')),
                ('lead', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='led_papers', to='accounts.organisation', verbose_name='lead department')),
            ],
            options={
                'verbose_name': 'council paper',
                'verbose_name_plural': 'council papers',
            },
            bases=('basepage.knowledgepage',),
        ),
        migrations.CreateModel(
            name='PaperFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('label', models.CharField(max_length=120, verbose_name='label')),
                ('value', models.CharField(blank=True, max_length=300, verbose_name='value')),
                ('paper', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='facts', to='council.paperpage')),
            ],
            options={
                'verbose_name': 'further fact',
                'verbose_name_plural': 'further facts',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Consultation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('body', models.CharField(max_length=200, verbose_name='body')),
                ('held_on', models.DateField(blank=True, null=True, verbose_name='session on')),
                ('role', models.CharField(choices=[('recommendation', 'recommendation'), ('decision', 'decision'), ('information', 'information')], max_length=16, verbose_name='asked for')),
                ('outcome', models.CharField(blank=True, max_length=200, verbose_name='outcome')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('paper', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='consultations', to='council.paperpage')),
            ],
            options={
                'verbose_name': 'consultation',
                'verbose_name_plural': 'consultations',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
    ]
