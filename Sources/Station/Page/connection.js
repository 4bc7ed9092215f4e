// Keeps the store as the station has it: fetches the state, follows the changes, comes back after each loss.
import { fetchState, openChanges } from "./api.js";
import { EventReader } from "./events.js";

// The station sends at least a comment each 15 s; a line that is silent for longer is dead, whatever the network says.
const SILENCE = 35000;
const FIRST_BYTE = 20000;
const LONGEST_PAUSE = 15000;
const RESETS_APART = 5000;

export class Connection {
    #store;
    #listeners = new Set();
    #running = false;
    #wake = () => {};
    #abort = new AbortController();
    #whole = false;
    #attempts = 0;
    #silence = 0;
    #resetAt = 0;

    /** phase: "idle", "loading", "live" or "lost"; `since` and `next` in the tablet's milliseconds. */
    status = { phase: "idle", since: Date.now(), next: null };
    /** Called where the station does not know this browser (any more). */
    onStranger = () => {};

    constructor(store) {
        this.#store = store;
        window.addEventListener("online", () => this.tryNow());
        document.addEventListener("visibilitychange", () => {
            if (document.visibilityState === "visible" && this.status.phase === "lost") this.tryNow();
        });
    }

    onStatus(listener) {
        this.#listeners.add(listener);
    }

    start() {
        if (this.#running) return;
        this.#running = true;
        this.#attempts = 0;
        this.#follow();
    }

    stop() {
        this.#running = false;
        this.#abort.abort();
        this.#wake();
        this.#tell("idle");
    }

    tryNow() {
        this.#attempts = 0;
        this.#wake();
    }

    #tell(phase, next = null) {
        const since = phase === this.status.phase ? this.status.since : Date.now();
        this.status = { phase, since, next };
        for (const listener of this.#listeners) listener(this.status);
    }

    async #follow() {
        while (this.#running) {
            try {
                if (!this.#whole) {
                    if (this.status.phase !== "lost") this.#tell("loading");
                    this.#store.replaceAll(await fetchState());
                    this.#whole = true;
                }
                await this.#stream();
            } catch (error) {
                if (error?.status === 401) {
                    this.stop();
                    this.onStranger();
                    return;
                }
            }
            if (!this.#running) return;
            // The station asked to begin anew: at once, but not again and again.
            if (!this.#whole && this.status.phase === "live" && Date.now() - this.#resetAt > RESETS_APART) {
                this.#resetAt = Date.now();
                continue;
            }
            await this.#pause();
        }
    }

    async #pause() {
        // The first attempt follows at once: an access point that changed costs no more than that.
        const base = this.#attempts === 0 ? 300 : Math.min(LONGEST_PAUSE, 1000 * 2 ** (this.#attempts - 1));
        const wait = base * (0.75 + Math.random() / 2);
        this.#attempts = Math.min(this.#attempts + 1, 10);
        this.#tell("lost", Date.now() + wait);
        await new Promise((resolve) => {
            const timer = setTimeout(resolve, wait);
            this.#wake = () => {
                clearTimeout(timer);
                resolve();
            };
        });
        this.#wake = () => {};
    }

    #hearken(patience) {
        clearTimeout(this.#silence);
        this.#silence = setTimeout(() => this.#abort.abort(), patience);
    }

    async #stream() {
        this.#abort = new AbortController();
        this.#hearken(FIRST_BYTE);
        try {
            const reader = await openChanges(this.#store.revision, this.#abort.signal);
            this.#attempts = 0;
            this.#tell("live");
            this.#hearken(SILENCE);
            const events = new EventReader();
            for (;;) {
                const { value, done } = await reader.read();
                if (done) return;
                this.#hearken(SILENCE);
                for (const event of events.take(value)) {
                    if (event.event === "reset") {
                        this.#whole = false;
                        return;
                    }
                    if (event.event === "changes") this.#takeChanges(event.data);
                }
            }
        } finally {
            clearTimeout(this.#silence);
            this.#abort.abort();
        }
    }

    #takeChanges(data) {
        let changes;
        try {
            changes = JSON.parse(data);
        } catch {
            // Half a message is none: the state is fetched anew.
            this.#whole = false;
            this.#abort.abort();
            return;
        }
        this.#store.apply(changes);
    }
}
