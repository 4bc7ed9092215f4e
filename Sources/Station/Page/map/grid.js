// The metric grid of UTM or TWD97 TM2 with kilometres at the edges, as on printed maps.
import { SMALL } from "./labels.js";
import { worldX, worldY } from "./mercator.js";

const STEPS = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000];
const APART = 110;
// Over more than this, zones meet and lines bend: degrees are clearer there.
const WIDEST = 250000;
const SAMPLES = 6;
// Above it stand the numbers of the upper edge.
const TOP = 14;

function kilometres(metres, step) {
    return (metres / 1000).toFixed(step < 100 ? 2 : step < 1000 ? 1 : 0);
}

/** Draws the grid of a `MetricGrid`; false where it does not fit what is seen. */
export function drawGrid(context, view, palette, words, grid) {
    const reach = Math.hypot(view.width, view.height) * view.metresPerPixel;
    if (!grid || reach > WIDEST) return false;
    const step = STEPS.find((each) => each / view.metresPerPixel >= APART);
    if (!step) return false;
    const middle = grid.forward(view.latitude, view.longitude);
    const half = reach / 2;
    const screen = (east, north) => {
        const { latitude, longitude } = grid.inverse(east, north);
        return [view.screenX(worldX(longitude)), view.screenY(worldY(latitude))];
    };
    context.lineWidth = 1;
    context.strokeStyle = palette.graticule;
    context.beginPath();
    const labels = [];
    const line = (place, isEast) => {
        let last = null;
        for (let index = 0; index <= SAMPLES; index += 1) {
            const along = -half + 2 * half * index / SAMPLES;
            const point = isEast ? screen(place, middle.north + along) : screen(middle.east + along, place);
            if (last) {
                context.moveTo(last[0], last[1]);
                context.lineTo(point[0], point[1]);
                label(last, point, place, isEast);
            }
            last = point;
        }
    };
    // Where a line crosses the upper or the left edge, it has its number.
    const label = ([x0, y0], [x1, y1], place, isEast) => {
        const [from, to] = isEast ? [y0, y1] : [x0, x1];
        if ((from > 0) === (to > 0)) return;
        const part = from / (from - to);
        const at = isEast ? x0 + part * (x1 - x0) : y0 + part * (y1 - y0);
        if (isEast) labels.push([`${kilometres(place, step)} km E`, at + 4, 12]);
        else if (at > TOP) labels.push([`${kilometres(place, step)} km N`, 4, at + 11]);
    };
    for (let east = Math.ceil((middle.east - half) / step) * step; east <= middle.east + half; east += step) line(east,
        true);
    for (let north = Math.ceil((middle.north - half) / step) * step; north <= middle.north + half; north += step) {
        line(north, false);
    }
    context.stroke();
    for (const [text, x, y] of labels) words.draw(context, text, SMALL, x, y);
    return true;
}
