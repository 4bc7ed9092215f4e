"""Trains, quantizes and measures the small detectors of this folder. PyTorch for training, onnxruntime for running."""
