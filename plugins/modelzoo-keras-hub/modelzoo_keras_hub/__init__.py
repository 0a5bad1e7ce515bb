"""KerasHub's image backbones and presets as models of modelzoo."""
