// What was searched, as a veil over the ground: the deeper, the more probable that who is there was seen.
import { metresPerDegree } from "../directions.js";
import { worldX, worldY } from "./mercator.js";
import { areaColour } from "./palette.js";

export class AreaLayer {
    #url = null;
    #veil = null;
    #bounds = null;
    #invalidate;

    constructor(invalidate) {
        this.#invalidate = invalidate;
    }

    /** The rectangle of the world that the area takes, or null. */
    get bounds() {
        return this.#bounds;
    }

    async update(area) {
        if (!area || !Number.isFinite(area.west) || !Number.isFinite(area.south)) {
            this.#url = null;
            this.#veil = null;
            this.#bounds = null;
            return;
        }
        this.#bounds = this.#rectangle(area);
        if (area.url === this.#url) return;
        this.#url = area.url;
        try {
            const response = await fetch(area.url, { signal: AbortSignal.timeout(60000) });
            if (!response.ok) throw new Error(String(response.status));
            const veil = this.#coloured(await createImageBitmap(await response.blob()));
            if (this.#url === area.url) this.#veil = veil;
        } catch {
            // The last veil stays; the next change of the area, or of the connection, tries again.
            if (this.#url === area.url) this.#url = null;
        }
        this.#invalidate();
    }

    #rectangle(area) {
        const lengths = metresPerDegree(area.south);
        const east = area.east ?? area.west + area.columns * area.cell / lengths.longitude;
        const north = area.north ?? area.south + area.rows * area.cell / lengths.latitude;
        return { west: worldX(area.west), north: worldY(north), east: worldX(east), south: worldY(area.south) };
    }

    #coloured(image) {
        const canvas = new OffscreenCanvas(image.width, image.height);
        const context = canvas.getContext("2d", { willReadFrequently: true });
        context.drawImage(image, 0, 0);
        const pixels = context.getImageData(0, 0, image.width, image.height);
        const colours = Array.from({ length: 256 }, (_, value) => (value ? areaColour(value / 255) : [0, 0, 0, 0]));
        for (let index = 0; index < pixels.data.length; index += 4) {
            const colour = colours[pixels.data[index]];
            pixels.data[index] = colour[0];
            pixels.data[index + 1] = colour[1];
            pixels.data[index + 2] = colour[2];
            pixels.data[index + 3] = colour[3];
        }
        context.putImageData(pixels, 0, 0);
        return canvas;
    }

    draw(context, view, palette) {
        if (!this.#veil || !this.#bounds) return;
        const left = view.screenX(this.#bounds.west);
        const top = view.screenY(this.#bounds.north);
        const width = view.screenX(this.#bounds.east) - left;
        const height = view.screenY(this.#bounds.south) - top;
        if (left > view.width || top > view.height || left + width < 0 || top + height < 0) return;
        // Cells stay cells when they are large: nothing between them was measured.
        context.imageSmoothingEnabled = width / this.#veil.width < 4;
        context.globalAlpha = palette.area;
        context.drawImage(this.#veil, left, top, width, height);
        context.globalAlpha = 1;
    }
}
