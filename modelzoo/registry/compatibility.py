"""Whether a model, a task and a dataset fit together, told from their specs alone."""

from __future__ import annotations

from modelzoo.errors import IncompatibleError
from modelzoo.registry.specs import DatasetSpec, ModelSpec, TaskSpec


def check_model_task(model: ModelSpec, task: TaskSpec) -> None:
    """Raise where the model does not do the task.

    Raises:
        IncompatibleError: The model names the tasks it can do, and this is none of them, neither
            by its name nor by an alias.
    """
    if model.tasks and not {task.name, *task.aliases} & set(model.tasks):
        raise IncompatibleError(
            f"Model {model.name!r} does not do task {task.name!r}. "
            f"It can do: {', '.join(model.tasks)}."
        )


def check_dataset_task(dataset: DatasetSpec, task: TaskSpec) -> None:
    """Raise where the dataset's labels are not what the task learns from.

    Raises:
        IncompatibleError: Another kind of label, too few classes, or too many.
    """
    if task.labels not in dataset.labels:
        offered = " or ".join(repr(each) for each in dataset.labels)
        raise IncompatibleError(
            f"Dataset {dataset.name!r} has labels of kind {offered}, "
            f"but task {task.name!r} learns from {task.labels!r} labels. "
            f"The dataset's own task is {dataset.task!r}."
        )
    if dataset.num_classes is not None:
        check_num_classes(
            task,
            dataset.num_classes,
            source=f"Dataset {dataset.name!r}",
            own_task=dataset.task,
        )


def check_num_classes(
    task: TaskSpec, num_classes: int, *, source: str, own_task: str | None = None
) -> None:
    """Raise where the task does not make sense for so many classes.

    Args:
        task: The task.
        num_classes: How many classes (or values) there are.
        source: Who says so, such as ``"Dataset 'mnist'"``; begins the error.
        own_task: For a dataset the task that it is for, which the error recommends.

    Raises:
        IncompatibleError: Too few classes or too many.
    """
    few = num_classes < task.min_classes
    if few or (task.max_classes is not None and num_classes > task.max_classes):
        most = "" if task.max_classes is None else f" to {task.max_classes}"
        expected = f"{task.min_classes}{most or ' or more'}"
        if task.max_classes == task.min_classes:
            expected = str(task.min_classes)
        advice = "Choose another task: `modelzoo list tasks` shows them."
        if own_task is not None and own_task != task.name:
            advice = f"The dataset's own task is {own_task!r}."
        raise IncompatibleError(
            f"{source} has {num_classes} classes, but task {task.name!r} takes {expected}. {advice}"
        )


def check_input_shape(model: ModelSpec, input_shape: tuple[int, ...]) -> None:
    """Raise where the model can't be built for images of this shape.

    Args:
        model: The model.
        input_shape: ``(height, width, channels)``.

    Raises:
        IncompatibleError: Not three positive integers, too small, or too many channels.
    """
    if len(input_shape) != 3 or not all(isinstance(n, int) and n > 0 for n in input_shape):
        raise IncompatibleError(
            f"Input shape {input_shape!r} is not (height, width, channels) in positive integers."
        )
    height, width, channels = input_shape
    if min(height, width) < model.min_size:
        raise IncompatibleError(
            f"Model {model.name!r} needs images of at least {model.min_size} x {model.min_size} "
            f"pixels, not {height} x {width}."
        )
    if channels not in model.channels:
        wanted = " or ".join(map(str, model.channels))
        raise IncompatibleError(
            f"Model {model.name!r} takes images with {wanted} channels, not {channels}."
        )


def default_num_classes(model: ModelSpec, task: TaskSpec) -> int:
    """How many classes (or values) a head has where nobody says.

    Args:
        model: The model, with its defaults for the task.
        task: The task.

    Returns:
        The only number that the task knows, else the model's own, else the task's least.
    """
    if task.min_classes == task.max_classes:
        return task.min_classes
    return model.num_classes or task.min_classes
