"""Registers a model, and the name that it used to have."""

import modelzoo

BUILDER = "acme_models.network:acme_net"


@modelzoo.hookimpl
def modelzoo_models():
    """The model, with what can be asked of it before it is built."""
    return [
        modelzoo.ModelSpec(
            name="acme_net",
            summary="Two convolutions with a shortcut",
            builder=BUILDER,
            options={"width": 16},
            input_shape=(32, 32, 3),
            min_size=4,
            features=16,
            parameters=2768,
            tags=("small",),
            aliases=("acme_network",),
            licence="MIT",
        ),
        modelzoo.ModelSpec(
            name="acme_net_wide",
            summary="The same, twice as wide",
            builder=BUILDER,
            options={"width": 32},
            deprecated="use acme_net with the option width=32",
        ),
    ]
