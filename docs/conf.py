"""The Sphinx configuration: `sphinx-build -W docs docs/_build`. Nothing is fetched."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
# Before autodoc imports TensorFlow, which would talk in the middle of the build's messages.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# The pages describe this package, whatever is installed beside it.
os.environ["MODELZOO_PLUGINS"] = "tf-modelzoo"

from modelzoo.version import __version__  # noqa: E402

project = "modelzoo"
author = "the modelzoo authors"
copyright = "the modelzoo authors, MIT licence"
version = release = __version__

extensions = [
    "directives.benchmark_results",
    "directives.check_tables",
    "directives.command_line",
    "directives.conformance",
    "directives.plugin_packages",
    "directives.zoo_tables",
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
]
exclude_patterns = ["_build", "examples"]

smartquotes_action = "qe"  # quotes and ellipses: two hyphens begin an option
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 88
# Every reference has to be found, except those to other projects, whose pages are not fetched, and
# names that annotations use and that have no page of their own.
nitpicky = True
nitpick_ignore_regex = [
    (r"py:.*", r"(collections|importlib|keras|np|numpy|pathlib|tf|typer|typing)\..*"),
    (r"py:.*", r"(KerasLayers|Kind|LabelKind|Listener|NDArray|Path|Shape)"),
    (r"py:class", r".*\[.*"),  # a type with parameters, of which Sphinx looks for the first part
    (r"py:class", r"modelzoo\.registry\.(registry\.Registry|entries\.S_co)"),
    (r"py:class", r"modelzoo\.data\.(Dataset|hashing\.FileContents)"),
]

napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_preprocess_types = False

html_theme = "furo"
html_title = f"modelzoo {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b6e75", "color-brand-content": "#0b6e75"},
    "dark_css_variables": {"color-brand-primary": "#54c7cf", "color-brand-content": "#54c7cf"},
}
pygments_style = "friendly"
pygments_dark_style = "github-dark"


def readable_signature(app, what, name, obj, options, signature, returned):
    """A signature that is Python: a field that is an empty mapping by default is shown as one."""
    return signature and signature.replace("<factory>", "{}"), returned


def setup(app):
    """Called by Sphinx."""
    app.connect("autodoc-process-signature", readable_signature)
