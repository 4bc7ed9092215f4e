// The map: its layers, drawn when something changed, and what a touch on it means.
import { stationNow } from "../clock.js";
import { gridOf } from "../coordinates.js";
import { AreaLayer } from "./area.js";
import { Backdrop } from "./backdrop.js";
import { CameraLayer } from "./cameras.js";
import { listenToGestures } from "./gestures.js";
import { drawGraticule } from "./graticule.js";
import { drawGrid } from "./grid.js";
import { Labels } from "./labels.js";
import { worldX, worldY } from "./mercator.js";
import { palettes } from "./palette.js";
import { TileLayer } from "./tiles.js";
import { TrackLayer } from "./tracks.js";
import { View } from "./view.js";

const FLIGHT = 300;
const MOVING = 250;
// Sharper than this costs frames on a slow tablet and shows nothing more.
const SHARPEST = 2;

const contains = (outer, inner) => outer !== null && outer.west <= inner.west && outer.east >= inner.east
    && outer.north <= inner.north && outer.south >= inner.south;

const widened = ({ west, north, east, south }) => {
    const [across, down] = [(east - west) / 2, (south - north) / 2];
    return { west: west - across, north: north - down, east: east + across, south: south + down };
};

export class StationMap {
    view = new View();
    #canvas;
    #context;
    #planned = false;
    #ratio = 1;
    #layers = {};
    #palette = palettes.light;
    #backdrop = new Backdrop(() => this.invalidate());
    #area = new AreaLayer(() => this.#invalidateBackdrop());
    #tiles = new TileLayer(() => this.#invalidateBackdrop());
    #words = new Labels();
    #seen = "";
    #movedAt = -Infinity;
    #notation = "decimal";
    #cameras = new CameraLayer();
    #tracks = new TrackLayer();
    #pins = { place: null, reference: null, tablet: null };
    #flight = null;
    #isFitted = false;
    // Somebody moved the map.
    #isMoved = false;
    // What it was brought to by itself.
    #shown = null;
    #home = null;
    #actions;

