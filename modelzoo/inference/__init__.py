"""Using a trained model: predictions, and exports that are checked against the original."""

from modelzoo.inference.exporting import Exporter, export_model
from modelzoo.inference.predictor import Prediction, Predictor

__all__ = ["Exporter", "Prediction", "Predictor", "export_model"]
