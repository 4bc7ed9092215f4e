// What the map shows, with the meaning of its symbols.
import { byId, make } from "./dom.js";
import { t } from "./i18n.js";
import { areaColour } from "./map/palette.js";
import { drawSymbol } from "./map/symbols.js";
import { couple } from "./menus.js";
import { change, setting } from "./settings.js";

const defaults = { terrain: true, area: true, paths: true, footprints: true, ellipses: true, labels: true,
    graticule: true, false: true, gone: true };

const LEGEND = [["alert", "fresh", false], ["alerted", "fresh", false], ["open", "fresh", false],
    ["confirmed", "fresh", false],
    ["false", "fresh", false], ["open", "recent", false], ["open", "old", false], ["open", "unknown", false],
        ["open", "old", true]];
const LEGEND_TEXTS = ["kind.alert", "kind.alerted", "kind.open", "kind.confirmed", "kind.false", "legend.recent",
    "legend.old",
    "legend.unknown", "legend.gone"];

export function shownLayers() {
    return { ...defaults, ...setting("layers") };
}

export class Layers {
    #menu = byId("layers");
    #legend = byId("area-legend");
    #changed;

    constructor(changed) {
        this.#changed = changed;
        couple(byId("layers-button"), this.#menu);
        this.relabel();
    }

    relabel() {
        this.#menu.replaceChildren(make("h2", { text: t("layers.title") }));
        for (const name of Object.keys(defaults)) {
            const box = make("input", { type: "checkbox", id: `layer-${name}` });
            box.checked = shownLayers()[name];
            box.addEventListener("change", () => {
                change("layers", { ...setting("layers"), [name]: box.checked });
                this.#changed();
            });
            this.#menu.append(make("label", { class: "check", for: `layer-${name}` }, box,
                make("span", { text: t(`layer.${name}`) })));
        }
        this.#menu.append(make("h3", { text: t("legend.title") }));
        const list = make("ul", { class: "legend" });
        LEGEND.forEach(([kind, age, gone], index) => {
            const canvas = make("canvas", { width: 80, height: 80, class: "legend-symbol", "aria-hidden": "true" });
            const context = canvas.getContext("2d");
            context.setTransform(2, 0, 0, 2, 40, 40);
            drawSymbol(context, kind, age, gone);
            list.append(make("li", {}, canvas, make("span", { text: t(LEGEND_TEXTS[index]) })));
        });
        this.#menu.append(list);
        this.#drawLegend();
    }

    #drawLegend() {
        const bar = make("canvas", { width: 160, height: 12, class: "area-bar", "aria-hidden": "true" });
        const context = bar.getContext("2d");
        for (let x = 0; x < 160; x += 1) {
            const [red, green, blue, opacity] = areaColour(x / 159);
            context.fillStyle = `rgba(${red}, ${green}, ${blue}, ${opacity / 255})`;
            context.fillRect(x, 0, 1, 12);
        }
        this.#legend.replaceChildren(make("span", { text: t("area.legend") }),
            make("span", { class: "area-scale" }, make("span", { text: "0" }), bar, make("span", { text: "100 %" })));
    }
}
