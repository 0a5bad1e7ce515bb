"""The five kinds of spec: frozen, string-only descriptions of what a plugin offers.

A spec names its code by a string, ``"package.module:attribute"``, which is imported on first
use, and carries what a person asks before anything is built.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal, TypeAlias, get_args

from modelzoo.registry.names import Kind, check_name
from modelzoo.registry.spec_checks import (
    check_count,
    check_counts,
    check_named,
    check_reference,
    check_shape,
    check_strings,
    frozen_mapping,
    plain_data,
    refuse,
)

Shape: TypeAlias = tuple[int, int, int]
LabelKind = Literal["class", "multi_hot", "value"]
LABEL_KINDS: tuple[LabelKind, ...] = get_args(LabelKind)

_TASK_DEFAULTS = frozenset(
    {"features", "input_shape", "mult_adds", "num_classes", "options", "parameters"}
)
_SHA256 = re.compile(r"[0-9a-f]{64}")


def _mapping() -> Any:
    # Left out of the hash: a mapping has none, and the other fields tell specs apart.
    return dataclasses.field(default_factory=dict, hash=False)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class WeightsSpec:
    """Trained weights of a model, published as a file.

    Attributes:
        name: What a user passes as ``get(..., weights=name)``.
        converter: ``"module:function"``; called as ``converter(path, model)``, it reads the file
            at ``path`` and assigns the values to the built ``keras.Model``.
        url: Where the file is published.
        sha256: The file's SHA-256. Without one and without a ``fetcher`` nothing is downloaded:
            the user names a local file.
        fetcher: ``"module:function"``, for a publisher whose own library downloads and verifies;
            called as ``fetcher(weights)`` with this spec, it returns the path of a file or folder
            for the ``converter``.
        task: The task that the file's head was trained for.
        num_classes: How many classes the file's head has.
        licence: The licence of the weights.
        summary: One line: trained on what, by whom.
    """

    name: str
    converter: str
    url: str = ""
    sha256: str = ""
    fetcher: str = ""
    task: str = "multiclass"
    num_classes: int | None = None
    licence: str = ""
    summary: str = ""

    def __post_init__(self) -> None:
        check_name(self.name)
        check_reference(self, "converter")
        if self.fetcher:
            check_reference(self, "fetcher")
        if self.sha256 and not _SHA256.fullmatch(self.sha256):
            refuse(self, "sha256", "64 lower-case hexadecimal digits")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What the specs of all five kinds say.

    Attributes:
        name: Lower-case snake case, such as ``"mobilenet_v1_mini"``.
        summary: One line for listings.
        tags: Words to filter by.
        aliases: Other names for the same thing; they work and are not listed.
        deprecated: Why not to use it any more and what to use instead; such a name is hidden
            from listings and warns when it is used.
        paper: Where it was published, such as ``"arXiv:1704.04861"``.
        licence: SPDX identifier or a short text.
        options: Keyword arguments that the code is called with unless a user gives others.
        expected_failures: For the name of a conformance check that this cannot pass, the reason.
            The check is run all the same, and it is a failure if it passes.
    """

    kind: ClassVar[Kind]
    code: ClassVar[str]

    name: str
    summary: str
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    deprecated: str = ""
    paper: str = ""
    licence: str = ""
    options: Mapping[str, Any] = _mapping()
    expected_failures: Mapping[str, str] = _mapping()

    def __post_init__(self) -> None:
        check_name(self.name, open_ended=True)
        for field in ("summary", "deprecated", "paper", "licence"):
            if not isinstance(getattr(self, field), str):
                refuse(self, field, "a string")
        if not self.summary or "\n" in self.summary:
            refuse(self, "summary", "one line of text")
        for field in ("tags", "aliases"):
            check_strings(self, field)
        for alias in self.aliases:
            check_name(alias)
        if self.code:
            check_reference(self, self.code)
        for each in dataclasses.fields(self):
            if each.default_factory is dict:
                object.__setattr__(self, each.name, frozen_mapping(self, each.name))
        if not all(isinstance(each, str) and each for each in self.expected_failures.values()):
            refuse(self, "expected_failures", "a reason for each name of a check")

    @property
    def reference(self) -> str:
        """Where the code is, ``"package.module:attribute"``; empty for a recipe."""
        return getattr(self, self.code) if self.code else ""

    def to_dict(self) -> dict[str, Any]:
        """The spec as data that ``json.dumps`` takes, without the fields left at their default."""
        plain: dict[str, Any] = plain_data(self)
        return plain


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec(Spec):
    """A named factory of a Keras backbone: images in, features out.

    Attributes:
        builder: ``"module:function"``; called as ``builder(input_shape, **options)`` it returns a
            ``keras.Model`` from scaled float images ``(batch, height, width, channels)`` to
            features, a vector ``(batch, n)`` or a map ``(batch, h, w, n)``.
        tasks: Names or aliases of the tasks it can do; empty: any.
        input_shape: Default ``(height, width, channels)``.
        min_size: The smallest height and width that it can be built for, in pixels.
        channels: The numbers of channels it can be built for.
        resizable: Take a dataset's own image shape where it has one; ``False`` for a model whose
            name promises an input size.
        num_classes: How many classes its head has unless a user or the data say otherwise.
        scale: Multiplied to the 0-255 images, a number or one per channel.
        offset: Added after ``scale``, a number or one per channel.
        features: Width of the features.
        parameters: Number of parameters of the backbone, non-trainable ones included, at the
            default input shape and options.
        mult_adds: Multiply-adds of the backbone for one image, likewise.
        task_defaults: For a task's name, replacements of ``input_shape``, ``num_classes``,
            ``options``, ``features``, ``parameters`` and ``mult_adds``.
        weights: Published trained weights.
    """

    kind: ClassVar[Kind] = "model"
    code: ClassVar[str] = "builder"

    builder: str
    tasks: tuple[str, ...] = ()
    input_shape: Shape = (224, 224, 3)
    min_size: int = 1
    channels: tuple[int, ...] = (1, 3)
    resizable: bool = True
    num_classes: int | None = None
    scale: float | tuple[float, ...] = 1 / 255
    offset: float | tuple[float, ...] = 0.0
    features: int | None = None
    parameters: int | None = None
    mult_adds: int | None = None
    task_defaults: Mapping[str, Mapping[str, Any]] = _mapping()
    weights: tuple[WeightsSpec, ...] = ()

    def __post_init__(self) -> None:
        Spec.__post_init__(self)
        check_strings(self, "tasks")
        check_shape(self, "input_shape")
        check_count(self, "min_size")
        for field, least in (
            ("num_classes", 1),
            ("features", 1),
            ("parameters", 0),
            ("mult_adds", 0),
        ):
            check_count(self, field, least=least, optional=True)
        check_counts(self, "channels")
        if not isinstance(self.weights, tuple) or not all(
            isinstance(each, WeightsSpec) for each in self.weights
        ):
            refuse(self, "weights", "a tuple of WeightsSpec")
        for name in (*self.tasks, *self.task_defaults):
            check_name(name, open_ended=True)
        for task, defaults in self.task_defaults.items():
            if not isinstance(defaults, Mapping) or not set(defaults) <= _TASK_DEFAULTS:
                expected = f"for {task!r} a mapping with keys of {sorted(_TASK_DEFAULTS)}"
                refuse(self, "task_defaults", expected)
            self.for_task(task)

    def for_task(self, task: str | None) -> ModelSpec:
        """This spec with the defaults that it has for ``task``."""
        defaults = dict(self.task_defaults.get(task or "", {}))
        if not defaults:
            return self
        options = {**self.options, **defaults.pop("options", {})}
        return dataclasses.replace(self, **defaults, options=options, task_defaults={})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DatasetSpec(Spec):
    """An adapter: named splits of (image, label).

    Attributes:
        loader: ``"module:function"``; called as ``loader(task=TaskSpec, data_dir=Path or None,
            **options)`` it returns a :class:`modelzoo.data.Dataset`.
        task: The task it is used for unless a user names another.
        labels: The kinds of label it can give: ``"class"`` (an index per image), ``"multi_hot"``
            (0 or 1 per class), ``"value"`` (numbers).
        num_classes: How many classes or values a label has; ``None`` where only the data say.
        classes: The classes' names, in the order of their indices; empty where only the data say.
        input_shape: ``(height, width, channels)`` of its images; ``None`` where they vary.
        splits: Number of images per split; empty where only the data say.
        needs_data_dir: Whether a user has to say where the data are.
        download_bytes: Size of the download; 0 where nothing is downloaded.
        homepage: Where the data come from.
    """

    kind: ClassVar[Kind] = "dataset"
    code: ClassVar[str] = "loader"

    loader: str
    task: str
    labels: tuple[LabelKind, ...] = ("class",)
    num_classes: int | None = None
    classes: tuple[str, ...] = ()
    input_shape: Shape | None = None
    splits: Mapping[str, int] = _mapping()
    needs_data_dir: bool = False
    download_bytes: int = 0
    homepage: str = ""

    def __post_init__(self) -> None:
        Spec.__post_init__(self)
        check_named(self, "task")
        check_strings(self, "labels")
        check_strings(self, "classes")
        check_count(self, "num_classes", optional=True)
        if not self.labels or not set(self.labels) <= set(LABEL_KINDS):
            refuse(self, "labels", f"a tuple of {LABEL_KINDS}")
        if self.classes and self.num_classes not in (None, len(self.classes)):
            refuse(self, "num_classes", f"{len(self.classes)}, as many as there are classes")
        if self.input_shape is not None:
            check_shape(self, "input_shape")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TaskSpec(Spec):
    """What is to be predicted: a head on the features, with its loss and metrics.

    Attributes:
        task: ``"module:Class"``, a subclass of :class:`modelzoo.Task`.
        labels: The kind of label it learns from.
        min_classes: The fewest classes (or values) it makes sense for.
        max_classes: The most; ``None``: any number.
        num_outputs: Width of the logits where it is always the same; ``None``: one per class.
    """

    kind: ClassVar[Kind] = "task"
    code: ClassVar[str] = "task"

    task: str
    labels: LabelKind = "class"
    min_classes: int = 1
    max_classes: int | None = None
    num_outputs: int | None = None

    def __post_init__(self) -> None:
        Spec.__post_init__(self)
        if self.labels not in LABEL_KINDS:
            refuse(self, "labels", f"one of {LABEL_KINDS}")
        check_count(self, "min_classes")
        check_count(self, "max_classes", optional=True)
        check_count(self, "num_outputs", optional=True)
        if self.max_classes is not None and self.max_classes < self.min_classes:
            refuse(self, "max_classes", f"at least min_classes, {self.min_classes}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RecipeSpec(Spec):
    """A complete, named training configuration with the result it is known to reach.

    Attributes:
        model: Name of the model.
        dataset: Name of the dataset.
        task: Name of the task; empty: the dataset's own.
        config: Fields of :class:`modelzoo.TrainConfig` that differ from their defaults.
        dataset_options: Options of the dataset. ``options`` are those of the model.
        input_shape: ``(height, width, channels)``; ``None``: as without a recipe.
        results: Metrics it is known to reach, such as ``{"test_accuracy": 0.8999}``.
        source: Where the results come from.
    """

    kind: ClassVar[Kind] = "recipe"
    code: ClassVar[str] = ""

    model: str
    dataset: str
    task: str = ""
    config: Mapping[str, Any] = _mapping()
    dataset_options: Mapping[str, Any] = _mapping()
    input_shape: Shape | None = None
    results: Mapping[str, float] = _mapping()
    source: str = ""

    def __post_init__(self) -> None:
        Spec.__post_init__(self)
        check_named(self, "model")
        check_named(self, "dataset")
        if self.task != "":
            check_named(self, "task")
        if self.input_shape is not None:
            check_shape(self, "input_shape")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ExporterSpec(Spec):
    """A named deployment format.

    Attributes:
        exporter: ``"module:Class"``, a subclass of :class:`modelzoo.Exporter`.
        suffix: Ending of the file it writes, such as ``".tflite"``; empty for a folder.
    """

    kind: ClassVar[Kind] = "exporter"
    code: ClassVar[str] = "exporter"

    exporter: str
    suffix: str = ""


SPEC_TYPES: Mapping[Kind, type[Spec]] = MappingProxyType(
    {each.kind: each for each in (ModelSpec, DatasetSpec, TaskSpec, RecipeSpec, ExporterSpec)}
)
