import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_initial'),
        ('basepage', '__first__'),
        ('files', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportedPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('collection', models.CharField(max_length=200, verbose_name='name of the import')),
                ('source_path', models.CharField(max_length=700, verbose_name='path in the import')),
                ('content_hash', models.CharField(blank=True, max_length=64, verbose_name='hash of the source')),
                ('revision_id', models.PositiveBigIntegerField(null=True, verbose_name='revision of the import')),
                ('has_open_links', models.BooleanField(default=False, verbose_name='links wait for other pages')),
                ('page', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='imported_from', to=settings.WAGTAIL_PAGE_MODEL, verbose_name='page')),
                ('space', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='imported_pages', to='access.space', verbose_name='space')),
            ],
            options={
                'verbose_name': 'imported page',
                'verbose_name_plural': 'imported pages',
                'constraints': [models.UniqueConstraint(fields=('space', 'collection', 'source_path'), name='one_page_per_source')],
            },
        ),
        migrations.CreateModel(
            name='ExtractedText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=300, verbose_name='file name')),
                ('file_hash', models.CharField(blank=True, max_length=40, verbose_name='file hash')),
                ('pages', models.JSONField(default=list, verbose_name='pages')),
                ('reason', models.CharField(blank=True, max_length=20, verbose_name='reason why there is no text')),
                ('language', models.CharField(default='de', max_length=2, verbose_name='language')),
                ('is_truncated', models.BooleanField(default=False, verbose_name='truncated')),
                ('extracted_at', models.DateTimeField(auto_now=True, verbose_name='extracted at')),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='extracted_text', to='files.knowledgedocument', verbose_name='document')),
                ('is_on_page', models.BooleanField(default=False, verbose_name='whole text is on the page')),
                ('recognised_pages', models.PositiveIntegerField(blank=True, null=True, verbose_name='recognised pages')),
                ('lost', models.JSONField(default=dict, verbose_name='left out')),
            ],
            options={
                'verbose_name': 'extracted text',
                'verbose_name_plural': 'extracted texts',
            },
        ),
    ]
