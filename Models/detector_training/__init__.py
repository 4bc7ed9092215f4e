"""Trains, quantizes and measures the small detectors of this folder. PyTorch trains them, `arete quantize` makes them int8."""

import os

# Threads of a convolution that wait for each other leave the processor to those that draw crops; read when PyTorch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
