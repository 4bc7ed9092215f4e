"""What the page's map shows, by its pixels."""

import time

# How far the pixels' lightness is from its mean, of 255.
SPREAD = """
const canvas = document.getElementById("map");
const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
let [sum, squares, count] = [0, 0, 0];
for (let index = 0; index < data.length; index += 4) {
    const light = 0.2126 * data[index] + 0.7152 * data[index + 1] + 0.0722 * data[index + 2];
    sum += light;
    squares += light * light;
    count += 1;
}
return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
"""

# The part of the pixels that are neither coloured nor light: the stripes where no height is known.
GREY = """
const canvas = document.getElementById("map");
const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
let count = 0;
for (let index = 0; index < data.length; index += 4) {
    const [red, green, blue] = [data[index], data[index + 1], data[index + 2]];
    const [least, most] = [Math.min(red, green, blue), Math.max(red, green, blue)];
    if (most - least <= 6 && least > 120 && most < 200) count += 1;
}
return count / (data.length / 4);
"""

KEEP = """
const canvas = document.getElementById("map");
window.keptPixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
"""

# Pixels that are other than those kept: how many, which part of all, how far they reach along a bearing and across it, and how much bluer
# than red those were.
CHANGED = """
const canvas = document.getElementById("map");
const { width, height } = canvas;
const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
const turn = arguments[0] * Math.PI / 180;
let [count, blue] = [0, 0];
const reach = { along: [Infinity, -Infinity], across: [Infinity, -Infinity] };
const take = (name, value) => {
    reach[name] = [Math.min(reach[name][0], value), Math.max(reach[name][1], value)];
};
for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
        const index = (y * width + x) * 4;
        const by = [0, 1, 2].map((part) => window.keptPixels[index + part] - data[index + part]);
        if (Math.max(...by.map(Math.abs)) < 8) continue;
        count += 1;
        blue += by[2] - by[0];
        take("along", x * Math.sin(turn) - y * Math.cos(turn));
        take("across", x * Math.cos(turn) + y * Math.sin(turn));
    }
}
return { count, part: count / (width * height), blue: blue / Math.max(count, 1), along: reach.along[1] - reach.along[0],
    across: reach.across[1] - reach.across[0] };
"""

LAYERS = ("terrain", "area", "paths", "footprints", "ellipses", "labels", "graticule")


def show_only(drive, *layers):
    """Sets the layers that are seen, and waits until they are drawn."""
    for name in LAYERS:
        drive.run(
            "const box = document.getElementById(`layer-${arguments[0]}`);"
            " if (box.checked !== arguments[1]) box.click();",
            name,
            name in layers,
        )
    time.sleep(0.5)


def spread(drive):
    return drive.run(SPREAD)


def grey(drive):
    return drive.run(GREY)


def made_by(drive, layer, others=(), bearing=0):
    """What a layer changes in the picture, beside others."""
    show_only(drive, layer, *others)
    drive.run(KEEP)
    show_only(drive, *others)
    found = drive.run(CHANGED, bearing)
    show_only(drive, layer, *others)
    return found
