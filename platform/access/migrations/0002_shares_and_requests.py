import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0001_initial'),
        ('accounts', '__first__'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('basepage', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='PageGroupObjectPermission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('granted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='granted at')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed at')),
                ('reminded_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='reminded at')),
                ('include_descendants', models.BooleanField(default=False, verbose_name='with subpages')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares_with_groups', to=settings.WAGTAIL_PAGE_MODEL)),
                ('granted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='granted by')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.group')),
                ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
            ],
            options={
                'abstract': False,
                'unique_together': {('group', 'content_object')},
            },
        ),
        migrations.CreateModel(
            name='PageUserObjectPermission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('granted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='granted at')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed at')),
                ('reminded_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='reminded at')),
                ('include_descendants', models.BooleanField(default=False, verbose_name='with subpages')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares_with_people', to=settings.WAGTAIL_PAGE_MODEL)),
                ('granted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='granted by')),
                ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'unique_together': {('user', 'content_object')},
            },
        ),
        migrations.CreateModel(
            name='AccessRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=500, verbose_name='address')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='created at')),
                ('delivered_at', models.DateTimeField(blank=True, null=True, verbose_name='delivered at')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                ('state', models.CharField(choices=[('open', 'open'), ('granted', 'granted'), ('closed', 'closed'), ('declined', 'declined'), ('replaced', 'replaced by a later one'), ('without_target', 'nothing to ask for')], default='open', max_length=20, verbose_name='state')),
                ('page', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.WAGTAIL_PAGE_MODEL)),
                ('requester', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='access_requests', to=settings.AUTH_USER_MODEL, verbose_name='who asks')),
                ('space', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='access_requests', to='access.space')),
                ('answer', models.CharField(blank=True, max_length=300, verbose_name='answer')),
            ],
            options={
                'verbose_name': 'request for access',
                'verbose_name_plural': 'requests for access',
                'indexes': [models.Index(fields=['space', 'state'], name='access_request_of_space'), models.Index(fields=['requester', 'created_at'], name='access_request_of_person')],
            },
        ),
        migrations.CreateModel(
            name='NarrowedPassage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(editable=False, unique=True)),
                ('narrowed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('organisations', models.ManyToManyField(related_name='+', to='accounts.organisation')),
                ('pages', models.ManyToManyField(related_name='narrowed_passages', to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'verbose_name': 'narrowed passage',
                'verbose_name_plural': 'narrowed passages',
            },
        ),
    ]
