"""Faster layers for models that were built with those of Keras."""

from __future__ import annotations

import keras

from modelzoo.layers.batch_normalization import BatchNormalization

__all__ = ["accelerate"]


def accelerate(model: keras.Model) -> keras.Model:
    """Give a model faster layers of the same outputs, in place.

    Each ``keras.layers.BatchNormalization``, in nested models and layers too, becomes a
    :class:`BatchNormalization` with the same name, weights and configuration. A model that is
    compiled stays so. ``Trainer`` does this by itself, and more. A ``.keras`` file of the model is
    loaded after ``import modelzoo.layers``, which makes the class known.

    Args:
        model: A built or unbuilt model, such as one of ``keras.applications``.

    Returns:
        The same model.

    Example:
        >>> model = keras.applications.MobileNet((32, 32, 3), alpha=0.25, weights=None)
        >>> accelerate(model).get_layer("conv1_bn").__class__.__name__
        'BatchNormalization'
    """
    for layer in model._flatten_layers():
        if type(layer) is keras.layers.BatchNormalization:
            # A new layer would have to be put into a graph, whose kinds are many, and take over
            # variables that an optimizer may know already.
            layer.__class__ = BatchNormalization
    # What has been compiled already has the old layers in it.
    model.train_function = model.test_function = model.predict_function = None
    return model
