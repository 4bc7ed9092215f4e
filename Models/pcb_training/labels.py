"""The six kinds of defect, in the order of the networks' outputs, and the forms of these networks."""

from dataclasses import replace

from detector_training.form import Form

LABELS = ("open", "short", "mousebite", "spur", "copper", "pin-hole")
ALONE = Form(LABELS, stem=(16, 24, 48), levels=((48, 0), (96, 2)), merged=1, dense=True, crop=320)
COMPARING = replace(ALONE, compares=True)
