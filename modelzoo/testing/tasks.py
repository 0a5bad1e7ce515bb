"""The checks of a task, in the order in which they run."""

from __future__ import annotations

from modelzoo.testing import task_answers, task_labels, task_learning
from modelzoo.testing.check import as_checks
from modelzoo.testing.task_subject import TaskSubject

__all__ = ["TASK_CHECKS", "TaskSubject"]

TASK_CHECKS = as_checks(
    task_answers.class_limits,
    task_answers.head,
    task_answers.mixed_precision,
    task_answers.head_restored,
    task_labels.labels_accepted,
    task_labels.labels_refused,
    task_learning.loss_per_image,
    task_learning.learns,
    task_learning.metrics,
    task_learning.monitor,
    task_answers.answers,
    task_answers.answers_right,
)
