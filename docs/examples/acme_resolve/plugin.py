"""Answers for every name of an open-ended family: acme/tower_1, acme/tower_2, ..."""

import re

import modelzoo


@modelzoo.hookimpl
def modelzoo_families():
    """What a person sees of it in a listing."""
    return [
        modelzoo.Family(
            kind="model",
            pattern="acme/tower_BLOCKS",
            summary="A tower of 1 to 9 blocks",
            examples=("acme/tower_3",),
        )
    ]


@modelzoo.hookimpl
def modelzoo_resolve(kind, name):
    """A tower of as many blocks as its name says."""
    match = re.fullmatch(r"acme/tower_([1-9])", name)
    if kind != "model" or match is None:
        return None
    return modelzoo.ModelSpec(
        name=name,
        summary=f"A tower of {match[1]} blocks",
        builder="acme_resolve.tower:tower",
        options={"blocks": int(match[1])},
        input_shape=(32, 32, 3),
    )
