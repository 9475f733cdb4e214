import django.db.models.deletion
import django.utils.timezone
import modelsearch.index
import wagtail.models.content_types
import wagtail.models.preview
import wagtail.models.specific
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_initial'),
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='KnowledgePage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=255, unique=True)),
                ('depth', models.PositiveIntegerField()),
                ('numchild', models.PositiveIntegerField(default=0)),
                ('live', models.BooleanField(default=True, editable=False, verbose_name='live')),
                ('has_unpublished_changes', models.BooleanField(default=False, editable=False, verbose_name='has unpublished changes')),
                ('first_published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='first published at')),
                ('last_published_at', models.DateTimeField(editable=False, null=True, verbose_name='last published at')),
                ('go_live_at', models.DateTimeField(blank=True, null=True, verbose_name='go live date/time')),
                ('expire_at', models.DateTimeField(blank=True, null=True, verbose_name='expiry date/time')),
                ('expired', models.BooleanField(default=False, editable=False, verbose_name='expired')),
                ('locked', models.BooleanField(default=False, editable=False, verbose_name='locked')),
                ('locked_at', models.DateTimeField(editable=False, null=True, verbose_name='locked at')),
                ('title', models.CharField(help_text="The page title as you'd like it to be seen by the public", max_length=255, verbose_name='title')),
                ('draft_title', models.CharField(editable=False, max_length=255)),
                ('slug', models.SlugField(allow_unicode=True, help_text='The name of the page as it will appear in URLs e.g http://domain.com/blog/[my-slug]/', max_length=255, verbose_name='slug')),
                ('url_path', models.TextField(blank=True, editable=False, verbose_name='URL path')),
                ('latest_revision_created_at', models.DateTimeField(editable=False, null=True, verbose_name='latest revision created at')),
                ('classification', models.CharField(choices=[('public', 'public'), ('internal', 'internal'), ('confidential', 'confidential')], default='internal', max_length=12, verbose_name='handling')),
                ('review_by', models.DateField(blank=True, db_index=True, null=True, verbose_name='review by')),
                ('is_sample', models.BooleanField(default=False, editable=False, verbose_name='sample')),
                ('alias_of', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='aliases', to=settings.WAGTAIL_PAGE_MODEL)),
                ('content_type', models.ForeignKey(on_delete=models.SET(wagtail.models.content_types.get_default_page_content_type), related_name='pages', to='contenttypes.contenttype', verbose_name='content type')),
                ('locked_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='locked_%(class)ss', to=settings.AUTH_USER_MODEL, verbose_name='locked by')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='owned_pages', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('owning_organisation', models.ForeignKey(blank=True, limit_choices_to={'is_collective': False}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='owned_pages', to='accounts.organisation', verbose_name='owning organisation')),
                ('space', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pages', to='access.space', verbose_name='space')),
            ],
            options={
                'verbose_name': 'page',
                'verbose_name_plural': 'pages',
                'permissions': [('bulk_delete_knowledgepage', 'Delete pages with children'), ('lock_knowledgepage', "Lock/unlock pages you've locked"), ('publish_knowledgepage', 'Publish any page'), ('unlock_knowledgepage', 'Unlock any page')],
                'indexes': [models.Index(fields=['space', 'live'], name='page_space_live'), models.Index(fields=['url_path'], name='page_url_path'), models.Index(fields=['-last_published_at'], name='page_last_published')],
                'constraints': [models.CheckConstraint(condition=models.Q(('space__isnull', False), ('depth__lt', 3), _connector='OR'), name='page_lies_in_a_space')],
            },
            bases=(wagtail.models.preview.PreviewableMixin, wagtail.models.specific.SpecificMixin, modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='OldAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url_path', models.CharField(max_length=2000, verbose_name='old address')),
                ('left_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='address left at')),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='old_addresses', to=settings.WAGTAIL_PAGE_MODEL, verbose_name='page')),
            ],
            options={
                'verbose_name': 'old address',
                'verbose_name_plural': 'old addresses',
                'constraints': [models.UniqueConstraint(fields=('url_path', 'page'), name='one_old_address_a_page')],
            },
        ),
        migrations.AddIndex(
            model_name='knowledgepage',
            index=models.Index(fields=['depth', 'path'], name='page_depth_path'),
        ),
    ]
