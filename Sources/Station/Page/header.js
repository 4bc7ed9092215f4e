// The bar at the top: the line to the station, what waits to be sent, sound, theme and language; and what is in
// trouble.
import { byId, icon, make, setAttribute, setHidden, setText } from "./dom.js";
import { language, switchLanguage, t } from "./i18n.js";
import { change, onChange, theme } from "./settings.js";
import { onSoundState, soundState, toggleMuted } from "./sound.js";
import { clockTime, span } from "./words.js";

// A change of access points takes about that long and is no trouble.
const PATIENCE = 2500;

export class Header {
    #store;
    #outbox;
    #connection;
    #troubles = byId("troubles");
    #lost = make("div", { class: "trouble lost" });
    /** How many alerts wait: the browser's tab tells it. */
    openAlerts = 0;
    #parts = { text: make("span"), next: make("span", { class: "trouble-next", "aria-live": "off" }) };

    constructor(store, outbox, connection) {
        this.#store = store;
        this.#outbox = outbox;
        this.#connection = connection;
        byId("sound").addEventListener("click", toggleMuted);
        byId("theme").addEventListener("click", switchTheme);
        byId("language").addEventListener("click", switchLanguage);
        onSoundState(() => this.drawTools());
        onChange(() => this.drawTools());
        this.relabel();
    }

    relabel() {
        this.#lost.replaceChildren(icon("alert"), make("p", {}, this.#parts.text, " ", this.#parts.next),
            make("button", { type: "button", class: "button strong", text: t("connection.try"),
                click: () => this.#connection.tryNow() }));
        this.drawTools();
        this.tick();
    }

    drawTools() {
        const state = soundState();
        const sound = byId("sound");
        sound.replaceChildren(icon(state === "on" ? "sound" : "muted"));
        setAttribute(sound, "data-state", state);
        this.#label(sound, t(`sound.${state}`));
        setAttribute(sound, "aria-pressed", String(state !== "muted"));
        byId("theme").replaceChildren(icon(theme() === "dark" ? "sun" : "moon"));
        this.#label(byId("theme"), t(theme() === "dark" ? "theme.to_light" : "theme.to_dark"));
        setText(byId("language"), language() === "en" ? "中文" : "EN");
        this.#label(byId("language"), t("language.other"));
        setAttribute(byId("language"), "lang", t("language.other_tag"));
    }

    #label(button, text) {
        setAttribute(button, "aria-label", text);
        setAttribute(button, "title", text);
    }

    /** Once a second, and after each change. */
    tick() {
        const { phase, since, next } = this.#connection.status;
        const isLost = phase === "lost" && Date.now() - since > PATIENCE;
        const shown = phase === "lost" && !isLost ? "loading" : phase;
        setAttribute(byId("connection"), "data-phase", shown);
        setText(byId("connection-text"),
            shown === "lost" ? t("connection.lost_for", { span: span(Date.now() - since) }) : t(`connection.${shown}`));
        setAttribute(document.body, "data-phase", shown);
        const waiting = this.#outbox.waiting;
        setHidden(byId("pending"), waiting === 0);
        setText(byId("pending"), t("pending.count", { count: waiting }));
        this.#drawTroubles(isLost, since, next, waiting);
        const name = this.#store.station.name;
        setText(byId("station-name"), name || "Arete");
        const alarm = this.openAlerts ? `(${this.openAlerts}) ` : "";
        document.title = alarm + (name ? `${name} · Arete` : "Arete");
    }

    #drawTroubles(isLost, since, next, waiting) {
        const { station } = this.#store;
        const texts = [];
        if (station.store?.trouble) texts.push(t("trouble.store", { text: station.store.trouble }));
        for (const port of station.ports ?? []) {
            if (port.trouble) texts.push(t("trouble.port", { place: port.place, text: port.trouble }));
        }
        for (const forward of station.forwards ?? []) {
            if (forward.trouble) texts.push(t("trouble.forward", { name: forward.name, text: forward.trouble }));
        }
        if (isLost) {
            // What is read out says the hour, which stands still; the countdown is for the eye alone.
            setText(this.#parts.text,
                t("connection.lost",
                    { time: clockTime(since, Date.now()) }) + (waiting ? ` ${t("connection.kept", { count: waiting })}`
                        : ""));
            const seconds = Math.max(0, Math.ceil(((next ?? Date.now()) - Date.now()) / 1000));
            setText(this.#parts.next, seconds > 0 ? t("connection.next", { seconds }) : t("connection.trying"));
        }
        const key = `${isLost} ${texts.join("\n")}`;
        if (this.#troubles.dataset.key === key && this.#troubles.dataset.language === language()) return;
        this.#troubles.dataset.key = key;
        this.#troubles.dataset.language = language();
        this.#troubles.replaceChildren(...(isLost ? [this.#lost] : []),
            ...texts.map((text) => make("div", { class: "trouble" }, icon("alert"), make("p", { text }))));
    }
}

export function switchTheme() {
    change("theme", theme() === "dark" ? "light" : "dark");
}
