// Copies a text for other programs, also where the browser's clipboard wants HTTPS and has none.
import { make } from "./dom.js";
import { t } from "./i18n.js";
import { note } from "./notes.js";

function copyBySelection(text) {
    const field = make("textarea", { class: "hidden-text", "aria-hidden": "true", tabindex: "-1" });
    field.value = text;
    document.body.append(field);
    const focused = document.activeElement;
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    focused?.focus?.();
    return done;
}

export async function copy(text) {
    let done = false;
    try {
        await navigator.clipboard.writeText(text);
        done = true;
    } catch {
        done = copyBySelection(text);
    }
    note(done ? t("copy.done", { text }) : t("copy.failed", { text }), done ? "good" : "bad");
}
