// The place that was touched on the map: its coordinates, height, and the way there.
import { groundHeight } from "./api.js";
import { notations } from "./coordinates.js";
import { copy } from "./copying.js";
import { direction } from "./directions.js";
import { button, byId, icon, make, setHidden, setText } from "./dom.js";
import { t } from "./i18n.js";
import { choosePlace, forgetChosenPlace, reference } from "./place.js";
import { announce } from "./notes.js";
import { setting } from "./settings.js";
import { bearing, distance, number } from "./words.js";

export class PlaceCard {
    #root = byId("place");
    #place = null;
    #heightNote = null;
    #way = null;
    #closed;

    /** `closed(place or null)` is told what the map is to mark. */
    constructor(closed) {
        this.#closed = closed;
    }

    get isOpen() {
        return !this.#root.hidden;
    }

    open(latitude, longitude) {
        this.#place = { latitude, longitude };
        this.#closed(this.#place);
        this.relabel();
        setHidden(this.#root, false);
        announce(`${t("place.title")}: ${this.#texts()[0].text}`);
        this.#askHeight();
    }

    close() {
        this.#place = null;
        setHidden(this.#root, true);
        this.#closed(null);
    }

    #texts() {
        const { latitude, longitude } = this.#place;
        const texts = notations.map(({ name, text }) => ({ name,
            text: text(latitude, longitude) })).filter(({ text }) => text !== null);
        const first = texts.findIndex(({ name }) => name === setting("notation"));
        if (first > 0) texts.unshift(...texts.splice(first, 1));
        return texts;
    }

    relabel() {
        if (!this.#place) return;
        const rows = make("dl", { class: "places" });
        for (const { name, text } of this.#texts()) {
            const title = t(`notation.${name}`);
            rows.append(make("div", { class: "place-row" }, make("dt", { text: title }), make("dd", {},
                make("span", { class: "place-text", text }),
                make("button", {
                    type: "button", class: "button square quiet", "aria-label": t("copy.as", { name: title }),
                        title: t("copy.as", { name: title }),
                    click: () => copy(text),
                }, icon("copy")))));
        }
        this.#heightNote = make("p", { class: "position-note", text: t("place.height_wait") });
        this.#way = make("p", { class: "position-way" });
        const { latitude, longitude } = this.#place;
        const isChosen = reference()?.kind === "chosen";
        this.#root.replaceChildren(
            make("header", { class: "card-head" }, make("h2", { text: t("place.title") }),
                make("button", { type: "button", class: "button square quiet", "aria-label": t("close"),
                    title: t("close"), click: () => this.close() }, icon("cross"))),
            rows, this.#way, this.#heightNote,
            make("div", { class: "pair" },
                button("pin", t("place.measure"), {
                    click: () => {
                        choosePlace(latitude, longitude);
                        this.relabel();
                        this.#askHeight();
                    },
                }),
                isChosen ? button("cross", t("place.forget"), {
                    click: () => {
                        forgetChosenPlace();
                        this.relabel();
                        this.#askHeight();
                    },
                }) : null));
        this.draw();
    }

    draw() {
        if (!this.#place || !this.#way) return;
        const from = reference();
        setHidden(this.#way, !from);
        if (!from) return;
        const way = direction(from, this.#place);
        setText(this.#way, t(`position.from_${from.kind}`,
            { distance: distance(way.distance), bearing: bearing(way.bearing) }));
    }

    async #askHeight() {
        const place = this.#place;
        let height = null;
        try {
            height = await groundHeight(place.latitude, place.longitude);
        } catch {
            // Without an answer the height is unknown, as it is without terrain.
        }
        if (place !== this.#place) return;
        setText(this.#heightNote,
            height === null ? t("place.height_unknown") : t("place.height", { height: `${number(height)} m` }));
    }
}
