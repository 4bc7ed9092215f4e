// What this tablet's user chose, kept in the browser.

const KEY = "arete.settings";
const listeners = new Set();

const defaults = {
    language: null,
    theme: null,
    muted: false,
    repeatSound: true,
    notation: "decimal",
    shortcuts: true,
    keepAwake: true,
    layers: {},
    sort: "need",
    filter: "all",
    panel: true,
    chosenPlace: null,
};

function stored() {
    try {
        const value = JSON.parse(localStorage.getItem(KEY) ?? "{}");
        return value && typeof value === "object" ? value : {};
    } catch {
        return {};
    }
}

const values = { ...defaults, ...stored() };

export function setting(name) {
    return values[name];
}

export function change(name, value) {
    values[name] = value;
    try {
        localStorage.setItem(KEY, JSON.stringify(values));
    } catch {
        // A private window keeps nothing; the choice holds as long as the page is open.
    }
    for (const listener of listeners) listener(name);
}

export function onChange(listener) {
    listeners.add(listener);
}

export function theme() {
    return values.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}
