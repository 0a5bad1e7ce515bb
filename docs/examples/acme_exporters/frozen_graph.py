"""The exporter's code; this module is imported when something is exported."""

import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from modelzoo import Exporter


class FrozenGraph(Exporter):
    """Writes a graph whose input is ``images:0`` and whose last operation is the output."""

    def export(self, model, path):
        """Write the file."""
        signature = tf.TensorSpec((None, *model.input_shape[1:]), tf.uint8, name="images")
        graph = tf.function(lambda images: model(images, training=False))
        frozen = convert_variables_to_constants_v2(graph.get_concrete_function(signature))
        path.write_bytes(frozen.graph.as_graph_def().SerializeToString())

    def load(self, path):
        """Read it back, as a function from a uint8 batch to the model's outputs."""
        definition = tf.compat.v1.GraphDef.FromString(path.read_bytes())
        imported = tf.compat.v1.wrap_function(
            lambda: tf.graph_util.import_graph_def(definition, name=""), []
        )
        output = definition.node[-1].name
        function = imported.prune("images:0", f"{output}:0")
        return lambda images: function(tf.constant(images)).numpy()
