// The panel's three tabs, as the ARIA practices describe them: arrows move, and the tab that has the focus is shown.
import { byId, setAttribute, setHidden } from "./dom.js";

const NAMES = ["detections", "cameras", "links"];

export class Tabs {
    #changed;
    current = "detections";

    constructor(changed) {
        this.#changed = changed;
        NAMES.forEach((name, index) => {
            const tab = byId(`tab-${name}`);
            tab.addEventListener("click", () => this.show(name));
            tab.addEventListener("keydown", (event) => {
                const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
                if (!step) return;
                event.preventDefault();
                const next = NAMES[(index + step + NAMES.length) % NAMES.length];
                this.show(next);
                byId(`tab-${next}`).focus();
            });
        });
        this.show("detections");
    }

    show(name) {
        this.current = name;
        for (const each of NAMES) {
            setHidden(byId(each), each !== name);
            setAttribute(byId(`tab-${each}`), "aria-selected", String(each === name));
            setAttribute(byId(`tab-${each}`), "tabindex", each === name ? "0" : "-1");
        }
        this.#changed(name);
    }
}
