"""Training, quantizing and measuring the bundled defect detectors."""
