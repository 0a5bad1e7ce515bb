"""The networks of ``keras.applications`` as models of modelzoo."""
