// The windows for help and for settings.
import { notations } from "./coordinates.js";
import { button, byId, icon, make } from "./dom.js";
import { language, switchLanguage, t } from "./i18n.js";
import { change, setting } from "./settings.js";

const SHORTCUTS = [
    ["j k", "keys.step"], ["c", "keys.confirm"], ["f", "keys.false"], ["u", "keys.undo"], ["b", "keys.bigger"],
        ["a", "keys.acknowledge"],
    ["v", "keys.show"], ["y", "keys.copy"], ["n", "keys.next_alert"], ["l", "keys.list"], ["m", "keys.map"],
        ["1 2 3", "keys.tabs"],
    ["p", "keys.panel"], ["s", "keys.sound"], ["t", "keys.theme"], ["g", "keys.language"], ["e", "keys.exports"],
        ["?", "keys.help"],
    ["Esc", "keys.escape"],
];
const MAP_KEYS = [["← ↑ → ↓", "keys.pan"], ["Shift ←", "keys.pan_far"], ["+ −", "keys.zoom"], ["0", "keys.fit"],
    ["Enter", "keys.middle"],
    ["␣", "keys.place"]];
const LIST_KEYS = [["↑ ↓", "keys.row"], ["PgUp PgDn", "keys.page"], ["Home End", "keys.ends"], ["Enter", "keys.open"]];

function head(id, text, dialog) {
    return make("div", { class: "card-head" }, make("h2", { id, text }),
        make("button", { type: "button", class: "button square quiet", "aria-label": t("close"), title: t("close"),
            click: () => dialog.close() }, icon("cross")));
}

function keyTable(title, rows) {
    const list = make("dl", { class: "keys" });
    for (const [keys, text] of rows) {
        const names = make("dt");
        keys.split(" ").forEach((key) => names.append(make("kbd", { text: key })));
        list.append(make("div", {}, names, make("dd", { text: t(text) })));
    }
    return make("section", {}, make("h3", { text: title }), list);
}

export function openHelp() {
    const dialog = byId("help");
    const on = make("input", { type: "checkbox", id: "shortcuts-on" });
    on.checked = setting("shortcuts");
    on.addEventListener("change", () => change("shortcuts", on.checked));
    dialog.replaceChildren(head("help-title", t("help.title"), dialog), make("p", { text: t("help.words") }),
        make("label", { class: "check", for: "shortcuts-on" }, on, make("span", { text: t("help.shortcuts_on") })),
        make("div", { class: "key-tables" }, keyTable(t("keys.everywhere"), SHORTCUTS),
            make("div", {}, keyTable(t("keys.on_map"), MAP_KEYS), keyTable(t("keys.on_list"), LIST_KEYS))));
    dialog.showModal();
}

function choice(legend, name, options, current, chosen) {
    const set = make("fieldset", {}, make("legend", { text: legend }));
    for (const [value, text] of options) {
        const input = make("input", { type: "radio", name, id: `${name}-${value}`, value });
        input.checked = value === current;
        input.addEventListener("change", () => chosen(value));
        set.append(make("label", { class: "check", for: `${name}-${value}` }, input, make("span", { text })));
    }
    return set;
}

/** `logout()` ends this browser's session. */
export function openSettings(logout) {
    const dialog = byId("settings");
    const repeat = make("input", { type: "checkbox", id: "repeat-sound" });
    repeat.checked = setting("repeatSound");
    repeat.addEventListener("change", () => change("repeatSound", repeat.checked));
    const awake = make("input", { type: "checkbox", id: "keep-awake" });
    awake.checked = setting("keepAwake");
    awake.addEventListener("change", () => change("keepAwake", awake.checked));
    dialog.replaceChildren(head("settings-title", t("settings.title"), dialog),
        choice(t("settings.language"), "language-choice", [["en", "English"], ["zh-Hant", "繁體中文"]], language(),
            (value) => {
            if (value === language()) return;
            switchLanguage();
            openSettingsAnew(logout);
        }),
        choice(t("settings.theme"), "theme-choice",
            [["auto", t("theme.auto")], ["light", t("theme.light")], ["dark", t("theme.dark")]],
            setting("theme") ?? "auto", (value) => change("theme", value === "auto" ? null : value)),
        choice(t("settings.notation"), "notation-choice", notations.map(({ name }) => [name, t(`notation.${name}`)]),
            setting("notation"),
            (value) => change("notation", value)),
        make("fieldset", {}, make("legend", { text: t("settings.sound") }),
            make("label", { class: "check", for: "repeat-sound" }, repeat,
                make("span", { text: t("settings.repeat") })),
            make("label", { class: "check", for: "keep-awake" }, awake, make("span", { text: t("settings.awake") }))),
        button(null, t("settings.logout"), { class: "button wide", click: () => { dialog.close(); logout(); } }));
    if (!dialog.open) dialog.showModal();
}

function openSettingsAnew(logout) {
    openSettings(logout);
    byId("settings").querySelector("input:checked")?.focus();
}
