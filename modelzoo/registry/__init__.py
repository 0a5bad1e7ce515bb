"""What exists: names, specs, the registry, hooks and plugins. Imports nothing heavy."""

from modelzoo.registry.any_kind import find_any
from modelzoo.registry.compatibility import (
    check_dataset_task,
    check_input_shape,
    check_model_task,
    check_num_classes,
    default_num_classes,
)
from modelzoo.registry.entries import Entry, FamilyEntry, Provenance
from modelzoo.registry.families import Family
from modelzoo.registry.hookspecs import hookimpl
from modelzoo.registry.libraries import named_libraries
from modelzoo.registry.names import KINDS, Kind, closest
from modelzoo.registry.plugins import PluginHost
from modelzoo.registry.queries import (
    default_host,
    find,
    list_datasets,
    list_entries,
    list_exporters,
    list_families,
    list_models,
    list_plugins,
    list_recipes,
    list_tasks,
)
from modelzoo.registry.records import PluginRecord
from modelzoo.registry.references import load_reference
from modelzoo.registry.registry import Registry
from modelzoo.registry.specs import (
    SPEC_TYPES,
    DatasetSpec,
    ExporterSpec,
    LabelKind,
    ModelSpec,
    RecipeSpec,
    Shape,
    Spec,
    TaskSpec,
    WeightsSpec,
)

__all__ = [
    "KINDS",
    "SPEC_TYPES",
    "DatasetSpec",
    "Entry",
    "ExporterSpec",
    "Family",
    "FamilyEntry",
    "Kind",
    "LabelKind",
    "ModelSpec",
    "PluginHost",
    "PluginRecord",
    "Provenance",
    "RecipeSpec",
    "Registry",
    "Shape",
    "Spec",
    "TaskSpec",
    "WeightsSpec",
    "check_dataset_task",
    "check_input_shape",
    "check_model_task",
    "check_num_classes",
    "closest",
    "default_host",
    "default_num_classes",
    "find",
    "find_any",
    "hookimpl",
    "list_datasets",
    "list_entries",
    "list_exporters",
    "list_families",
    "list_models",
    "list_plugins",
    "list_recipes",
    "list_tasks",
    "load_reference",
    "named_libraries",
]
