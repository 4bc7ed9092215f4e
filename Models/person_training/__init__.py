"""Frames from the air, and training crops cut out of them."""
