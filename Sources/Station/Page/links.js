// How the senders' links are: last heard, pace, loss, what waits, and what is wrong with their cameras.
import { stationNow } from "./clock.js";
import { byId, icon, make, setAttribute, setHidden, setText } from "./dom.js";
import { known, t } from "./i18n.js";
import { ago, cameraName, number, percent, rate } from "./words.js";

const QUIET = 30000;
const SILENT = 120000;
const LOSSY = 0.2;
// Who was heard longer ago has gone home.
const TODAY = 12 * 3600000;

/** "good", "quiet", "silent", "never", or "foreign" where this station has no pairing with it (any more). */
export function linkState(sender, now) {
    if (sender.paired === false) return "foreign";
    if (sender.heard === null || sender.heard === undefined) return "never";
    const silence = now - sender.heard;
    return silence < QUIET ? "good" : silence < SILENT ? "quiet" : "silent";
}

function drawSparkline(canvas, samples) {
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (width === 0) return;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    const most = Math.max(1, ...samples);
    const step = width / 119;
    const left = width - (samples.length - 1) * step;
    const style = getComputedStyle(canvas);
    context.beginPath();
    samples.forEach((sample, index) => context.lineTo(left + index * step, height - 2 - (height - 5) * sample / most));
    context.lineWidth = 2;
    context.lineJoin = "round";
    context.strokeStyle = style.color;
    context.stroke();
    context.lineTo(width, height);
    context.lineTo(left, height);
    context.globalAlpha = 0.18;
    context.fillStyle = style.color;
    context.fill();
}

export class Links {
    #store;
    #root = byId("links");
    #cards = new Map();
    #empty = make("p", { class: "empty" });

    constructor(store) {
        this.#store = store;
    }

    relabel() {
        this.#cards.clear();
        this.#root.replaceChildren();
        this.draw();
    }

    /** How many of today's senders are heard no more. */
    get troubled() {
        const now = stationNow();
        return [...this.#store.senders.values()].filter((sender) => now - sender.heard < TODAY
            && ["quiet", "silent"].includes(linkState(sender, now))).length;
    }

    #makeCard(sender) {
        const values = {};
        const fact = (key) => {
            values[key] = make("dd");
            return make("div", {}, make("dt", { text: t(`link.${key}`) }), values[key]);
        };
        const card = {
            values,
            root: make("section", { class: "card" }),
            state: make("span", { class: "state" }),
            name: make("h2"),
            spark: make("canvas", { class: "spark", "aria-hidden": "true" }),
            clock: make("p", { class: "warning" }, icon("clock"), make("span", { text: t("link.clock_unknown") })),
            faults: make("p", { class: "warning" }),
            texts: make("ul", { class: "texts" }),
        };
        card.root.append(make("header", { class: "card-head" }, card.name, card.state),
            make("dl", { class: "facts grid" }, fact("heard"), fact("rate"), fact("lost"), fact("waiting")),
            card.spark, card.clock, card.faults, card.texts);
        this.#cards.set(sender.id, card);
        return card;
    }

    draw() {
        if (this.#root.hidden) return;
        const now = stationNow();
        const senders = [...this.#store.senders.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
        const station = this.#stationCard ??= make("section", { class: "card" });
        const order = senders.map((sender) => {
            const card = this.#cards.get(sender.id) ?? this.#makeCard(sender);
            this.#drawCard(card, sender, now);
            return card.root;
        });
        setText(this.#empty, t("link.none"));
        this.#drawStation(station);
        const wanted = [...order, ...(order.length ? [] : [this.#empty]), station];
        if (wanted.length !== this.#root.children.length
            || wanted.some((element, index) => this.#root.children[index] !== element)) {
            this.#root.replaceChildren(...wanted);
        }
        for (const sender of senders) drawSparkline(this.#cards.get(sender.id).spark,
            this.#store.rates.get(sender.id) ?? []);
    }

    #stationCard = null;

    #drawCard(card, sender, now) {
        const state = linkState(sender, now);
        setText(card.name, sender.name);
        setAttribute(card.state, "data-state", state);
        setText(card.state, t(`link.state_${state}`));
        setText(card.values.heard, ago(sender.heard, now));
        setText(card.values.rate, rate(sender.bytes_per_second));
        setText(card.values.lost, Number.isFinite(sender.packets_lost) ? percent(sender.packets_lost) : t("unknown"));
        setAttribute(card.values.lost, "data-bad", sender.packets_lost > LOSSY);
        setText(card.values.waiting, Number.isFinite(sender.waiting) ? number(sender.waiting) : t("unknown"));
        setHidden(card.clock, sender.clock !== "unknown");
        const faults = [];
        for (const camera of this.#store.cameras.values()) {
            if (this.#store.senderOf(camera) !== sender) continue;
            for (const fault of camera.health?.faults
                ?? []) faults.push(`${cameraName(camera)}: ${known(`fault.${fault}`, fault)}`);
        }
        setHidden(card.faults, faults.length === 0);
        setText(card.faults, faults.length ? `⚠ ${faults.join(" · ")}` : "");
        const texts = (sender.texts ?? []).map(({ text, heard }) => `${ago(heard, now)}: ${text}`);
        const key = texts.join("\n");
        setHidden(card.texts, texts.length === 0);
        if (card.texts.dataset.key === key) return;
        card.texts.dataset.key = key;
        card.texts.replaceChildren(...texts.map((text) => make("li", { text })));
    }

    #drawStation(card) {
        const { station } = this.#store;
        const refused = Object.entries(station.counts?.refused ?? {}).filter(([, count]) => count > 0);
        const facts = [
            ...(station.ports ?? []).map((port) => [t("station.port", { place: port.place }),
                port.trouble ?? t("station.fine")]),
            [t("station.taken"), number(station.counts?.taken ?? 0)],
            [t("station.refused"), refused.length
                ? refused.map(([reason, count]) => `${known(`refused.${reason}`, reason)} ${number(count)}`).join(", ")
                    : "0"],
            [t("station.store"), station.store?.trouble ?? t("station.fine")],
            ...(station.forwards
                ?? []).map((forward) => [t("station.forward", { name: forward.name }),
                    forward.trouble ?? t("station.fine")]),
            [t("station.terrain"), station.terrain?.trouble ?? t("station.fine")],
        ];
        const key = JSON.stringify(facts);
        if (card.dataset.key === key) return;
        card.dataset.key = key;
        card.replaceChildren(make("header", { class: "card-head" }, make("h2", { text: t("station.title") })),
            make("dl", { class: "facts" },
                ...facts.map(([name, text]) => make("div", {}, make("dt", { text: name }), make("dd", { text })))));
    }
}
