// Keys that work everywhere on the page, as long as nobody types and they are not switched off.
import { setting } from "./settings.js";

/** `actions` by key. Escape always works; the others only without Ctrl, Alt and Meta. */
export function listenToKeys(actions) {
    document.addEventListener("keydown", (event) => {
        if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
        const target = event.target;
        if (target.closest?.("input, select, textarea, dialog") && event.key !== "Escape") return;
        if (event.key !== "Escape" && !setting("shortcuts")) return;
        const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
        if (!action) return;
        if (action() !== false) event.preventDefault();
    });
}
