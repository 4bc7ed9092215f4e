// What the station has told: its objects by id, at a revision, and who wants to know of changes.
import { hearNow } from "./clock.js";

const KINDS = ["senders", "cameras", "tracks", "alerts"];
const SAMPLES = 120;

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
    /** When this page first saw that a larger picture was asked for, by track and by camera. */
    askedSince = new Map();
    /** The last bytes per second of each sender. */
    rates = new Map();

    #listeners = new Set();
    #changed = new Set();
    #fresh = [];
    #planned = false;
    #begun = false;

    /** Called at most once a frame with the names of what changed, and with the alerts that are new. */
    subscribe(listener) {
        this.#listeners.add(listener);
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
        for (const track of this.tracks.values()) this.#noteAsked(track);
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
                this[kind].set(object.id, object);
                if (kind === "alerts") this.#fileAlert(object, before);
                if (kind === "tracks") this.#noteAsked(object);
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

    #noteAsked(track) {
        const known = this.askedSince.get(track.id);
        if (track.asked === null || track.asked === undefined) this.askedSince.delete(track.id);
        else if (known?.level !== track.asked) this.askedSince.set(track.id,
            { level: track.asked, at: track.asked_at ?? Date.now() });
    }

    #sample(sender) {
        if (!Number.isFinite(sender.bytes_per_second)) return;
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
