"""Background work of many writes in one go: Wagtail asks for the same work again at each save of a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import transaction
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, TaskResult, TaskResultStatus, task_backends
from django_tasks.backends.base import BaseTaskBackend
from modelsearch.backends import get_search_backends
from modelsearch.tasks import insert_or_update_object_task

HAND_OVER_AFTER = (
    300  # pieces of work: about 60 documents, so that a killed import leaves little undone
)


class GatheredTasks(BaseTaskBackend):
    """Stands in for a backend and keeps what it is asked for, each piece of work once."""

    supports_defer = supports_async_task = supports_priority = True

    def __init__(self, original: BaseTaskBackend) -> None:
        super().__init__(original.alias, {"QUEUES": original.queues, "OPTIONS": original.options})
        self._original = original
        self._kept: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        self._of_one: dict[tuple[Any, ...], tuple[Any, ...]] = {}

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        """Keep the work, in the place of an equal one that was asked for before."""
        self._of_one[task.module_path, repr(args), repr(kwargs)] = (task, args, kwargs)
        return TaskResult(
            task=task, id="", status=TaskResultStatus.READY, enqueued_at=None, started_at=None,
            finished_at=None, last_attempted_at=None, args=args, kwargs=kwargs,
            backend=self.alias, errors=[], worker_ids=[],
        )  # fmt: skip

    @contextmanager
    def one_document(self) -> Iterator[None]:
        """Keep what is asked for in the block; drop it after an exception, as its transaction is undone."""
        self._of_one.clear()
        yield
        self._kept.update(self._of_one)
        if len(self._kept) >= HAND_OVER_AFTER:
            self.hand_over()

    def hand_over(self) -> None:
        """Give what was kept to the original backend; entries of Wagtail's own search are written together."""
        kept = list(self._kept.values())
        self._kept.clear()
        for_search: dict[type[Any], list[str]] = defaultdict(list)
        for task, args, kwargs in kept:
            if task.module_path == insert_or_update_object_task.module_path:
                app_label, model_name, pk = args
                for_search[apps.get_model(app_label, model_name)].append(pk)
            else:
                self._original.enqueue(task, args, kwargs)
        for model, keys in for_search.items():
            _index_together(model, keys)


def _index_together(model: type[Any], keys: list[str]) -> None:
    """Write the entries of Wagtail's own search for these objects.

    One by one, its database backend computes the mean title length of all entries again for each (O(n) a page).
    """
    objects = [
        indexed
        for one in model.objects.filter(pk__in=keys)
        if (indexed := one.get_indexed_instance())
    ]
    with transaction.atomic():
        for backend in get_search_backends(with_auto_update=True):
            backend.add_bulk(model, objects)


@contextmanager
def gathered_tasks() -> Iterator[GatheredTasks]:
    """Let this thread's tasks wait, each only once; they are handed over in between and at the end of the block."""
    original = task_backends[DEFAULT_TASK_BACKEND_ALIAS]
    gathered = GatheredTasks(original)
    task_backends[DEFAULT_TASK_BACKEND_ALIAS] = gathered
    try:
        yield gathered
    finally:
        task_backends[DEFAULT_TASK_BACKEND_ALIAS] = original
        gathered.hand_over()
