"""Work on model files that needs the packages of this engine, but no loaded model."""