    /** `actions`: `track(id)`, `place(latitude, longitude)`, `moved()`, `hover(place or null)`. */
    constructor(canvas, actions) {
        this.#canvas = canvas;
        this.#actions = actions;
        // Nothing shines through the map, so it is drawn without blending.
        this.#context = canvas.getContext("2d", { alpha: false });
        new ResizeObserver(() => this.#resize()).observe(canvas);
        listenToGestures(canvas, {
            pan: (dx, dy) => this.#change(() => this.view.panBy(dx, dy)),
            zoom: (levels, x, y) => this.zoomBy(levels, x, y),
            tap: (x, y) => this.#tap(x, y),
            hold: (x, y) => this.#place(x, y),
            hover: (x, y) => this.#actions.hover(this.view.placeAt(x, y)),
            fit: () => this.fit(),
        });
        canvas.addEventListener("pointerleave", () => this.#actions.hover(null));
    }

    /** Whether somebody moves the map now: what can wait, should. */
    get isMoving() {
        return performance.now() - this.#movedAt < MOVING;
    }

    setTheme(name) {
        this.#palette = palettes[name] ?? palettes.light;
        this.#invalidateBackdrop();
    }

    /** Lines are those of the notation in which places are told. */
    setNotation(name) {
        this.#notation = name;
        this.invalidate();
    }

    /** Names of layers to true or false. */
    setLayers(layers) {
        this.#layers = layers;
        this.#invalidateBackdrop();
    }

    setTracks(entries) {
        this.#tracks.update(entries, stationNow());
        this.#begin();
    }

    setCameras(cameras) {
        this.#cameras.update(cameras);
        this.#backdrop.dirty();
        this.#begin();
    }

    setArea(area) {
        this.#area.update(area);
        this.#backdrop.dirty();
        this.#begin();
    }

    /** `bounds`: where it lies, `[west, south, east, north]` in degrees, shown as long as nothing else is known. */
    setTerrain({ bounds, version } = {}) {
        this.#tiles.update(version ?? null);
        if (!Array.isArray(bounds) || !bounds.every(Number.isFinite)) return;
        const [west, south, east, north] = bounds;
        const home = { west: worldX(west), north: worldY(north), east: worldX(east), south: worldY(south) };
        if (this.#home && contains(this.#home, home) && contains(home, this.#home)) return;
        this.#home = home;
        this.#begin();
    }

    /** `name`: "place", "reference" or "tablet"; `place` null takes the pin away. */
    setPin(name, place) {
        this.#pins[name] = place;
        this.invalidate();
    }

    select(id) {
        this.#tracks.selected = id;
        this.invalidate();
    }

    retryTiles() {
        this.#tiles.retry();
    }

    zoomBy(levels, x, y) {
        this.#change(() => this.view.zoomBy(levels, x, y));
    }

    /** Brings a place to the middle, at least as large as a zoom. */
    show(latitude, longitude, zoom = this.view.zoom) {
        const target = this.#target();
        target.moveTo(latitude, longitude, Math.max(zoom, this.view.zoom));
        this.#isMoved = true;
        this.#flyTo(target);
    }

    /** Shows all there is; false where there is nothing. */
    fit() {
        const bounds = this.#data() ?? this.#home;
        if (!bounds) return false;
        const target = this.#target();
        target.fit(bounds, 50, 18.5);
        this.#flyTo(target);
        return true;
    }

    /** The rectangle of the world that holds all there is, or null. */
    #data() {
        const bounds = { west: Infinity, north: Infinity, east: -Infinity, south: -Infinity };
        const take = (x, y) => {
            bounds.west = Math.min(bounds.west, x);
            bounds.east = Math.max(bounds.east, x);
            bounds.north = Math.min(bounds.north, y);
            bounds.south = Math.max(bounds.south, y);
        };
        for (const mark of this.#tracks.marks) take(mark.x, mark.y);
        for (const [longitude, latitude] of this.#cameras.places()) take(worldX(longitude), worldY(latitude));
        const area = this.#area.bounds;
        if (area) {
            take(area.west, area.north);
            take(area.east, area.south);
        }
        return bounds.west > bounds.east ? null : bounds;
    }

    #begin() {
        this.invalidate();
        // What comes is brought into sight until somebody moves the map: never under a finger.
        if (this.#isMoved || this.view.width <= 1) return;
        const data = this.#data();
        const isShown = data ? this.#shown !== this.#home && contains(this.#shown, data) : this.#shown === this.#home;
        if (isShown) return;
        // Room for what comes next, so that the map does not move each time.
        this.#shown = data ? widened(data) : this.#home;
        const target = this.#target();
        target.fit(this.#shown, 50, 18.5);
        this.#flyTo(target);
        this.#isFitted = true;
    }

    /** A view as large as this one, to be set and flown to. */
    #target() {
        return Object.assign(new View(), { width: this.view.width, height: this.view.height });
    }

    #flyTo(target) {
        const { x, y, zoom } = this.view;
        const near = Math.hypot(target.x - x, target.y - y) * this.view.scale < 4 * this.view.width;
        if (!this.#isFitted || !near || matchMedia("(prefers-reduced-motion: reduce)").matches) {
            Object.assign(this.view, { x: target.x, y: target.y, zoom: target.zoom });
            this.#flight = null;
        } else this.#flight = { from: { x, y, zoom }, to: target, begin: performance.now() };
        this.invalidate();
    }

    #fly() {
        const { from, to, begin } = this.#flight;
        const part = Math.min(1, (performance.now() - begin) / FLIGHT);
        const eased = 1 - (1 - part) ** 3;
        for (const key of ["x", "y", "zoom"]) this.view[key] = from[key] + (to[key] - from[key]) * eased;
        if (part >= 1) this.#flight = null;
        this.invalidate();
    }

    #change(action) {
        this.#flight = null;
        this.#isFitted = true;
        this.#isMoved = true;
        action();
        this.invalidate();
    }

    #tap(x, y) {
        const hit = this.#tracks.hit(this.view, x, y);
        if (hit?.mark) this.#actions.track(hit.mark.track.id);
        else if (hit?.cluster) this.#open(hit.cluster);
        else this.#place(x, y);
    }

