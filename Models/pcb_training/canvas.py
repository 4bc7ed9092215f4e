"""A board under construction: which conductor covers which pixel, and the distance that must lie between two."""

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage


class Canvas:
    """`nets` holds the number of the conductor at each pixel, 0 for bare board."""

    def __init__(self, size, clearance):
        self.size, self.clearance = size, clearance
        self.nets = np.zeros((size, size), np.int16)
        self.holes = Image.new("L", (size, size))
        self.last = 0

    def new_net(self):
        self.last += 1
        return self.last

    def place(self, paint, nets, margin=None):
        """Adds what `paint(draw, grow)` draws if it stays clear of all conductors but `nets`; these become one."""
        grown = self._drawn(paint, self.clearance if margin is None else margin)
        found = np.unique(self.nets[grown])
        if not set(found.tolist()) <= {0, *nets}:
            return False
        self.nets[self._drawn(paint, 0)] = nets[0]
        for net in nets[1:]:
            self.nets[self.nets == net] = nets[0]
        return True

    def drill(self, x, y, radius, long=0):
        """A hole, taken out of the copper at the end."""
        box = [x - radius - long, y - radius, x + radius + long, y + radius]
        ImageDraw.Draw(self.holes).rounded_rectangle(box, radius, fill=255)

    def pour(self, region, clearance, joined):
        """Fills the bare part of `region`, keeping clear of all conductors but those in `joined`."""
        others = (self.nets > 0) & ~np.isin(self.nets, joined)
        room = ndimage.distance_transform_edt(~others) > clearance
        fill = ndimage.binary_opening(region & room, iterations=3)
        net = self.new_net()
        self.nets[fill & (self.nets == 0)] = net

    def copper(self):
        return (self.nets > 0) & (np.asarray(self.holes) == 0)

    def _drawn(self, paint, grow):
        picture = Image.new("1", (self.size, self.size))
        paint(ImageDraw.Draw(picture), grow)
        return np.asarray(picture)
