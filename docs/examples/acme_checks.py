"""Demands something of every model's spec."""

import modelzoo


@modelzoo.hookimpl
def modelzoo_checks(kind):
    """One more check for models, none for the other kinds."""
    return [has_a_licence] if kind == "model" else []


def has_a_licence(spec):
    """A model that is published needs a licence."""
    assert spec.licence, f"{spec.name} does not say its licence"
