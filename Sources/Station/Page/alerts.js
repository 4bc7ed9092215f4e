// Alerts that nobody acknowledged: banner, sound and spoken word.
import { stationNow } from "./clock.js";
import { direction } from "./directions.js";
import { button, byId, icon, make, setHidden, setText } from "./dom.js";
import { t } from "./i18n.js";
import { announceNow } from "./notes.js";
import { reference } from "./place.js";
import { setting } from "./settings.js";
import { alarm } from "./sound.js";
import { agoOrHeard, bearing, distance, label, ruleName } from "./words.js";

// The alarm again, as long as nobody acknowledged; and no more often than it takes to hear it out.
const AGAIN = 20000;
const APART = 2500;

export class Alerts {
    #store;
    #commands;
    #show;
    #banner = byId("banner");
    #parts = {};
    #soundedAt = 0;
    #current = null;

    /** `show(id)` shows a detection. */
    constructor(store, commands, show) {
        this.#store = store;
        this.#commands = commands;
        this.#show = show;
        this.relabel();
    }

    relabel() {
        const parts = this.#parts = {
            text: make("p", { class: "banner-text" }),
            more: make("p", { class: "banner-more" }),
            show: button("pin", t("alerts.show"), { click: () => this.#showCurrent() }),
            acknowledge: button("check", t("alerts.acknowledge"),
                { class: "button strong", "aria-keyshortcuts": "a", click: () => this.acknowledge() }),
            all: button(null, "", { click: () => this.#acknowledgeAll() }),
        };
        this.#banner.replaceChildren(icon("alert"), make("div", { class: "banner-words" }, parts.text, parts.more),
            make("div", { class: "banner-buttons" }, parts.show, parts.all, parts.acknowledge));
        this.draw();
    }

    /** Alerts that nobody acknowledged, the newest first. */
    get open() {
        const open = [];
        for (const alert of this.#store.alerts.values()) if (!this.#commands.isAcknowledged(alert)) open.push(alert);
        return open.sort((a, b) => (b.heard ?? 0) - (a.heard ?? 0));
    }

    /** Sounds and tells of alerts that are new. */
    take(fresh) {
        const open = fresh.filter((alert) => !this.#commands.isAcknowledged(alert));
        if (open.length === 0) return;
        this.#sound();
        const newest = open.reduce((a, b) => ((b.heard ?? 0) > (a.heard ?? 0) ? b : a));
        const more = open.length > 1 ? ` ${t("alerts.more", { count: open.length - 1 })}` : "";
        announceNow(`${t("alerts.new")} ${this.#words(newest)}${more}`);
    }

    #sound() {
        const now = Date.now();
        if (now - this.#soundedAt < APART) return;
        this.#soundedAt = now;
        alarm();
    }

    tick() {
        if (this.#banner.hidden) return;
        this.draw();
        if (setting("repeatSound") && Date.now() - this.#soundedAt > AGAIN) this.#sound();
    }

    #words(alert) {
        const track = this.#store.tracks.get(alert.track);
        const parts = [track ? label(track.label) : t(alert.kind === "part" ? "alerts.part" : "alerts.unknown")];
        if (alert.rule) parts.push(ruleName(alert.rule));
        parts.push(alert.sender);
        const from = reference();
        if (track?.position && from) {
            const way = direction(from, track.position);
            parts.push(`${distance(way.distance)} ${bearing(way.bearing)}`);
        }
        parts.push(agoOrHeard(alert.time, alert.heard, stationNow()));
        return parts.join(" · ");
    }

    draw() {
        const open = this.open;
        this.#current = open[0] ?? null;
        setHidden(this.#banner, open.length === 0);
        if (!this.#current) return;
        const { text, more, show, all } = this.#parts;
        setText(text, this.#words(this.#current));
        setHidden(more, open.length < 2);
        setText(more, t("alerts.more", { count: open.length - 1 }));
        setHidden(show, !this.#store.tracks.has(this.#current.track));
        setHidden(all, open.length < 2);
        setText(all.querySelector(".button-text"), t("alerts.acknowledge_all", { count: open.length }));
    }

    #showCurrent() {
        if (this.#current?.track) this.#show(this.#current.track);
    }

    acknowledge() {
        if (this.#current) this.#commands.acknowledge(this.#current);
    }

    #acknowledgeAll() {
        for (const alert of this.open) this.#commands.acknowledge(alert);
    }
}
