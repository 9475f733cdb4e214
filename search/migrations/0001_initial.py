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
            name='IndexedText',
            fields=[
                ('key', models.CharField(max_length=200, primary_key=True, serialize=False, verbose_name='key')),
                ('source', models.CharField(max_length=40, verbose_name='source')),
                ('object_id', models.CharField(max_length=64, verbose_name='object')),
                ('fingerprint', models.CharField(max_length=64, verbose_name='fingerprint')),
                ('content', models.JSONField(verbose_name='content')),
                ('indexed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='indexed at')),
            ],
            options={
                'verbose_name': 'indexed text',
                'verbose_name_plural': 'indexed texts',
                'indexes': [models.Index(fields=['source', 'object_id'], name='search_text_object')],
            },
        ),
        migrations.CreateModel(
            name='OutboxEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=40, verbose_name='source')),
                ('object_id', models.CharField(max_length=64, verbose_name='object')),
                ('enqueued_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='enqueued at')),
                ('attempts', models.PositiveIntegerField(default=0, verbose_name='attempts')),
                ('not_before', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='not before')),
                ('last_error', models.TextField(blank=True, verbose_name='last error')),
            ],
            options={
                'verbose_name': 'change to index',
                'verbose_name_plural': 'changes to index',
                'indexes': [models.Index(fields=['source', 'object_id'], name='search_outbox_object')],
            },
        ),
        migrations.CreateModel(
            name='WordsState',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('token', models.CharField(max_length=32)),
            ],
            options={
                'verbose_name': 'state of the words',
                'verbose_name_plural': 'states of the words',
            },
        ),
        migrations.CreateModel(
            name='BestBet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='changed at')),
                ('expressions', models.JSONField(verbose_name='expressions')),
                ('target', models.CharField(max_length=200, verbose_name='target')),
                ('sentence', models.CharField(blank=True, max_length=200, verbose_name='sentence')),
                ('changed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by')),
            ],
            options={
                'verbose_name': 'best bet',
                'verbose_name_plural': 'best bets',
            },
        ),
        migrations.CreateModel(
            name='CountedQuery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='month')),
                ('key', models.CharField(max_length=100, verbose_name='folded words')),
                ('text', models.CharField(max_length=100, verbose_name='words')),
                ('asked', models.PositiveIntegerField(default=0, verbose_name='asked')),
                ('without_hits', models.PositiveIntegerField(default=0, verbose_name='without hits')),
                ('marks', models.PositiveIntegerField(default=0, verbose_name='marks')),
                ('is_common', models.BooleanField(default=False, verbose_name='asked by several people')),
            ],
            options={
                'verbose_name': 'counted query',
                'verbose_name_plural': 'counted queries',
                'indexes': [models.Index(fields=['is_common', 'month'], name='search_counted_common')],
                'constraints': [models.UniqueConstraint(fields=('month', 'key'), name='search_counted_once')],
            },
        ),
        migrations.CreateModel(
            name='WordEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='changed at')),
                ('kind', models.CharField(choices=[('synonyms', 'Synonyms'), ('abbreviation', 'Abbreviation'), ('never_split', 'Never split'), ('never_stem', 'Exact form only')], max_length=20, verbose_name='kind')),
                ('expressions', models.JSONField(verbose_name='expressions')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('changed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by')),
            ],
            options={
                'verbose_name': 'word of the search',
                'verbose_name_plural': 'words of the search',
            },
        ),
        migrations.CreateModel(
            name='SavedSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('query', models.TextField(help_text='As in the address of the search page.', verbose_name='query')),
                ('tell', models.CharField(choices=[('none', 'Only on the start page'), ('in_app', 'As a notice'), ('mail', 'As a notice and by mail, once a day')], default='none', max_length=10, verbose_name='notice')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='created at')),
                ('looked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='looked at')),
                ('checked_at', models.DateTimeField(blank=True, null=True, verbose_name='checked at')),
                ('known_keys', models.JSONField(blank=True, null=True, verbose_name='known matches')),
                ('knows_all', models.BooleanField(default=True, verbose_name='all matches are known')),
                ('new_keys', models.JSONField(blank=True, default=list, verbose_name='new matches')),
                ('has_news', models.BooleanField(default=False, verbose_name='has new matches')),
                ('has_lost_filter', models.BooleanField(default=False, verbose_name='a filter is not valid any more')),
                ('revision', models.PositiveIntegerField(default=0, verbose_name='revision')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_searches', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
            ],
            options={
                'verbose_name': 'saved search',
                'verbose_name_plural': 'saved searches',
                'indexes': [models.Index(fields=['checked_at'], name='saved_search_checked')],
                'constraints': [models.UniqueConstraint(fields=('owner', 'name'), name='one_saved_search_a_name')],
            },
        ),
    ]
