// What can be taken away as files.
import { byId, icon, make } from "./dom.js";
import { t } from "./i18n.js";
import { couple } from "./menus.js";

const KINDS = {
    detections: ["geojson", "kml", "gpx", "csv"],
    flights: ["geojson", "kml", "gpx", "csv"],
    area: ["geojson", "kml"],
};
const NAMES = { geojson: "GeoJSON", kml: "KML", gpx: "GPX", csv: "CSV" };

export class Exports {
    #store;
    #menu = byId("exports");
    #onlyConfirmed = false;

    constructor(store) {
        this.#store = store;
        couple(byId("exports-button"), this.#menu);
        this.relabel();
    }

    relabel() {
        const box = make("input", { type: "checkbox", id: "only-confirmed" });
        box.checked = this.#onlyConfirmed;
        box.addEventListener("change", () => {
            this.#onlyConfirmed = box.checked;
            this.#address();
        });
        this.#menu.replaceChildren(make("h2", { text: t("exports.title") }));
        for (const [kind, formats] of Object.entries(KINDS)) {
            if (kind === "area" && !this.#store.area) continue;
            const heading = make("h3", { id: `export-${kind}`, text: t(`exports.${kind}`) });
            const links = formats.map((format) => make("a", {
                class: "button", "data-kind": kind, "data-format": format, download: true,
                    "aria-describedby": `export-${kind}`,
            }, icon("download"), NAMES[format]));
            this.#menu.append(heading, make("div", { class: "export-links" }, ...links));
            if (kind === "detections") {
                this.#menu.append(make("label", { class: "check", for: "only-confirmed" }, box,
                    make("span", { text: t("exports.confirmed") })));
            }
        }
        this.#address();
    }

    #address() {
        for (const link of this.#menu.querySelectorAll("a")) {
            const filter = this.#onlyConfirmed && link.dataset.kind === "detections" ? "?verdict=confirmed" : "";
            link.href = `/export/${link.dataset.kind}.${link.dataset.format}${filter}`;
        }
    }
}
