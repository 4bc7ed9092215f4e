// The operator's commands, kept and sent again until the station has them on its disk.
import { post } from "./api.js";

const KEY = "arete.outbox";
const LONGEST_PAUSE = 15000;
// A click that could not be sent for this long may contradict what others decided since: the operator decides anew.
const OLDEST = 3600000;
// The stream tells what a command changed; until then the page shows what the operator wants, but not for ever.
const SETTLING = 8000;
const REFUSING = new Set([400, 403, 404, 405, 409, 410, 413, 415, 422]);

export class Outbox {
    #entries = new Map();
    #busy = new Set();
    #listeners = new Set();
    #refusals = new Set();
    #timer = 0;
    #paused = false;

    /** Called where the station does not know this browser (any more). */
    onStranger = () => {};

    constructor() {
        let kept = [];
        try {
            kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
        } catch {
            // What cannot be read cannot be sent.
        }
        for (const entry of Array.isArray(kept) ? kept : []) {
            if (typeof entry?.key !== "string" || typeof entry.path !== "string") continue;
            this.#entries.set(entry.key, { ...entry, tries: 0, due: 0, done: null });
        }
    }

    onChange(listener) {
        this.#listeners.add(listener);
    }

    /** Called with the command and the station's words where it does not take one. */
    onRefusal(listener) {
        this.#refusals.add(listener);
    }

    /** The command of a kind for an object that waits, or that the stream has not shown yet. */
    get(kind, id) {
        // Asked thousands of times a second, and almost always empty.
        if (this.#entries.size === 0) return null;
        return this.#entries.get(`${kind}:${id}`) ?? null;
    }

    get isEmpty() {
        return this.#entries.size === 0;
    }

    /** How many commands the station does not have yet. */
    get waiting() {
        let count = 0;
        for (const entry of this.#entries.values()) if (entry.done === null) count += 1;
        return count;
    }

    get oldest() {
        let oldest = null;
        for (const entry of this.#entries.values()) {
            if (entry.done === null && (oldest === null || entry.at < oldest)) oldest = entry.at;
        }
        return oldest;
    }

    /** A later command of the same kind for the same object takes the place of an earlier one. */
    send(kind, id, path, body) {
        const key = `${kind}:${id}`;
        this.#entries.set(key, { key, path, body, at: Date.now(), tries: 0, due: 0, done: null });
        this.#keep();
        this.#tell();
        this.pump();
    }

    /** Forgets a command that the station has, when the stream shows what it changed. */
    settle(kind, id) {
        const key = `${kind}:${id}`;
        const entry = this.#entries.get(key);
        if (entry && entry.done !== null) this.#entries.delete(key);
    }

    pause() {
        this.#paused = true;
    }

    /** Sends what waits, without waiting for its turn. */
    resume() {
        this.#paused = false;
        for (const entry of this.#entries.values()) entry.due = 0;
        this.pump();
    }

    pump() {
        clearTimeout(this.#timer);
        if (this.#paused) return;
        const now = Date.now();
        let next = Infinity;
        for (const entry of [...this.#entries.values()]) {
            if (entry.done !== null) {
                if (now - entry.done > SETTLING) {
                    this.#entries.delete(entry.key);
                    this.#tell();
                } else next = Math.min(next, entry.done + SETTLING + 50);
            } else if (now - entry.at > OLDEST) this.#refuse(entry, 0, "");
            else if (this.#busy.has(entry.key)) continue;
            else if (entry.due <= now) this.#deliver(entry);
            else next = Math.min(next, entry.due);
        }
        if (next < Infinity) this.#timer = setTimeout(() => this.pump(), Math.max(50, next - now));
    }

    async #deliver(entry) {
        this.#busy.add(entry.key);
        try {
            await post(entry.path, entry.body);
            if (this.#entries.get(entry.key) === entry) entry.done = Date.now();
        } catch (error) {
            // A later click under this key counts, whatever became of the earlier one.
            if (this.#entries.get(entry.key) === entry) this.#failed(entry, error);
        }
        this.#busy.delete(entry.key);
        this.#keep();
        this.#tell();
        this.pump();
    }

    #failed(entry, error) {
        if (error?.status === 401) {
            this.#paused = true;
            this.onStranger();
        } else if (REFUSING.has(error?.status)) this.#refuse(entry, error.status, error.message);
        else {
            entry.tries += 1;
            entry.due = Date.now() + Math.min(LONGEST_PAUSE, 1000 * 2 ** Math.min(entry.tries - 1, 10));
        }
    }

    #refuse(entry, status, message) {
        this.#entries.delete(entry.key);
        this.#keep();
        for (const listener of this.#refusals) listener(entry, status, message);
        this.#tell();
    }

    #keep() {
        const waiting = [...this.#entries.values()].filter((entry) => entry.done === null)
            .map(({ key, path, body, at }) => ({ key, path, body, at }));
        try {
            localStorage.setItem(KEY, JSON.stringify(waiting));
        } catch {
            // A full or private browser keeps nothing over a reload; the open page keeps all.
        }
    }

    #tell() {
        for (const listener of this.#listeners) listener();
    }
}
