// Lines of whole degrees, minutes and seconds, with their values at the edges.
import { SMALL } from "./labels.js";
import { latitudeAt, longitudeAt, worldX, worldY } from "./mercator.js";

// Seconds of arc.
const STEPS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18000, 36000, 72000, 108000];
const APART = 150;
// Above it stand the longitudes.
const TOP = 14;

function text(seconds, step, positive, negative) {
    const size = Math.abs(seconds);
    const parts = [`${Math.floor(size / 3600)}°`];
    if (step < 3600) parts.push(`${String(Math.floor(size / 60) % 60).padStart(2, "0")}′`);
    if (step < 60) parts.push(`${String(size % 60).padStart(2, "0")}″`);
    return parts.join("") + (seconds === 0 ? "" : seconds < 0 ? negative : positive);
}

export function drawGraticule(context, view, palette, words) {
    const bounds = view.bounds();
    const west = longitudeAt(bounds.west) * 3600;
    const east = longitudeAt(bounds.east) * 3600;
    const north = latitudeAt(Math.max(bounds.north, 0)) * 3600;
    const south = latitudeAt(Math.min(bounds.south, 1)) * 3600;
    const pixelsPerSecond = view.scale / (360 * 3600);
    const step = STEPS.find((each) => each * pixelsPerSecond >= APART) ?? STEPS.at(-1);
    context.lineWidth = 1;
    context.strokeStyle = palette.graticule;
    const labels = [];
    context.beginPath();
    for (let seconds = Math.ceil(west / step) * step; seconds <= east; seconds += step) {
        const x = Math.round(view.screenX(worldX(seconds / 3600))) + 0.5;
        context.moveTo(x, 0);
        context.lineTo(x, view.height);
        labels.push([text(seconds, step, "E", "W"), x + 4, 12]);
    }
    for (let seconds = Math.ceil(south / step) * step; seconds <= north; seconds += step) {
        const y = Math.round(view.screenY(worldY(seconds / 3600))) + 0.5;
        context.moveTo(0, y);
        context.lineTo(view.width, y);
        if (y > TOP) labels.push([text(seconds, step, "N", "S"), 4, y + 11]);
    }
    context.stroke();
    for (const [label, x, y] of labels) words.draw(context, label, SMALL, x, y);
}
