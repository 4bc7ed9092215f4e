// What lies under the symbols, kept as one picture: while the map moves, it is copied and not drawn again.
import { View } from "./view.js";

// Pixels around what is seen, so that most movements find all they need.
const MARGIN = 160;
const SETTLED = 140;
const WHILE_ZOOMING = 300;
const WHILE_MOVING = 1000;
const WHILE_RESTING = 150;

export class Backdrop {
    #canvas = new OffscreenCanvas(1, 1);
    #context = this.#canvas.getContext("2d", { alpha: false });
    #view = new View();
    #ratio = 0;
    #isDirty = true;
    #drawnAt = 0;
    #last = { x: 0, y: 0, zoom: 0, movedAt: 0, zoomedAt: 0 };
    #timer = 0;
    #invalidate;

    constructor(invalidate) {
        this.#invalidate = invalidate;
    }

    /** Something in it changed. */
    dirty() {
        this.#isDirty = true;
    }

    /** Copies it; `paint(context, view)` draws it where it must be drawn anew. */
    draw(context, view, ratio, colour, paint) {
        const now = performance.now();
        this.#follow(view, now);
        const wait = this.#wait(view, ratio, now);
        if (wait <= 0) this.#render(view, ratio, colour, paint, now);
        else if (wait < Infinity) this.#later(wait);
        const grown = view.scale / this.#view.scale;
        const corner = this.#view.worldAt(0, 0);
        const whole = (value) => Math.round(value * ratio) / ratio;
        if (grown !== 1) {
            context.fillStyle = colour;
            context.fillRect(0, 0, view.width, view.height);
        }
        context.imageSmoothingEnabled = grown !== 1;
        context.drawImage(this.#canvas, whole(view.screenX(corner.x)), whole(view.screenY(corner.y)),
            this.#view.width * grown, this.#view.height * grown);
    }

    #follow(view, now) {
        const last = this.#last;
        if (view.zoom !== last.zoom) last.zoomedAt = now;
        if (view.x !== last.x || view.y !== last.y) last.movedAt = now;
        Object.assign(last, { x: view.x, y: view.y, zoom: view.zoom });
    }

    // Milliseconds until it must be drawn anew: none at all where what is seen is not in it.
    #wait(view, ratio, now) {
        const kept = this.#view;
        if (ratio !== this.#ratio || kept.width !== view.width + 2 * MARGIN
            || kept.height !== view.height + 2 * MARGIN) return 0;
        if (view.zoom !== kept.zoom) {
            if (Math.abs(view.zoom - kept.zoom) > 1) return 0;
            return Math.min(this.#last.zoomedAt + SETTLED - now, this.#drawnAt + WHILE_ZOOMING - now);
        }
        if (Math.abs(view.x - kept.x) * view.scale > MARGIN
            || Math.abs(view.y - kept.y) * view.scale > MARGIN) return 0;
        if (!this.#isDirty) return Infinity;
        const isMoving = now - this.#last.movedAt < SETTLED;
        return this.#drawnAt + (isMoving ? WHILE_MOVING : WHILE_RESTING) - now;
    }

    #later(wait) {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(this.#invalidate, wait + 5);
    }

    #render(view, ratio, colour, paint, now) {
        this.#isDirty = false;
        this.#drawnAt = now;
        this.#ratio = ratio;
        Object.assign(this.#view, {
            x: view.x, y: view.y, zoom: view.zoom, width: view.width + 2 * MARGIN, height: view.height + 2 * MARGIN,
        });
        const width = Math.ceil(this.#view.width * ratio);
        const height = Math.ceil(this.#view.height * ratio);
        if (this.#canvas.width !== width || this.#canvas.height !== height) {
            this.#canvas.width = width;
            this.#canvas.height = height;
        }
        this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
        this.#context.fillStyle = colour;
        this.#context.fillRect(0, 0, this.#view.width, this.#view.height);
        paint(this.#context, this.#view);
    }
}
