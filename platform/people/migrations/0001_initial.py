import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='PasswordRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='made at')),
            ],
            options={
                'verbose_name': 'request for a new password',
                'verbose_name_plural': 'requests for a new password',
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('kind', models.CharField(choices=[('address_changed', 'The mail address was changed'), ('second_factor_reset', 'The second factor was taken away')], max_length=20, verbose_name='kind')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='made at')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='letters', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'letter',
                'verbose_name_plural': 'letters',
            },
        ),
        migrations.CreateModel(
            name='PeopleList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='made at')),
                ('text', models.TextField(verbose_name='text')),
                ('made_by', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='people_list', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
            ],
            options={
                'verbose_name': 'list of people',
                'verbose_name_plural': 'lists of people',
            },
        ),
        migrations.CreateModel(
            name='PasswordLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='made at')),
                ('ends_at', models.DateTimeField(verbose_name='ends')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='used at')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='password_link', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('mail_due_at', models.DateTimeField(blank=True, null=True, verbose_name='to be mailed since')),
                ('mailed_at', models.DateTimeField(blank=True, null=True, verbose_name='mailed at')),
                ('purpose', models.CharField(choices=[('invitation', 'Invitation'), ('reset', 'New password, set by the administration'), ('forgotten', 'Forgotten password')], default='reset', max_length=12, verbose_name='purpose')),
            ],
            options={
                'verbose_name': 'link to set a password',
                'verbose_name_plural': 'links to set a password',
                'indexes': [models.Index(condition=models.Q(('mail_due_at__isnull', False)), fields=['mail_due_at'], name='links_to_mail')],
            },
        ),
    ]
