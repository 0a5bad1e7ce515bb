"""Registers the four built-in tasks."""

from __future__ import annotations

from modelzoo.registry import TaskSpec, hookimpl


@hookimpl
def modelzoo_tasks() -> list[TaskSpec]:
    """One of two, one of many, any of many, and numbers."""
    return [
        TaskSpec(
            name="binary",
            summary="One of two classes",
            task="modelzoo.builtin.tasks.binary:Binary",
            labels="class",
            min_classes=2,
            max_classes=2,
            num_outputs=1,
        ),
        TaskSpec(
            name="multiclass",
            summary="One of several classes",
            task="modelzoo.builtin.tasks.multiclass:Multiclass",
            labels="class",
            min_classes=2,
        ),
        TaskSpec(
            name="multilabel",
            summary="Any number of several classes at once",
            task="modelzoo.builtin.tasks.multilabel:Multilabel",
            labels="multi_hot",
        ),
        TaskSpec(
            name="regression",
            summary="One or more numbers",
            task="modelzoo.builtin.tasks.regression:Regression",
            labels="value",
        ),
    ]
