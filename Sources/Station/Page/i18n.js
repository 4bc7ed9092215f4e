// The page's texts in the chosen language.
import en from "./i18n/en.js";
import zhHant from "./i18n/zh-Hant.js";
import { change, setting } from "./settings.js";

const languages = { "en": { texts: en, tag: "en" }, "zh-Hant": { texts: zhHant, tag: "zh-Hant-TW" } };

/** "en" or "zh-Hant": what was chosen, else what the browser prefers. */
export function language() {
    if (languages[setting("language")]) return setting("language");
    for (const wanted of navigator.languages ?? []) {
        if (/^zh/i.test(wanted)) return "zh-Hant";
        if (/^en/i.test(wanted)) return "en";
    }
    return "en";
}

export const languageTag = () => languages[language()].tag;

export function switchLanguage() {
    change("language", language() === "en" ? "zh-Hant" : "en");
}

/** The text of a key; `{name}` in it is replaced by the value of that name. Texts that count are functions. */
export function t(key, values = {}) {
    const text = languages[language()].texts[key];
    if (typeof text === "function") return text(values);
    if (text === undefined) return key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** The text of a key, or what is given where no text is known for it: for names that senders choose. */
export function known(key, otherwise) {
    return key in languages[language()].texts ? t(key) : otherwise;
}

/** Fills the elements that name their text or label by a key. */
export function fillTexts(root = document) {
    document.documentElement.lang = languageTag();
    for (const element of root.querySelectorAll("[data-text]")) element.textContent = t(element.dataset.text);
    for (const element of root.querySelectorAll("[data-label]")) {
        element.setAttribute("aria-label", t(element.dataset.label));
        if (element.tagName === "BUTTON") element.title = t(element.dataset.label);
    }
}
