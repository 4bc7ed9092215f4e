// Detections on the map: symbols by state, verdict and age, with how sure their places are.
import { span } from "../words.js";
import { Clusters } from "./clusters.js";
import { PLAIN } from "./labels.js";
import { worldX, worldY } from "./mercator.js";
import { symbolColours } from "./palette.js";
import { clusterRadius, SymbolSheet } from "./symbols.js";

const KINDS = ["false", "open", "confirmed", "alerted", "alert"];
const FRESH = 60000;
const RECENT = 600000;
const MOST_ELLIPSES = 300;
// With more of them in sight, ellipses of what is not urgent hide more than they tell.
const MOST_QUIET_ELLIPSES = 70;
const MOST_LABELS = 40;
const FINGER = 24;

export function ageClass(time, now) {
    if (time === null || time === undefined) return "unknown";
    if (now - time < FRESH) return "fresh";
    return now - time < RECENT ? "recent" : "old";
}

export class TrackLayer {
    #marks = [];
    #byId = new Map();
    #places = new WeakMap();
    #clusters = null;
    #level = -1;
    #sheet = null;
    #ratio = 0;
    selected = null;

    /** `entries`: `{track, kind}` of all that the map shows. */
    update(entries, now) {
        this.#marks = [];
        this.#byId.clear();
        for (const { track, kind } of entries) {
            const position = track.position;
            if (!position || !Number.isFinite(position.latitude) || !Number.isFinite(position.longitude)) continue;
            // The station sends a changed track as a new object, so a place is worked out once.
            let place = this.#places.get(track);
            if (!place) this.#places.set(track,
                place = { x: worldX(position.longitude), y: worldY(position.latitude) });
            const mark = { x: place.x, y: place.y, track, kind, gone: track.state === "gone",
                age: ageClass(track.last, now) };
            this.#marks.push(mark);
            this.#byId.set(track.id, mark);
        }
        this.#clusters = null;
    }

    get marks() {
        return this.#marks;
    }

    #prepare(view, ratio) {
        const level = Math.floor(view.zoom);
        if (!this.#clusters || level !== this.#level) {
            this.#level = level;
            this.#clusters = new Clusters(this.#marks, level);
        }
        if (ratio !== this.#ratio) {
            this.#ratio = ratio;
            this.#sheet = new SymbolSheet(ratio);
        }
    }

    draw(context, view, { ratio, now, ellipses, words }) {
        this.#prepare(view, ratio);
        const byKind = Object.fromEntries(KINDS.map((kind) => [kind, []]));
        let count = 0;
        this.#clusters.within(view.bounds(60), (mark) => {
            byKind[mark.kind].push(mark);
            count += 1;
        }, (cluster) => {
            this.#sheet.cluster(context, cluster.marks.length, view.screenX(cluster.x), view.screenY(cluster.y));
        });
        const chosen = this.#byId.get(this.selected);
        if (ellipses) for (const kind of KINDS) this.#ellipses(context, view, byKind[kind], kind);
        if (chosen) this.#ellipses(context, view, [chosen], chosen.kind, true);
        for (const kind of KINDS) for (const mark of byKind[kind]) {
            this.#sheet.symbol(context, kind, mark.age, mark.gone, view.screenX(mark.x), view.screenY(mark.y));
        }
        if (chosen) this.#emphasise(context, view, chosen);
        if (words) this.#labels(context, view, words, now, byKind, count, chosen);
    }

    // The ellipse that holds 95 of 100 places, or the circle of that error.
    #ellipses(context, view, marks, kind, filled = false) {
        if (!filled && (kind === "false" || (kind === "open" && marks.length > MOST_QUIET_ELLIPSES))) return;
        const pixelsPerMetre = 1 / view.metresPerPixel;
        context.beginPath();
        let drawn = 0;
        for (const mark of marks) {
            const { error, ellipse } = mark.track.position;
            const major = (ellipse ? ellipse.major : error) * pixelsPerMetre;
            const minor = (ellipse ? ellipse.minor : error) * pixelsPerMetre;
            if (!(major >= 8) || !(minor >= 0) || major > 20000) continue;
            const x = view.screenX(mark.x);
            const y = view.screenY(mark.y);
            const turn = ((ellipse?.bearing ?? 0) - 90) * Math.PI / 180;
            context.moveTo(x + major * Math.cos(turn), y + major * Math.sin(turn));
            context.ellipse(x, y, major, minor, turn, 0, 2 * Math.PI);
            drawn += 1;
            if (drawn >= MOST_ELLIPSES) break;
        }
        if (drawn === 0) return;
        if (filled) {
            context.globalAlpha = 0.2;
            context.fillStyle = symbolColours[kind];
            context.fill();
            context.globalAlpha = 1;
        }
        context.lineWidth = filled ? 4.5 : 3;
        context.strokeStyle = "rgba(16, 24, 31, 0.55)";
        context.stroke();
        context.lineWidth = filled ? 2.5 : 1.4;
        context.strokeStyle = symbolColours[kind];
        context.stroke();
    }

    #emphasise(context, view, mark) {
        const x = view.screenX(mark.x);
        const y = view.screenY(mark.y);
        this.#sheet.symbol(context, mark.kind, mark.age, mark.gone, x, y);
        for (const [width, colour] of [[7, "#ffffff"], [3.5, "#10181f"]]) {
            context.lineWidth = width;
            context.strokeStyle = colour;
            context.lineCap = "butt";
            context.beginPath();
            for (let quarter = 0; quarter < 4; quarter += 1) {
                const middle = quarter * Math.PI / 2 + Math.PI / 4;
                context.moveTo(x + 23 * Math.cos(middle - 0.42), y + 23 * Math.sin(middle - 0.42));
                context.arc(x, y, 23, middle - 0.42, middle + 0.42);
            }
            context.stroke();
        }
    }

    #labels(context, view, words, now, byKind, count, chosen) {
        const wanted = [...byKind.alert, ...byKind.alerted];
        if (count <= MOST_LABELS) wanted.push(...byKind.confirmed, ...byKind.open);
        const shown = [...(chosen ? [chosen] : []), ...wanted.filter((mark) => mark !== chosen).slice(0, MOST_LABELS)];
        const taken = [];
        for (const mark of shown) {
            const text = mark.track.last === null || mark.track.last === undefined ? "?" : span(now - mark.track.last);
            const x = Math.round(view.screenX(mark.x)) + (mark === chosen ? 29 : mark.kind === "alert" ? 20 : 15);
            const y = Math.round(view.screenY(mark.y));
            // Words over words are none; the first ones want a decision most.
            const width = words.width(text, PLAIN);
            if (taken.some((box) => x < box.x + box.width && box.x < x + width && Math.abs(y - box.y) < 15)) continue;
            taken.push({ x, y, width });
            words.draw(context, text, PLAIN, x, y);
        }
    }

    /** What lies under a finger: `{mark}` or `{cluster}`, the nearest; what wants a decision goes before the rest. */
    hit(view, screenX, screenY) {
        if (!this.#clusters) return null;
        const from = view.worldAt(screenX - FINGER * 2, screenY - FINGER * 2);
        const to = view.worldAt(screenX + FINGER * 2, screenY + FINGER * 2);
        let best = null;
        let least = Infinity;
        const consider = (x, y, reach, weight, found) => {
            const distance = Math.hypot(view.screenX(x) - screenX, view.screenY(y) - screenY);
            if (distance <= reach && distance * weight < least) {
                least = distance * weight;
                best = found;
            }
        };
        this.#clusters.within({ west: from.x, north: from.y, east: to.x, south: to.y }, (mark) => {
            consider(mark.x, mark.y, FINGER, mark.kind === "alert" ? 0.5 : 1, { mark });
        }, (cluster) => {
            consider(cluster.x, cluster.y, Math.max(FINGER, clusterRadius(cluster.marks.length)), 1.2, { cluster });
        });
        return best;
    }
}
