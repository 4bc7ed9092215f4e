// Cameras on the map: where they flew, where they are, where they look and what they see of the ground.
import { cameraName, span } from "../words.js";
import { BOLD } from "./labels.js";
import { worldX, worldY } from "./mercator.js";
import { pathColours } from "./palette.js";

// Where a path was not told of for this long, it is not drawn through.
const GAP = 300000;
const STALE = 30000;
const COARSEST = 2;

export class CameraLayer {
    #cameras = [];
    #paths = new Map();

    update(cameras) {
        this.#cameras = [...cameras].sort((a, b) => (a.id < b.id ? -1 : 1));
        const ids = new Set(this.#cameras.map((camera) => camera.id));
        for (const id of this.#paths.keys()) if (!ids.has(id)) this.#paths.delete(id);
    }

    colour(index) {
        return pathColours[index % pathColours.length];
    }

    /** The places that the map is fitted to. */
    *places() {
        for (const camera of this.#cameras) {
            if (camera.pose) yield [camera.pose.longitude, camera.pose.latitude];
            for (const [longitude, latitude] of camera.path ?? []) yield [longitude, latitude];
        }
    }

    drawPaths(context, view) {
        this.#cameras.forEach((camera, index) => this.#path(context, view, camera, this.colour(index)));
    }

    draw(context, view, palette, { now, footprints, words }) {
        if (footprints) this.#cameras.forEach((camera, index) => this.#footprint(context, view, palette, camera,
            this.colour(index)));
        this.#cameras.forEach((camera, index) => this.#pose(context, view, camera, this.colour(index), now, words));
    }

    // In pixels of a whole zoom from the path's newest point; points nearer than two pixels to the last one are left
    // out.
    #pathOf(camera, level) {
        const known = this.#paths.get(camera.id);
        if (known?.path === camera.path && known.level === level) return known;
        const scale = 256 * 2 ** level;
        const path = camera.path ?? [];
        const anchor = path.length ? { x: worldX(path.at(-1)[0]), y: worldY(path.at(-1)[1]) } : { x: 0, y: 0 };
        const shape = new Path2D();
        let last = null;
        for (const [index, [longitude, latitude, , time]] of path.entries()) {
            const x = (worldX(longitude) - anchor.x) * scale;
            const y = (worldY(latitude) - anchor.y) * scale;
            const isGap = last && time !== null && last.time !== null && time - last.time > GAP;
            if (!last || isGap) shape.moveTo(x, y);
            else if (Math.hypot(x - last.x, y - last.y) < COARSEST && index < path.length - 1) continue;
            else shape.lineTo(x, y);
            last = { x, y, time };
        }
        const made = { path: camera.path, level, anchor, shape };
        this.#paths.set(camera.id, made);
        return made;
    }

    #path(context, view, camera, colour) {
        if ((camera.path?.length ?? 0) < 2) return;
        const level = Math.max(0, Math.floor(view.zoom));
        const { anchor, shape } = this.#pathOf(camera, level);
        const grown = 2 ** (view.zoom - level);
        context.save();
        context.translate(view.screenX(anchor.x), view.screenY(anchor.y));
        context.scale(grown, grown);
        context.lineJoin = "round";
        context.lineCap = "round";
        context.strokeStyle = "rgba(255, 255, 255, 0.75)";
        context.lineWidth = 4.5 / grown;
        context.stroke(shape);
        context.strokeStyle = colour;
        context.lineWidth = 2.2 / grown;
        context.stroke(shape);
        context.restore();
    }

    #footprint(context, view, palette, camera, colour) {
        const corners = camera.footprint;
        if (!Array.isArray(corners) || corners.length < 3) return;
        context.beginPath();
        for (const [longitude, latitude] of corners) context.lineTo(view.screenX(worldX(longitude)),
            view.screenY(worldY(latitude)));
        context.closePath();
        context.fillStyle = palette.footprint;
        context.fill();
        context.lineWidth = 2;
        context.setLineDash([8, 5]);
        context.strokeStyle = colour;
        context.stroke();
        context.setLineDash([]);
    }

    #pose(context, view, camera, colour, now, words) {
        const pose = camera.pose;
        if (!pose || !Number.isFinite(pose.latitude) || !Number.isFinite(pose.longitude)) return;
        const x = view.screenX(worldX(pose.longitude));
        const y = view.screenY(worldY(pose.latitude));
        if (x < -150 || y < -150 || x > view.width + 150 || y > view.height + 150) return;
        const isStale = pose.time === null || pose.time === undefined || now - pose.time > STALE;
        const yaw = ((pose.yaw ?? 0) - 90) * Math.PI / 180;
        if (Number.isFinite(pose.yaw)) {
            // Down means a short wedge: what it sees lies under it.
            const reach = 34 + 46 * Math.max(0, Math.cos((pose.pitch ?? 0) * Math.PI / 180));
            const half = Math.max(4, Math.min(170, pose.view ?? 8)) / 2 * Math.PI / 180;
            context.beginPath();
            context.moveTo(x, y);
            context.arc(x, y, reach, yaw - half, yaw + half);
            context.closePath();
            context.globalAlpha = isStale ? 0.12 : 0.3;
            context.fillStyle = colour;
            context.fill();
            context.globalAlpha = 1;
            context.lineWidth = 1.5;
            context.strokeStyle = colour;
            context.stroke();
        }
        context.save();
        context.translate(x, y);
        context.rotate(yaw + Math.PI / 2);
        context.beginPath();
        context.moveTo(0, -14);
        context.lineTo(10, 11);
        context.lineTo(0, 6);
        context.lineTo(-10, 11);
        context.closePath();
        context.lineWidth = 4.5;
        context.lineJoin = "round";
        context.strokeStyle = "#ffffff";
        context.stroke();
        context.fillStyle = isStale ? "#6b747b" : colour;
        context.fill();
        context.restore();
        if (words) this.#label(context, words, camera, x, y, isStale, now);
    }

    #label(context, words, camera, x, y, isStale, now) {
        const pose = camera.pose;
        const isUnknown = pose.time === null || pose.time === undefined;
        const name = cameraName(camera);
        const text = isStale ? `${name} (${isUnknown ? "?" : span(now - pose.time)})` : name;
        words.draw(context, text, BOLD, x - words.width(text, BOLD) / 2, y + 27);
    }
}
