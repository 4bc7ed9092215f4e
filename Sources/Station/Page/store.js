// What the station has told: its objects by id, at a revision, and who wants to know of changes.
import { hearNow } from "./clock.js";
import { extended } from "./paths.js";

const KINDS = ["senders", "cameras", "tracks", "alerts"];
const SAMPLES = 120;
const SAMPLES_APART = 1900;

export class Store {
    station = {};
    area = null;
    revision = 0;
    senders = new Map();
    cameras = new Map();
    tracks = new Map();
    alerts = new Map();
    /** Alerts by the id of their track. */
    alertsOfTrack = new Map();
    /** The last bytes per second of each sender, two seconds apart. */
    rates = new Map();

    #listeners = new Set();
    #changed = new Set();
    #fresh = [];
    #planned = false;
    #begun = false;
    #sampledAt = new Map();

    /** Called at most once a frame with the names of what changed, and with the alerts that are new. */
    subscribe(listener) {
        this.#listeners.add(listener);
    }

    /** The sender of a track or a camera, whose id begins with its own. */
    senderOf(object) {
        return this.senders.get(object.id.split("/")[0]);
    }

    /** The camera that a track was seen by. */
    cameraOf(track) {
        return this.cameras.get(`${track.id.split("/")[0]}/${track.camera}`);
    }

    replaceAll(state) {
        const before = this.alerts;
        for (const kind of KINDS) {
            this[kind] = new Map();
            for (const object of this.#objects(state, kind)) this[kind].set(object.id, object);
            this.#changed.add(kind);
        }
        this.alertsOfTrack = new Map();
        for (const alert of this.alerts.values()) this.#fileAlert(alert, before.get(alert.id));
        for (const sender of this.senders.values()) this.#sample(sender);
        this.revision = state.revision ?? 0;
        hearNow(state.now);
        this.applySurroundings(state.station, state.area);
        this.#begun = true;
    }

    apply(changes) {
        hearNow(changes.now);
        for (const kind of KINDS) {
            for (const object of this.#objects(changes, kind)) {
                const before = this[kind].get(object.id);
                if (kind === "cameras") object.path ??= extended(before?.path ?? [], object.path_added ?? []);
                this[kind].set(object.id, object);
                if (kind === "alerts") this.#fileAlert(object, before);
                if (kind === "senders") this.#sample(object);
                this.#changed.add(kind);
            }
        }
        if (Number.isFinite(changes.revision)) this.revision = changes.revision;
        this.applySurroundings(changes.station, changes.area);
        this.#plan();
    }

    /** Station and area, where they are told; an area that is null is none. */
    applySurroundings(station, area) {
        if (station && typeof station === "object") {
            this.station = station;
            this.#changed.add("station");
        }
        if (area !== undefined && JSON.stringify(area) !== JSON.stringify(this.area)) {
            this.area = area;
            this.#changed.add("area");
        }
        this.#plan();
    }

    /** What listeners are told although the station said nothing: the page's own commands. */
    touch(kind) {
        this.#changed.add(kind);
        this.#plan();
    }

    #objects(message, kind) {
        const objects = message[kind];
        return Array.isArray(objects) ? objects.filter((object) => typeof object?.id === "string") : [];
    }

    #fileAlert(alert, before) {
        if (alert.track) {
            const others = (this.alertsOfTrack.get(alert.track) ?? []).filter((other) => other.id !== alert.id);
            this.alertsOfTrack.set(alert.track, [...others, alert]);
        }
        if (!before && !alert.acknowledged) this.#fresh.push(alert);
    }

    #sample(sender) {
        const now = Date.now();
        if (!Number.isFinite(sender.bytes_per_second)) return;
        if (now - (this.#sampledAt.get(sender.id) ?? 0) < SAMPLES_APART) return;
        this.#sampledAt.set(sender.id, now);
        const samples = this.rates.get(sender.id) ?? [];
        samples.push(sender.bytes_per_second);
        if (samples.length > SAMPLES) samples.shift();
        this.rates.set(sender.id, samples);
    }

    #plan() {
        if (this.#planned) return;
        this.#planned = true;
        // A page in the background gets no frames, and its alerts must sound all the same.
        const run = () => {
            this.#planned = false;
            const changed = this.#changed;
            const fresh = this.#fresh;
            const first = this.#begun === false;
            this.#changed = new Set();
            this.#fresh = [];
            for (const listener of this.#listeners) listener(changed, fresh, first);
        };
        if (document.visibilityState === "visible") requestAnimationFrame(run);
        else setTimeout(run, 100);
    }
}
