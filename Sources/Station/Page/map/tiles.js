// Hill shading in tiles: fetched a few at a time, kept while they are near, done without where there are none.
import { TILE } from "./mercator.js";

const KEPT = 240;
// Browsers open six lines to a host; one follows the changes, and the operator's commands must never wait for tiles.
const AT_ONCE = 2;
const FINEST = 17;
const ABSENT_FOR = 600000;
const FAILED_FOR = 10000;

export class TileLayer {
    #tiles = new Map();
    #wanted = new Map();
    #busy = 0;
    #version = null;
    #invalidate;

    constructor(invalidate) {
        this.#invalidate = invalidate;
    }

    /** Forgets the tiles of other terrain; null where there is none. */
    update(version) {
        if (version === this.#version) return;
        this.#version = version;
        this.#tiles.clear();
        this.#wanted.clear();
        this.#invalidate();
    }

    /** Lets tiles that failed be fetched again: the station is back. */
    retry() {
        for (const [key, tile] of this.#tiles) if (!tile.image) this.#tiles.delete(key);
        this.#invalidate();
    }

    draw(context, view, palette) {
        if (this.#version === null) return;
        const zoom = Math.max(0, Math.min(FINEST, Math.round(view.zoom)));
        const count = 2 ** zoom;
        const bounds = view.bounds();
        const range = (low, high) => [Math.max(0, Math.floor(low * count)),
            Math.min(count - 1, Math.floor(high * count))];
        const [west, east] = range(bounds.west, bounds.east);
        const [north, south] = range(bounds.north, bounds.south);
        this.#wanted.clear();
        context.globalAlpha = palette.terrain;
        for (let y = north; y <= south; y += 1) for (let x = west; x <= east; x += 1) this.#drawTile(context, view,
            zoom, x, y);
        context.globalAlpha = 1;
        this.#fetchNext();
    }

    #drawTile(context, view, zoom, x, y) {
        // Edges on whole pixels: otherwise seams show between tiles.
        const size = view.scale / 2 ** zoom;
        const left = Math.round(view.screenX(x / 2 ** zoom));
        const top = Math.round(view.screenY(y / 2 ** zoom));
        const right = Math.round(view.screenX((x + 1) / 2 ** zoom));
        const bottom = Math.round(view.screenY((y + 1) / 2 ** zoom));
        // A coarser one stands in for a finer one that is on its way; it is fetched where there is no finer one.
        let isWanted = true;
        for (let up = 0; up <= Math.min(zoom, 6); up += 1) {
            const tile = this.#tile(zoom - up, x >> up, y >> up, isWanted);
            if (tile?.state !== "absent") isWanted = false;
            if (!tile?.image) continue;
            const part = TILE / 2 ** up;
            const fromX = (x & (2 ** up - 1)) * part;
            const fromY = (y & (2 ** up - 1)) * part;
            context.imageSmoothingEnabled = up > 0 || Math.abs(size - TILE) > 0.5;
            context.drawImage(tile.image, fromX, fromY, part, part, left, top, right - left, bottom - top);
            return;
        }
    }

    #tile(zoom, x, y, isWanted) {
        const key = `${zoom}/${x}/${y}`;
        let tile = this.#tiles.get(key);
        if (tile) {
            // Maps keep the order of insertion: what is used goes to the end, and the first are dropped.
            this.#tiles.delete(key);
            this.#tiles.set(key, tile);
            if (tile.image || tile.until > Date.now()) return tile;
        }
        if (!isWanted) return tile;
        tile = tile ?? { image: null, state: "wanted", until: 0 };
        this.#tiles.set(key, tile);
        this.#wanted.set(key, tile);
        return tile;
    }

    #fetchNext() {
        for (const [key, tile] of this.#wanted) {
            if (this.#busy >= AT_ONCE) break;
            this.#wanted.delete(key);
            if (tile.state === "busy") continue;
            this.#fetch(key, tile);
        }
        for (const [key, tile] of this.#tiles) {
            if (this.#tiles.size <= KEPT) break;
            tile.image?.close?.();
            tile.image = null;
            this.#tiles.delete(key);
        }
    }

    async #fetch(key, tile) {
        this.#busy += 1;
        tile.state = "busy";
        tile.until = Infinity;
        try {
            const response = await fetch(`/api/terrain/${key}.png?v=${this.#version}`,
                { signal: AbortSignal.timeout(20000) });
            if (response.ok) {
                tile.image = await createImageBitmap(await response.blob());
                tile.state = "here";
            } else this.#leave(tile, response.status === 404 ? ABSENT_FOR : FAILED_FOR);
        } catch {
            this.#leave(tile, FAILED_FOR);
        }
        this.#busy -= 1;
        this.#invalidate();
    }

    #leave(tile, pause) {
        tile.state = "absent";
        tile.until = Date.now() + pause;
    }
}
