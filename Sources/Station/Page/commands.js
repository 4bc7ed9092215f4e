// What an operator can decide and ask for, and how it looks until the station shows it.
import { stationNow } from "./clock.js";

// The station asks for a picture no longer than that.
const PATIENCE = 1800000;

export class Commands {
    #store;
    #outbox;

    constructor(store, outbox) {
        this.#store = store;
        this.#outbox = outbox;
    }

    /** Who judges a detection has seen its alerts. */
    judge(track, verdict) {
        this.#outbox.send("verdict", track.id, "/api/verdict", { track: track.id, verdict });
        if (verdict === "none") return;
        for (const alert of this.openAlerts(track)) this.acknowledge(alert);
    }

    acknowledge(alert) {
        this.#outbox.send("acknowledge", alert.id, "/api/acknowledge", { alert: alert.id });
    }

    askPicture(track, level) {
        this.#outbox.send("ask", track.id, "/api/ask", { track: track.id, level });
    }

    askScene(camera) {
        this.#outbox.send("scene", camera.id, "/api/ask", { camera: camera.id });
    }

    /** The operator's verdict where one is on its way, else the station's. */
    verdict(track) {
        return this.#outbox.get("verdict", track.id)?.body.verdict ?? track.verdict ?? "none";
    }

    isAcknowledged(alert) {
        return alert.acknowledged || this.#outbox.get("acknowledge", alert.id) !== null;
    }

    alerts(track) {
        return this.#store.alertsOfTrack.get(track.id) ?? [];
    }

    openAlerts(track) {
        return this.alerts(track).filter((alert) => !this.isAcknowledged(alert));
    }

    /** Whether a decision about this detection has not reached the station. */
    isPending(track) {
        return this.#outbox.get("verdict", track.id)?.done === null
            || this.alerts(track).some((alert) => this.isAlertPending(alert));
    }

    isAlertPending(alert) {
        return this.#outbox.get("acknowledge", alert.id)?.done === null;
    }

    /** The level that is asked for, and for how many milliseconds, or null; `sent` is false while the station does not
     * know it. */
    asked(track) {
        return this.#asked("ask", track, track.asked);
    }

    askedScene(camera) {
        return this.#asked("scene", camera, null);
    }

    #asked(kind, { id, asked_at: at }, level) {
        const entry = this.#outbox.get(kind, id);
        if (entry) return { level: entry.body.level, age: Date.now() - entry.at, sent: entry.done !== null };
        const age = stationNow() - (at ?? -Infinity);
        return age < PATIENCE ? { level, age, sent: true } : null;
    }

    /** Forgets commands whose effect the station shows. */
    settle() {
        if (this.#outbox.isEmpty) return;
        for (const track of this.#store.tracks.values()) {
            const verdict = this.#outbox.get("verdict", track.id);
            if (verdict && verdict.body.verdict === track.verdict) this.#outbox.settle("verdict", track.id);
            const ask = this.#outbox.get("ask", track.id);
            const arrived = (track.picture?.level ?? -1) >= (ask?.body.level ?? 9);
            if (ask && (track.asked === ask.body.level || arrived)) this.#outbox.settle("ask", track.id);
        }
        for (const camera of this.#store.cameras.values()) {
            if (camera.asked_at) this.#outbox.settle("scene", camera.id);
        }
        for (const alert of this.#store.alerts.values()) {
            if (alert.acknowledged) this.#outbox.settle("acknowledge", alert.id);
        }
    }

    /** What a detection is to the operator: "alert" and "alerted" (acknowledged) want a verdict first, then "open". */
    kind(track) {
        const verdict = this.verdict(track);
        if (verdict === "confirmed") return "confirmed";
        if (verdict === "false") return "false";
        const alerts = this.alerts(track);
        if (alerts.some((alert) => !this.isAcknowledged(alert))) return "alert";
        return alerts.length > 0 || track.alerts > 0 ? "alerted" : "open";
    }
}
