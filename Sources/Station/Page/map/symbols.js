// The symbols of detections, drawn once each onto one sheet and copied from there.
import { symbolColours } from "./palette.js";

const SIDE = 48;
const COLUMNS = 20;
const ROWS = 14;

// Half the width of each kind's shape in pixels of the page.
const RADII = { alert: 15, alerted: 11, open: 9, confirmed: 11, false: 7 };

function shape(context, kind, radius) {
    context.beginPath();
    if (kind === "confirmed") context.arc(0, 0, radius, 0, 2 * Math.PI);
    else if (kind === "false") context.rect(-radius * 0.8, -radius * 0.8, radius * 1.6, radius * 1.6);
    else {
        context.moveTo(0, -radius);
        context.lineTo(radius, 0);
        context.lineTo(0, radius);
        context.lineTo(-radius, 0);
        context.closePath();
    }
}

function mark(context, kind, radius, colour) {
    context.strokeStyle = colour;
    context.lineWidth = 2.4;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.beginPath();
    if (kind === "confirmed") {
        context.moveTo(-radius * 0.45, radius * 0.05);
        context.lineTo(-radius * 0.1, radius * 0.4);
        context.lineTo(radius * 0.5, -radius * 0.4);
    } else if (kind === "false") {
        context.lineWidth = 1.8;
        const arm = radius * 0.42;
        context.moveTo(-arm, -arm);
        context.lineTo(arm, arm);
        context.moveTo(arm, -arm);
        context.lineTo(-arm, arm);
    } else if (kind === "alert" || kind === "alerted") {
        context.lineWidth = kind === "alert" ? 3 : 2.2;
        context.moveTo(0, -radius * 0.48);
        context.lineTo(0, radius * 0.08);
        context.moveTo(0, radius * 0.42);
        context.lineTo(0, radius * 0.43);
    }
    context.stroke();
}

/** Draws one symbol around 0, 0. `age`: "fresh", "recent", "old" or "unknown"; `gone` as the sender says. */
export function drawSymbol(context, kind, age, gone) {
    const radius = RADII[kind] * (gone ? 0.86 : 1);
    const colour = symbolColours[kind];
    context.lineJoin = "miter";
    shape(context, kind, radius + 2);
    context.strokeStyle = "rgba(255, 255, 255, 0.9)";
    context.lineWidth = 2.5;
    context.stroke();
    shape(context, kind, radius);
    // The older, the emptier: full below a minute, half below ten, then hollow. What nobody has looked at yet never
    // fades.
    const fades = kind !== "alert";
    const hollow = fades && (age === "old" || age === "unknown");
    context.fillStyle = hollow ? "#ffffff" : colour;
    context.fill();
    if (fades && age === "recent") {
        context.save();
        context.clip();
        context.fillStyle = "#ffffff";
        context.fillRect(-radius, -radius, 2 * radius, radius);
        context.restore();
        shape(context, kind, radius);
    }
    if (hollow) {
        context.strokeStyle = colour;
        context.lineWidth = 5;
        context.save();
        context.clip();
        context.stroke();
        context.restore();
        shape(context, kind, radius);
    }
    context.strokeStyle = "#10181f";
    context.lineWidth = 1.6;
    if (gone) context.setLineDash([2.5, 2]);
    context.stroke();
    context.setLineDash([]);
    const onColour = kind === "alert" || kind === "confirmed" ? "#ffffff" : "#10181f";
    if (age === "unknown" && kind === "open") {
        context.fillStyle = "#10181f";
        context.font = "700 11px system-ui, sans-serif";
        context.textAlign = "center";
        context.textBaseline = "middle";
        context.fillText("?", 0, 0.5);
    } else mark(context, kind, radius, hollow || (fades && age === "recent") ? "#10181f" : onColour);
}

export function clusterRadius(count) {
    return 13 + Math.min(9, 3 * Math.log10(count));
}

function drawCluster(context, text, radius) {
    context.beginPath();
    context.arc(0, 0, radius, 0, 2 * Math.PI);
    context.fillStyle = "#ffffff";
    context.fill();
    context.lineWidth = 3;
    context.strokeStyle = "#10181f";
    context.stroke();
    context.lineWidth = 2;
    context.strokeStyle = symbolColours.open;
    context.stroke();
    context.fillStyle = "#10181f";
    context.font = `700 ${text.length > 3 ? 12 : 13}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(text, 0, 0.5);
}

export class SymbolSheet {
    #sheet;
    #context;
    #slots = new Map();
    #ratio;

    constructor(ratio) {
        this.#ratio = ratio;
        this.#sheet = new OffscreenCanvas(COLUMNS * SIDE * ratio, ROWS * SIDE * ratio);
        this.#context = this.#sheet.getContext("2d");
    }

    #slot(key, draw) {
        let slot = this.#slots.get(key);
        if (slot === undefined) {
            if (this.#slots.size >= COLUMNS * ROWS) {
                this.#slots.clear();
                this.#context.setTransform(1, 0, 0, 1, 0, 0);
                this.#context.clearRect(0, 0, this.#sheet.width, this.#sheet.height);
            }
            const index = this.#slots.size;
            slot = { x: (index % COLUMNS) * SIDE, y: Math.floor(index / COLUMNS) * SIDE };
            this.#slots.set(key, slot);
            this.#context.setTransform(this.#ratio, 0, 0, this.#ratio, (slot.x + SIDE / 2) * this.#ratio,
                (slot.y + SIDE / 2) * this.#ratio);
            draw(this.#context);
        }
        return slot;
    }

    #copy(context, slot, x, y) {
        const ratio = this.#ratio;
        // Whole pixels: copies are sharp, and cheap without filtering.
        const left = Math.round((x - SIDE / 2) * ratio) / ratio;
        const top = Math.round((y - SIDE / 2) * ratio) / ratio;
        context.drawImage(this.#sheet, slot.x * ratio, slot.y * ratio, SIDE * ratio, SIDE * ratio, left, top, SIDE,
            SIDE);
    }

    symbol(context, kind, age, gone, x, y) {
        const slot = this.#slot(`${kind} ${age} ${gone}`, (sheet) => drawSymbol(sheet, kind, age, gone));
        this.#copy(context, slot, x, y);
    }

    cluster(context, count, x, y) {
        const text = count < 1000 ? String(count) : `${(count / 1000).toFixed(count < 10000 ? 1 : 0)}k`;
        const slot = this.#slot(`cluster ${text}`, (sheet) => drawCluster(sheet, text, clusterRadius(count)));
        this.#copy(context, slot, x, y);
    }
}
