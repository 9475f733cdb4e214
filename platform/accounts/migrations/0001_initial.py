import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('position', models.CharField(blank=True, max_length=120, verbose_name='position')),
                ('platform_role', models.CharField(blank=True, choices=[('', 'None'), ('curator', 'Curator'), ('administrator', 'Administrator'), ('data_protection', 'Data protection')], default='', max_length=20, verbose_name='platform role')),
                ('is_sample', models.BooleanField(default=False, editable=False, verbose_name='sample')),
                ('closed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='account closed at')),
                ('pseudonymised_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='name removed at')),
                ('sign_in_epoch', models.PositiveIntegerField(default=0, editable=False)),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
                'ordering': ['last_name', 'first_name', 'username'],
            },
        ),
        migrations.CreateModel(
            name='ErasureOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ordered_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='ordered at')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('ordered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ordered by')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='erasure_order', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'order to remove a name',
                'verbose_name_plural': 'orders to remove a name',
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('function', models.CharField(choices=[('member', 'Member'), ('lead', 'Lead')], default='member', max_length=10, verbose_name='function')),
                ('since', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed at')),
                ('added_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='auth.group')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
            },
        ),
        migrations.AddField(
            model_name='user',
            name='groups',
            field=models.ManyToManyField(blank=True, related_name='user_set', related_query_name='user', through='accounts.Membership', through_fields=('user', 'group'), to='auth.group', verbose_name='groups'),
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='short name in addresses')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('short_name', models.CharField(max_length=80, verbose_name='short name')),
                ('kind', models.CharField(choices=[('department', 'Department'), ('division', 'Division'), ('municipal_company', 'Municipal company'), ('police', 'Police'), ('justice', 'Justice'), ('ministry', 'Ministry'), ('federal', 'Federal authority'), ('association', 'Association'), ('academic', 'Research'), ('council_body', 'Council body'), ('other', 'Other')], max_length=20, verbose_name='kind')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('is_collective', models.BooleanField(default=False, help_text='Stands for a group of bodies, not for one; nobody can belong to it.', verbose_name='collective term')),
                ('left_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='left the platform at')),
                ('group', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='organisation', to='auth.group')),
            ],
            options={
                'verbose_name': 'organisation',
                'verbose_name_plural': 'organisations',
                'ordering': ['short_name'],
            },
        ),
        migrations.AddField(
            model_name='user',
            name='organisation',
            field=models.ForeignKey(blank=True, limit_choices_to={'is_collective': False}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='accounts.organisation', verbose_name='organisation'),
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Circle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='short name in addresses')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('is_everybody', models.BooleanField(default=False, editable=False, help_text='Everybody who belongs to an organisation is a member; nobody is added by hand.', verbose_name='everybody')),
                ('group', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='circle', to='auth.group')),
            ],
            options={
                'verbose_name': 'circle',
                'verbose_name_plural': 'circles',
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_everybody', True)), fields=('is_everybody',), name='one_circle_of_everybody')],
            },
        ),
        migrations.AddField(
            model_name='user',
            name='second_factor_due',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='user',
            name='phone',
            field=models.CharField(blank=True, max_length=40, verbose_name='phone'),
        ),
        migrations.AlterField(
            model_name='user',
            name='platform_role',
            field=models.CharField(blank=True, choices=[('', 'None'), ('curator', 'Curator'), ('administrator', 'Administrator'), ('data_protection', 'Data protection'), ('organisation', 'Administration of the organisation')], default='', max_length=20, verbose_name='platform role'),
        ),
        migrations.CreateModel(
            name='OldShortName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='old_short_names', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'old short name',
                'verbose_name_plural': 'old short names',
            },
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('user', 'group'), name='one_membership_per_group'),
        ),
    ]
