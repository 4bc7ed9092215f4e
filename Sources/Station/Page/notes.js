// Short notes that come and go: what was done, or why not.
import { byId, icon, make } from "./dom.js";
import { t } from "./i18n.js";

const SHOWN = 4000;

/** A note that is read out too. Kind "good" goes by itself; "bad" stays until it is closed. */
export function note(text, kind = "good") {
    const element = make("div", { class: `note ${kind}` }, make("span", { text }));
    if (kind === "bad") {
        element.append(make("button", {
            type: "button", class: "button square quiet", "aria-label": t("close"), click: () => element.remove(),
        }, icon("cross")));
    } else setTimeout(() => element.remove(), SHOWN);
    const notes = byId("notes");
    notes.append(element);
    while (notes.children.length > 4) notes.firstChild.remove();
    announce(text);
}

/** Read out when the reader has time for it. */
export function announce(text) {
    byId("polite").textContent = "";
    setTimeout(() => { byId("polite").textContent = text; }, 50);
}

/** Read out at once. */
export function announceNow(text) {
    byId("assertive").textContent = "";
    setTimeout(() => { byId("assertive").textContent = text; }, 50);
}
