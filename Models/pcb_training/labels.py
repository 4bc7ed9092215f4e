"""The six kinds of defect, in the order of the network's outputs, and the network that both boards' models share."""

from detector_training.form import Form

LABELS = ("open", "short", "mousebite", "spur", "copper", "pin-hole")
FORM = Form(LABELS, stem=(16, 32, 64), levels=((64, 3), (128, 4)), merged=2, dense=False, crop=320)
