// Which part of the world the map shows, and how large.
import { latitudeAt, longitudeAt, metresPerWorld, TILE, worldX, worldY } from "./mercator.js";

const LEAST = 2;
const MOST = 21;

export class View {
    width = 1;
    height = 1;
    x = 0.5;
    y = 0.5;
    zoom = LEAST;

    /** Pixels that the whole world is wide. */
    get scale() {
        return TILE * 2 ** this.zoom;
    }

    get latitude() {
        return latitudeAt(this.y);
    }

    get longitude() {
        return longitudeAt(this.x);
    }

    get metresPerPixel() {
        return metresPerWorld(this.latitude) / this.scale;
    }

    screenX(x) {
        return (x - this.x) * this.scale + this.width / 2;
    }

    screenY(y) {
        return (y - this.y) * this.scale + this.height / 2;
    }

    /** The parts of the world under a pixel. */
    worldAt(screenX, screenY) {
        return {
            x: this.x + (screenX - this.width / 2) / this.scale,
            y: this.y + (screenY - this.height / 2) / this.scale,
        };
    }

    placeAt(screenX, screenY) {
        const { x, y } = this.worldAt(screenX, screenY);
        return { latitude: latitudeAt(y), longitude: longitudeAt(x) };
    }

    /** The part that is seen, with so many pixels around it. */
    bounds(margin = 0) {
        const from = this.worldAt(-margin, -margin);
        const to = this.worldAt(this.width + margin, this.height + margin);
        return { west: from.x, north: from.y, east: to.x, south: to.y };
    }

    panBy(dx, dy) {
        this.#centre(this.x - dx / this.scale, this.y - dy / this.scale);
    }

    /** Zooms so that what is under a pixel stays there. */
    zoomBy(levels, screenX = this.width / 2, screenY = this.height / 2) {
        const before = this.worldAt(screenX, screenY);
        this.zoom = Math.max(LEAST, Math.min(MOST, this.zoom + levels));
        const after = this.worldAt(screenX, screenY);
        this.#centre(this.x + before.x - after.x, this.y + before.y - after.y);
    }

    moveTo(latitude, longitude, zoom = this.zoom) {
        this.zoom = Math.max(LEAST, Math.min(MOST, zoom));
        this.#centre(worldX(longitude), worldY(latitude));
    }

    /** Shows a rectangle of the world with a margin of pixels, at no more than a zoom. */
    fit({ west, north, east, south }, margin, most) {
        const width = Math.max(this.width - 2 * margin, 50);
        const height = Math.max(this.height - 2 * margin, 50);
        const scale = Math.min(width / Math.max(east - west, 1e-9), height / Math.max(south - north, 1e-9));
        this.zoom = Math.max(LEAST, Math.min(most, Math.log2(scale / TILE)));
        this.#centre((west + east) / 2, (north + south) / 2);
    }

    #centre(x, y) {
        this.x = Math.max(0, Math.min(1, x));
        this.y = Math.max(0, Math.min(1, y));
    }
}
