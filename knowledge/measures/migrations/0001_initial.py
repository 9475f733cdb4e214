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
        ('taxonomy', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='MeasureIndexPage',
            fields=[
                ('knowledgepage_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'verbose_name': 'list of measures',
                'verbose_name_plural': 'lists of measures',
            },
            bases=(knowledge.pages.index_pages.IndexPageMixin, 'basepage.knowledgepage'),
        ),
        migrations.CreateModel(
            name='MeasurePage',
            fields=[
                ('knowledgepage_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('number', models.PositiveSmallIntegerField(blank=True, db_index=True, null=True, verbose_name='number')),
                ('horizon', models.CharField(blank=True, choices=[('immediate', 'immediate'), ('short_term', 'short-term'), ('long_term', 'long-term')], default='', max_length=12, verbose_name='horizon')),
                ('state', models.CharField(blank=True, choices=[('planned', 'planned'), ('running', 'in progress'), ('done', 'completed'), ('paused', 'paused'), ('dropped', 'not pursued')], default='', max_length=12, verbose_name='state')),
                ('body', wagtail.fields.StreamField([('heading', 0), ('paragraph', 1), ('markdown', 2), ('table', 3), ('image', 7), ('document', 8), ('tasks', 12)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'form_classname': 'title', 'icon': 'title', 'label': 'Heading'}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'h4', 'bold', 'italic', 'ol', 'ul', 'hr', 'blockquote', 'link', 'document-link'], 'icon': 'pilcrow', 'label': 'Text'}), 2: ('wagtailmarkdown.blocks.MarkdownBlock', (), {'icon': 'code', 'label': 'Text in Markdown'}), 3: ('wagtail.contrib.table_block.blocks.TableBlock', (), {'label': 'Table', 'template': 'blocks/table.html'}), 4: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Image'}), 5: ('wagtail.blocks.CharBlock', (), {'help_text': "What the picture shows, for people who can't see it; empty for ornaments.", 'label': 'Alternative text', 'required': False}), 6: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 7: ('wagtail.blocks.StructBlock', [[('image', 4), ('alternative_text', 5), ('caption', 6)]], {}), 8: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'icon': 'doc-full', 'label': 'Document', 'template': 'blocks/document.html'}), 9: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link'], 'label': 'Text'}), 10: ('wagtail.blocks.BooleanBlock', (), {'label': 'Done', 'required': False}), 11: ('wagtail.blocks.StructBlock', [[('text', 9), ('done', 10)]], {}), 12: ('wagtail.blocks.ListBlock', (11,), {'icon': 'tick', 'label': 'Task lines', 'template': 'blocks/task_lines.html'})}, verbose_name='text')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                ('note', models.TextField(blank=True, verbose_name='note on the source')),
                ('districts', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='measures', to='taxonomy.district', verbose_name='districts')),
                ('field_of_action', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='taxonomy.fieldofaction', verbose_name='field of action')),
            ],
            options={
                'verbose_name': 'measure',
                'verbose_name_plural': 'measures',
            },
            bases=('basepage.knowledgepage',),
        ),
        migrations.CreateModel(
            name='MeasureResponsibility',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('is_lead', models.BooleanField(default=False, verbose_name='lead')),
                ('measure', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='responsibilities', to='measures.measurepage')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measure_responsibilities', to='accounts.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'responsible organisation',
                'verbose_name_plural': 'responsible organisations',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
    ]
