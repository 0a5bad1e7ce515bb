"""Spec and task to ``keras.Model``: the only place where backbone and head meet."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from modelzoo.errors import IncompatibleError, OptionError
from modelzoo.registry import (
    ModelSpec,
    TaskSpec,
    check_input_shape,
    check_model_task,
    check_num_classes,
    default_num_classes,
    find,
    load_reference,
    named_libraries,
)
from modelzoo.weights import load_named_weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import keras

    from modelzoo.task import Task

__all__ = ["build_model", "get", "make_task"]


def get(
    name: str,
    *,
    task: str | None = None,
    num_classes: int | None = None,
    input_shape: Sequence[int] | None = None,
    weights: str | Path | None = None,
    **options: Any,
) -> keras.Model:
    """Build a registered model, with a task's head where a task is named.

    Args:
        name: A model's name, such as ``"mobilenet_v1_mini"``.
        task: A task's name; ``None``: the bare backbone, images in and features out.
        num_classes: How many classes (or values) to predict; default: the model's own for
            this task, such as 1000 for a model of ImageNet.
        input_shape: ``(height, width, channels)``; default: the model's own for this task.
        weights: ``None`` for random ones; the name of published weights of the model
            (``"imagenet"``); or the path of a run folder, a ``weights.safetensors`` of ours, or a
            local copy of a published file. Their head is taken over where it fits this one;
            where only the head differs or is missing, the backbone is taken over and the head
            stays random, to be trained. Another backbone is an error.
        **options: What else the model's builder takes, such as ``alpha=0.5``.

    Returns:
        A built ``keras.Model`` from images, uint8 ``(batch, height, width, channels)`` of 0-255,
        to the task's outputs, float32 ``(batch, n)`` (probabilities of classes), or to features.
        Its parts are the layers ``rescale``, ``backbone``, ``logits`` and ``probabilities``.

    Raises:
        UnknownNameError: There is no such model or task; the message has close matches.
        IncompatibleError: Model, task, number of classes or input shape do not fit together.
        OptionError: The builder does not take such an option or value.
        MissingLibraryError: A library that the model or the task needs is not installed.
        WeightsError: The weights are missing, damaged, or those of another model.

    Example:
        >>> model = get("mobilenet_v1_mini", task="binary")
        >>> model.count_params()
        804572
    """
    entry = find("model", name)
    made_task = None
    spec = entry.spec
    if task is not None:
        task_spec = find("task", task).spec
        check_model_task(spec, task_spec)
        spec = spec.for_task(task_spec.name)
        check_input_shape(spec, _shape(spec, input_shape))
        if num_classes is None:
            num_classes = default_num_classes(spec, task_spec)
        made_task = make_task(task_spec, num_classes)
    elif num_classes is not None:
        raise IncompatibleError(
            f"num_classes={num_classes} was given without a task, but a bare backbone has no "
            f"classes. Name a task, for example get({name!r}, task='multiclass', ...)."
        )
    model = build_model(spec, made_task, input_shape=input_shape, options=options)
    if weights is not None:
        load_named_weights(model, weights, spec=spec)
    return model


def make_task(spec: TaskSpec, num_classes: int) -> Task:
    """The task object of a spec.

    Args:
        spec: The task's spec.
        num_classes: How many classes (or values) there are.

    Raises:
        IncompatibleError: The task does not make sense for so many.
        ReferenceLoadError: The spec's code can't be imported.
        MissingLibraryError: A library that it needs is not installed.

    Example:
        >>> make_task(find("task", "binary").spec, 2).num_outputs
        1
    """
    try:
        if isinstance(num_classes, bool):
            raise TypeError
        num_classes = operator.index(num_classes)  # NumPy's whole numbers are some, too
    except TypeError:
        message = f"num_classes is {num_classes!r}, expected a whole number."
        raise IncompatibleError(message) from None
    check_num_classes(spec, num_classes, source="The head that is asked for")
    needed_by = f"task {spec.name!r}"
    with named_libraries(spec.task, needed_by=needed_by):
        task: Task = load_reference(spec.task, needed_by=needed_by)(num_classes, **spec.options)
    return task


def build_model(
    spec: ModelSpec,
    task: Task | None,
    *,
    input_shape: Sequence[int] | None = None,
    options: Mapping[str, Any] | None = None,
) -> keras.Model:
    """Put a backbone, its preprocessing and a task's head together.

    Args:
        spec: The model, with the defaults for the task (:meth:`ModelSpec.for_task`).
        task: The task; ``None``: the bare backbone.
        input_shape: ``(height, width, channels)``; default: the spec's.
        options: Options of the builder that replace the spec's.

    Returns:
        The model that :func:`get` describes.

    Raises:
        IncompatibleError: The backbone can't be built for this shape.
        OptionError: The builder does not take these options.
        MissingLibraryError: A library that the builder or the task's head needs is not installed.

    Example:
        >>> spec = find("model", "mobilenet_v1_mini").spec
        >>> build_model(spec, None, input_shape=(32, 32, 3)).output_shape
        (None, 128)
    """
    shape = _shape(spec, input_shape)
    check_input_shape(spec, shape)
    backbone = _build_backbone(spec, shape, {**spec.options, **(options or {})})

    import keras

    images = keras.Input(shape, dtype="uint8", name="images")
    scaled = keras.layers.Rescaling(spec.scale, spec.offset, name="rescale")(images)
    features = backbone(scaled)
    if task is None:
        return keras.Model(images, features, name=_layer_name(spec))
    if len(features.shape) == 4:
        features = keras.layers.GlobalAveragePooling2D(name="pool")(features)
    with named_libraries(type(task).__module__, needed_by=f"task {type(task).__name__!r}"):
        logits = task.head(features)
    outputs = keras.layers.Activation(task.activation, name="probabilities", dtype="float32")(
        logits
    )
    return keras.Model(images, outputs, name=_layer_name(spec))


def _build_backbone(
    spec: ModelSpec, shape: tuple[int, ...], options: Mapping[str, Any]
) -> keras.Model:
    needed_by = f"model {spec.name!r}"
    builder = load_reference(spec.builder, needed_by=needed_by)
    parameters = list(inspect.signature(builder).parameters.values())[1:]
    known = [each.name for each in parameters if each.kind is not each.VAR_KEYWORD]
    unknown = [each for each in options if each not in known]
    if unknown and len(known) == len(parameters):
        raise OptionError(
            f"Model {spec.name!r} has no option {unknown[0]!r}. "
            f"Its options are: {', '.join(known) or 'none'}."
        )
    try:
        with named_libraries(spec.builder, needed_by=needed_by):
            backbone = builder(shape, **options)
    except (TypeError, ValueError) as error:
        raise OptionError(
            f"Model {spec.name!r} can't be built for images {shape} with "
            f"{', '.join(f'{key}={value!r}' for key, value in options.items()) or 'no options'}: "
            f"{error}"
        ) from error
    backbone.name = "backbone"

    from modelzoo.layers import accelerate  # it imports Keras

    return accelerate(backbone)


def _shape(spec: ModelSpec, input_shape: Any) -> tuple[int, ...]:
    if input_shape is None:
        return spec.input_shape
    return tuple(input_shape) if isinstance(input_shape, Iterable) else (input_shape,)


def _layer_name(spec: ModelSpec) -> str:
    return spec.name.replace("/", "_")
