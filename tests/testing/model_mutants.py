"""A model that is as it should be, and what is changed of it to break it in each way."""

import dataclasses

from modelzoo import ModelSpec, WeightsSpec

WEIGHTS = WeightsSpec(
    name="noise", converter="mutant_models:convert", url="https://example.org/noise.h5"
)
INTACT = ModelSpec(
    name="mutant",
    summary="Two convolutions and a batch norm",
    builder="mutant_models:intact",
    input_shape=(40, 40, 3),
    min_size=7,
    options={"width": 4},
    features=8,
    parameters=4 * 27 + 4 * 4 + 8 * 36 + 8,
    mult_adds=4 * 27 * 19**2 + 8 * 36 * 9**2,
    weights=(WEIGHTS,),
)


def built_by(function, *, module="mutant_models", **changes):
    return {
        "builder": f"{module}:{function}",
        "features": None,
        "parameters": None,
        "mult_adds": None,
        **changes,
    }


def computed_by(function):
    return built_by(function, module="mutant_numbers")


def weighted(**changes):
    return {"weights": (dataclasses.replace(WEIGHTS, **changes),)}


# What builds it anew or uses it, and can't where it can't be built at all.
BUILDING = {"builds", "default_shape", "min_size", "channels", "oblong"}
# What compares its outputs.
COMPARING = {
    "accelerated",
    "batch_of_one",
    "config_restored",
    "exported",
    "images_independent",
    "images_matter",
    "in_parts",
    "inference_pure",
    "mixed_precision",
    "weights_saved",
}

