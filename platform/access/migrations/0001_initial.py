import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Space',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='short name in addresses')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('is_curated', models.BooleanField(default=True, help_text='Curators are stewards of this space without a grant of their own.', verbose_name='curated')),
                ('is_sample', models.BooleanField(default=False, editable=False, verbose_name='sample')),
                ('circle', models.OneToOneField(blank=True, help_text='The working group that this space is for, if any.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='space', to='accounts.circle', verbose_name='circle')),
                ('organisation', models.ForeignKey(blank=True, help_text='The organisation whose internal space this is, if any.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='spaces', to='accounts.organisation', verbose_name='organisation')),
                ('new_pages_confidential', models.BooleanField(default=False, help_text='Whoever writes one may choose another handling before it is published.', verbose_name='new pages are confidential')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='The lowest first.', verbose_name='place in the menu')),
            ],
            options={
                'verbose_name': 'space',
                'verbose_name_plural': 'spaces',
                'ordering': ['title'],
                'permissions': [('add_to_space', 'Can write drafts in the space'), ('publish_in_space', 'Can publish in the space'), ('steward_space', 'Can grant access to the space')],
            },
        ),
        migrations.CreateModel(
            name='Recertification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='started at')),
                ('completed_at', models.DateTimeField(blank=True, null=True, verbose_name='completed at')),
                ('completed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='completed by')),
                ('space', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recertifications', to='access.space', verbose_name='space')),
            ],
            options={
                'verbose_name': 'confirmation of rights',
                'verbose_name_plural': 'confirmations of rights',
                'ordering': ['-started_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('completed_at__isnull', True)), fields=('space',), name='one_open_recertification_per_space')],
            },
        ),
        migrations.CreateModel(
            name='SpaceGroupObjectPermission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('granted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='granted at')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed at')),
                ('reminded_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='reminded at')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='access.space')),
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
            name='SpaceUserObjectPermission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('granted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='granted at')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed at')),
                ('reminded_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='reminded at')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='access.space')),
                ('granted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='granted by')),
                ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'unique_together': {('user', 'content_object')},
            },
        ),
    ]
