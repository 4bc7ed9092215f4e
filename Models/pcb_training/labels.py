"""The six kinds of defect, in the order of the network's outputs."""

LABELS = ["open", "short", "mousebite", "spur", "copper", "pin-hole"]