    #place(x, y) {
        const { latitude, longitude } = this.view.placeAt(x, y);
        this.#actions.place(latitude, longitude);
    }

    #open(cluster) {
        const xs = cluster.marks.map((mark) => mark.x);
        const ys = cluster.marks.map((mark) => mark.y);
        const target = this.#target();
        target.fit({ west: Math.min(...xs), east: Math.max(...xs), north: Math.min(...ys), south: Math.max(...ys) },
            90, 20);
        target.zoom = Math.max(target.zoom, Math.min(20, Math.floor(this.view.zoom) + 1));
        this.#isMoved = true;
        this.#flyTo(target);
    }

    #resize() {
        const box = this.#canvas.getBoundingClientRect();
        if (box.width < 1 || box.height < 1) return;
        this.#ratio = Math.min(SHARPEST, window.devicePixelRatio || 1);
        this.#canvas.width = Math.round(box.width * this.#ratio);
        this.#canvas.height = Math.round(box.height * this.#ratio);
        this.view.width = box.width;
        this.view.height = box.height;
        this.#begin();
        this.#draw();
    }

    #invalidateBackdrop() {
        this.#backdrop.dirty();
        this.invalidate();
    }

    invalidate() {
        if (this.#planned) return;
        this.#planned = true;
        requestAnimationFrame(() => {
            this.#planned = false;
            if (this.#flight) this.#fly();
            this.#draw();
        });
    }

    #draw() {
        const context = this.#context;
        const { view } = this;
        const palette = this.#palette;
        const layers = this.#layers;
        const now = stationNow();
        context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
        this.#backdrop.draw(context, view, this.#ratio, palette.ground, (below, wider) => {
            if (layers.terrain && this.#isFitted) this.#tiles.draw(below, wider, palette);
            if (layers.area) this.#area.draw(below, wider, palette);
            if (layers.paths) this.#cameras.drawPaths(below, wider);
        });
        this.#words.begin(this.#ratio, palette);
        const words = layers.labels ? this.#words : null;
        if (layers.graticule) this.#drawLines(context, view, palette);
        this.#cameras.draw(context, view, palette, { now, footprints: layers.footprints, words });
        this.#tracks.draw(context, view, { ratio: this.#ratio, now, ellipses: layers.ellipses, words });
        this.#drawPins(context, view, palette);
        this.#tellMoved();
    }

    // Once a picture: words that are laid out at every movement of a finger cost more than the map.
    #tellMoved() {
        const { x, y, zoom, width, height } = this.view;
        const seen = `${x} ${y} ${zoom} ${width} ${height}`;
        if (seen === this.#seen) return;
        this.#seen = seen;
        this.#movedAt = performance.now();
        this.#actions.moved();
    }

    #drawLines(context, view, palette) {
        const grid = gridOf(this.#notation, view.latitude, view.longitude);
        if (!drawGrid(context, view, palette, this.#words, grid)) drawGraticule(context, view, palette, this.#words);
    }

    #drawPins(context, view, palette) {
        const { place, reference, tablet } = this.#pins;
        if (tablet) {
            const x = view.screenX(worldX(tablet.longitude));
            const y = view.screenY(worldY(tablet.latitude));
            const radius = tablet.accuracy / view.metresPerPixel;
            context.beginPath();
            context.arc(x, y, Math.min(Math.max(radius, 9), 4000), 0, 2 * Math.PI);
            context.fillStyle = "rgba(0, 99, 178, 0.18)";
            context.fill();
            this.#disc(context, x, y, 8, "#0063b2");
        }
        if (reference) this.#disc(context, view.screenX(worldX(reference.longitude)),
            view.screenY(worldY(reference.latitude)), 7, "#10181f");
        if (place) {
            const x = view.screenX(worldX(place.longitude));
            const y = view.screenY(worldY(place.latitude));
            for (const [width, colour] of [[6, palette.halo], [2.5, palette.ink]]) {
                context.lineWidth = width;
                context.strokeStyle = colour;
                context.beginPath();
                for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
                    context.moveTo(x + dx * 5, y + dy * 5);
                    context.lineTo(x + dx * 18, y + dy * 18);
                }
                context.stroke();
            }
        }
    }

    #disc(context, x, y, radius, colour) {
        context.beginPath();
        context.arc(x, y, radius, 0, 2 * Math.PI);
        context.fillStyle = colour;
        context.fill();
        context.lineWidth = 3;
        context.strokeStyle = "#ffffff";
        context.stroke();
    }
}