# What is changed, the check that catches it, what it says, and what fails as a consequence.
MUTANTS = {
    "can't be built small": (
        built_by("fails_for_small_images"),
        "builds",
        "no 32",
        {"channels"},
    ),
    "can't be trained": (built_by("can_not_be_trained"), "builds", "no gradient", set()),
    "unknown task": (
        {"tasks": ("multiclass", "no_such_task")},
        "tasks",
        "no task named 'no_such_task'",
        set(),
    ),
    "unknown option for a task": (
        {"task_defaults": {"binary": {"options": {"depth": 3}}}},
        "tasks",
        "has no option 'depth'",
        {"default_shape", "options"},
    ),
    "two answers for an image": (
        built_by("gives_two_answers_for_an_image"),
        "tasks",
        "outputs for 8 images have shape (16, 1)",
        {*COMPARING, "features", "gradients", "overfits", "same_seed"},
    ),
    "can't be built large": (
        built_by("fails_for_its_default_images"),
        "default_shape",
        "no 40",
        set(),
    ),
    "other features": ({"features": 9}, "declared_features", "features is 9", set()),
    "other parameters": ({"parameters": 421}, "declared_parameters", "parameters is 421", set()),
    "other multiply-adds": (
        {"mult_adds": 62_317},
        "declared_mult_adds",
        "mult_adds is 62,317",
        set(),
    ),
    "other parameters for a task": (
        {"task_defaults": {"binary": {"parameters": 421}}},
        "declared_parameters",
        "task_defaults['binary']: parameters is 421",
        set(),
    ),
    "needs larger images": ({"min_size": 4}, "min_size", "can't be built for images (4", set()),
    "NaN for the smallest images": (
        computed_by("gives_nan_for_the_smallest_images"),
        "min_size",
        "features of images (7, 7, 3) are NaN",
        set(),
    ),
    "takes no grey images": (
        built_by("fails_for_grey_images"),
        "channels",
        "can't be built for images (32, 32, 1)",
        set(),
    ),
    "NaN for grey images": (
        computed_by("gives_nan_for_grey_images"),
        "channels",
        "features of images (32, 32, 1) are NaN",
        set(),
    ),
    "default channels not declared": (
        {"channels": (1,)},
        "channels",
        "none of channels=(1,)",
        {*BUILDING, "options"},
    ),
    "takes squares only": (built_by("fails_for_oblong_images"), "oblong", "AssertionError", set()),
    "NaN for oblong images": (
        computed_by("gives_nan_for_oblong_images"),
        "oblong",
        "features of images (33, 38, 3) are NaN",
        set(),
    ),
    "swallows options": (built_by("swallows_options"), "options", "is accepted", set()),
    "takes its shape by name": (
        built_by("takes_its_shape_by_name"),
        "options",
        "takes no input shape",
        BUILDING,
    ),
    "unknown option": (
        {"options": {"width": 4, "depth": 3}},
        "options",
        "options have 'depth', which the builder does not take",
        BUILDING,
    ),
    "two weights of a name": (
        {"weights": (WEIGHTS, WEIGHTS)},
        "weights",
        "have the name 'noise'",
        set(),
    ),
    "weights from nowhere": (weighted(url=""), "weights", "neither a url nor a fetcher", set()),
    "weights from a folder": (
        weighted(url="noise.h5"),
        "weights",
        "url is 'noise.h5', expected https://",
        set(),
    ),
    "weights for an unknown task": (
        weighted(task="no_such_task"),
        "weights",
        "no task named 'no_such_task'",
        set(),
    ),
    "weights for too few classes": (
        weighted(num_classes=1),
        "weights",
        "weights 'noise' has 1 classes",
        set(),
    ),
    "weights for another task": (
        {**weighted(task="binary"), "tasks": ("multiclass",)},
        "weights",
        "for task 'binary', which the model does not do",
        set(),
    ),
    "gives three dimensions": (
        built_by("gives_three_dimensions"),
        "features",
        "features have shape (None, 2, 4)",
        {"tasks", "exported", "in_parts", "overfits", "same_seed"},
    ),
    "gives float16": (built_by("gives_float16"), "features", "features are float16", set()),
    "NaN for white images": (
        computed_by("gives_nan_for_white_images"),
        "features",
        "features of an image of white are NaN",
        {*COMPARING, *BUILDING, "tasks"},
    ),
    "does not look": (
        built_by("does_not_look"),
        "images_matter",
        "does not look at its images",
        {"gradients", "overfits"},
    ),
    "loses a batch of one": (
        built_by("loses_a_batch_of_one"),
        "batch_of_one",
        "",
        {"images_independent", "exported"},
    ),
    "NaN for one image": (
        computed_by("gives_nan_for_one_image"),
        "batch_of_one",
        "outputs for one image are NaN",
        {"images_independent", "exported"},
    ),
    "takes eight images": (
        built_by("takes_eight_images"),
        "images_independent",
        "for batches of 8 images",
        {"batch_of_one", "exported", "gradients", "in_parts"},
    ),
    "mixes images": (
        built_by("mixes_images"),
        "images_independent",
        "alone and beside others differ",
        {"in_parts"},
    ),
    "counts its calls": (
        built_by("counts_its_calls"),
        "inference_pure",
        "statistics are changed",
        set(),
    ),
    "adds noise": (
        computed_by("adds_noise"),
        "inference_pure",
        "differ from call to call",
        {"same_seed"},
    ),
    "float32 only": (built_by("computes_in_float32_only"), "mixed_precision", "bfloat16", set()),
    "NaN in bfloat16": (
        computed_by("gives_nan_in_bfloat16"),
        "mixed_precision",
        "outputs are NaN",
        set(),
    ),
    "other numbers in bfloat16": (
        computed_by("gives_other_numbers_in_bfloat16"),
        "mixed_precision",
        "logits in bfloat16 and in float32 differ",
        set(),
    ),
    "asks for the type of a layer": (
        built_by("asks_for_the_type_of_a_layer"),
        "accelerated",
        "faster layers",
        {"config_restored", "gradients"},
    ),
    "names by chance": (built_by("names_weights_by_chance"), "weights_saved", "scale", set()),
    "numbers that are no weights": (
        built_by("keeps_numbers_that_are_no_weights"),
        "weights_saved",
        "another build with its weights differ",
        {"accelerated", "config_restored"},
    ),
    "has a lambda": (built_by("has_a_lambda"), "config_restored", "ambda", set()),
    "forgets an argument": (
        built_by("forgets_an_argument"),
        "config_restored",
        "made from its configuration differ",
        set(),
    ),
    "other in graphs": (
        built_by("computes_other_things_in_graphs"),
        "exported",
        "outputs differ from those of the Keras model",
        set(),
    ),
    "spare weights": (built_by("has_spare_weights"), "gradients", "outputs do not depend", set()),
    "NaN gradients": (
        computed_by("has_nan_gradients"),
        "gradients",
        "is NaN or infinite",
        {"overfits"},
    ),
    "dead units": (built_by("has_dead_units"), "gradients", "is 0 for all images", set()),
    "mixes images in training": (
        built_by("mixes_images_in_training"),
        "in_parts",
        "in two parts and in one piece, differ",
        set(),
    ),
    "draws without a seed": (
        built_by("draws_without_a_seed"),
        "same_seed",
        "have different weights",
        set(),
    ),
    "drops nearly all": (built_by("drops_nearly_all"), "overfits", "after 40 steps", set()),
}
