// Puts the page together: who tells whom, and what happens when.
import { Alerts } from "./alerts.js";
import { logout } from "./api.js";
import { Cameras } from "./cameras.js";
import { Commands } from "./commands.js";
import { Connection } from "./connection.js";
import { placeText } from "./coordinates.js";
import { Detail } from "./detail.js";
import { openHelp, openSettings } from "./dialogs.js";
import { byId, setAttribute, setHidden, setText } from "./dom.js";
import { Exports } from "./exports.js";
import { Header, switchTheme } from "./header.js";
import { fillTexts, language, switchLanguage, t } from "./i18n.js";
import { listenToKeys } from "./keyboard.js";
import { Layers, shownLayers } from "./layers.js";
import { Links } from "./links.js";
import { DetectionList } from "./list.js";
import { Login } from "./login.js";
import { StationMap } from "./map/map.js";
import { closeMenu } from "./menus.js";
import { announce, note } from "./notes.js";
import { Outbox } from "./outbox.js";
import { onPlace, reference, tabletPlace, tabletTrouble, watchTablet } from "./place.js";
import { PlaceCard } from "./place-card.js";
import { change, onChange, setting, theme } from "./settings.js";
import { prepareSound, toggleMuted } from "./sound.js";
import { Store } from "./store.js";
import { Tabs } from "./tabs.js";
import { keepAwake } from "./wake.js";
import { distance } from "./words.js";

const CLOSE_UP = 16;
const MAP_AGES = 5000;
const CALM = 500;
const CALM_WHILE_MOVING = 2000;

document.documentElement.dataset.theme = theme();
fillTexts();

const store = new Store();
const outbox = new Outbox();
const commands = new Commands(store, outbox);
const connection = new Connection(store);
let listFocus = null;

const map = new StationMap(byId("map"), {
    track: (id) => openDetail(id, false),
    place: (latitude, longitude) => placeCard.open(latitude, longitude),
    moved: () => drawScale(),
    hover: (place) => drawReadout(place),
});
const placeCard = new PlaceCard((place) => map.setPin("place", place));
const header = new Header(store, outbox, connection);
const list = new DetectionList(store, commands, (id) => openDetail(id, true));
const detail = new Detail(store, commands, {
    close: closeDetail,
    step: stepDetail,
    show: (track) => track?.position && map.show(track.position.latitude, track.position.longitude, CLOSE_UP),
});
const alerts = new Alerts(store, commands, (id) => openDetail(id, true, true));
const links = new Links(store);
const cameras = new Cameras(store, commands, (latitude, longitude) => map.show(latitude, longitude, 15));
const exportsMenu = new Exports(store);
const layers = new Layers(drawMap);
const tabs = new Tabs(() => {
    links.draw();
    cameras.draw();
    list.tick();
});
const login = new Login(() => {
    outbox.resume();
    connection.start();
});

function openDetail(id, focus, center = false) {
    const track = store.tracks.get(id);
    if (!track) return;
    listFocus ??= document.activeElement;
    showPanel(true);
    tabs.show("detections");
    setHidden(byId("list-view"), true);
    detail.open(id);
    list.choose(id);
    map.select(id);
    if (focus) detail.focus();
    if (center && track.position) map.show(track.position.latitude, track.position.longitude, CLOSE_UP);
    else if (focus && track.position) map.show(track.position.latitude, track.position.longitude);
}

function closeDetail() {
    if (detail.id === null) return false;
    const id = detail.id;
    detail.close();
    map.select(null);
    setHidden(byId("list-view"), false);
    list.refresh(true);
    list.choose(id);
    if (listFocus === byId("map")) byId("map").focus();
    else list.focus();
    listFocus = null;
    return true;
}

function stepDetail(step) {
    const id = list.neighbour(detail.id, step);
    if (id !== null) openDetail(id, true);
    else announce(t("list.end"));
}

function nextAlert() {
    const open = alerts.open.filter((alert) => store.tracks.has(alert.track));
    const index = open.findIndex((alert) => alert.track === detail.id);
    const alert = open[(index + 1) % Math.max(1, open.length)];
    if (alert) openDetail(alert.track, true, true);
}

function showPanel(shown) {
    if (setting("panel") !== shown) change("panel", shown);
    setHidden(byId("panel"), !shown);
    setAttribute(byId("panel-button"), "aria-expanded", String(shown));
    byId("body").classList.toggle("without-panel", !shown);
}

function drawScale() {
    const metres = map.view.metresPerPixel * 130;
    const power = 10 ** Math.floor(Math.log10(metres));
    const length = [5, 2, 1].map((digit) => digit * power).find((each) => each <= metres) ?? power;
    byId("scale-bar").style.width = `${length / map.view.metresPerPixel}px`;
    setText(byId("scale-text"), distance(length));
    setAttribute(byId("scale"), "aria-label", t("map.scale", { length: distance(length) }));
    drawReadout(null);
}

function drawReadout(place) {
    const { latitude, longitude } = place ?? map.view;
    setText(byId("readout"), placeText(latitude, longitude, setting("notation")));
}

function shownEntries() {
    const shown = shownLayers();
    const entries = [];
    for (const track of store.tracks.values()) {
        const kind = commands.kind(track);
        if (kind === "false" && !shown.false && track.id !== detail.id) continue;
        if (track.state === "gone" && !shown.gone && kind === "open" && track.id !== detail.id) continue;
        entries.push({ track, kind });
    }
    return entries;
}

function drawMap() {
    map.setLayers(shownLayers());
    map.setTracks(shownEntries());
    setHidden(byId("area-legend"), !(shownLayers().area && store.area));
}

function drawTabs() {
    let decide = 0;
    for (const track of store.tracks.values()) if (commands.kind(track) === "alert") decide += 1;
    setText(byId("tab-detections"), t("tab.detections", { count: decide }));
    setText(byId("tab-cameras"), t("tab.cameras", { count: store.cameras.size }));
    const troubled = links.troubled;
    setText(byId("tab-links"), t("tab.links", { count: troubled }));
    setAttribute(byId("tab-detections"), "data-alarm", decide > 0);
    setAttribute(byId("tab-links"), "data-alarm", troubled > 0);
}

function drawDecisions() {
    decisionsDrawnAt = Date.now();
    commands.settle();
    map.setTracks(shownEntries());
    list.refresh();
    alerts.draw();
    if (detail.id !== null) detail.draw();
    cameras.draw();
    drawTabs();
    header.openAlerts = alerts.open.length;
    header.tick();
}

function drawAll() {
    drawMap();
    drawDecisions();
    links.draw();
}

// Thousands of tracks may change many times a second; nobody reads faster than this, and a slow tablet pans meanwhile.
let decisionsTimer = 0;
let decisionsDrawnAt = 0;

function drawDecisionsSoon() {
    if (decisionsTimer) return;
    decisionsTimer = setTimeout(() => {
        decisionsTimer = 0;
        drawDecisions();
    }, Math.max(0, decisionsDrawnAt + (map.isMoving ? CALM_WHILE_MOVING : CALM) - Date.now()));
}

store.subscribe((changed, fresh) => {
    if (fresh.length) drawDecisions();
    else if (changed.has("tracks") || changed.has("alerts")) drawDecisionsSoon();
    else if (changed.has("cameras") || changed.has("senders")) {
        cameras.draw();
        drawTabs();
    }
    if (changed.has("cameras")) map.setCameras(store.cameras.values());
    if (changed.has("senders") || changed.has("cameras") || changed.has("station")) links.draw();
    if (changed.has("area")) {
        map.setArea(store.area);
        exportsMenu.relabel();
        drawMap();
    }
    if (changed.has("station")) {
        header.tick();
        map.setTerrain(store.station.terrain);
    }
    alerts.take(fresh);
});

outbox.onChange(drawDecisions);
outbox.onRefusal((entry, status, message) => {
    note(status === 0 ? t("command.too_old") : t("command.refused", { message: message || String(status) }), "bad");
});

let wasLost = false;
connection.onStatus(({ phase, since }) => {
    header.tick();
    if (phase === "live") {
        outbox.resume();
        if (wasLost) {
            map.retryTiles();
            map.setArea(store.area);
            note(t("connection.regained"));
        }
        wasLost = false;
    } else if (phase === "lost" && Date.now() - since > 2500) wasLost = true;
});

function meetStranger() {
    connection.stop();
    outbox.pause();
    login.show();
}
connection.onStranger = meetStranger;
outbox.onStranger = meetStranger;

onPlace(() => {
    const from = reference();
    map.setPin("reference", from?.kind === "chosen" ? from : null);
    map.setPin("tablet", tabletPlace);
    setAttribute(byId("locate"), "aria-pressed", String(tabletPlace !== null));
    if (tabletTrouble) note(t(`place.${tabletTrouble}`), "bad");
    placeCard.draw();
    list.refresh();
    if (detail.id !== null) detail.draw();
});

onChange((name) => {
    if (name === "theme") {
        document.documentElement.dataset.theme = theme();
        map.setTheme(theme());
    }
    if (name === "notation") {
        map.setNotation(setting("notation"));
        drawReadout(null);
        placeCard.relabel();
        cameras.draw();
    }
    if (name === "language") relabel();
});

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => change("theme", setting("theme")));

function relabel() {
    fillTexts();
    for (const part of [header, list, detail, alerts, links, cameras, exportsMenu, layers, placeCard,
        login]) part.relabel();
    drawTabs();
    drawScale();
    list.refresh(true);
    map.invalidate();
}

byId("zoom-in").addEventListener("click", () => map.zoomBy(1));
byId("zoom-out").addEventListener("click", () => map.zoomBy(-1));
byId("fit").addEventListener("click", () => map.fit());
byId("panel-button").addEventListener("click", () => showPanel(byId("panel").hidden));
byId("help-button").addEventListener("click", openHelp);
byId("settings-button").addEventListener("click", () => openSettings(leave));
byId("locate").addEventListener("click", () => {
    watchTablet();
    if (tabletPlace) map.show(tabletPlace.latitude, tabletPlace.longitude, 14);
});

async function leave() {
    try {
        await logout();
        meetStranger();
    } catch {
        note(t("settings.logout_failed"), "bad");
    }
}

function withDetail(action) {
    return () => (detail.id === null ? false : action());
}

listenToKeys({
    "j": () => stepDetail(1),
    "k": () => stepDetail(-1),
    "c": withDetail(() => detail.confirm()),
    "f": withDetail(() => detail.dismiss()),
    "u": withDetail(() => detail.undo()),
    "b": withDetail(() => detail.ask()),
    "v": withDetail(() => detail.track?.position
        && map.show(detail.track.position.latitude, detail.track.position.longitude, CLOSE_UP)),
    "y": withDetail(() => detail.copyPlace()),
    "a": () => (detail.track && commands.openAlerts(detail.track).length ? detail.acknowledge() : alerts.acknowledge()),
    "n": nextAlert,
    "l": () => {
        showPanel(true);
        tabs.show("detections");
        if (!closeDetail()) list.focus();
    },
    "m": () => byId("map").focus(),
    "1": () => tabs.show("detections"),
    "2": () => tabs.show("cameras"),
    "3": () => tabs.show("links"),
    "p": () => showPanel(byId("panel").hidden),
    "s": toggleMuted,
    "t": switchTheme,
    "g": switchLanguage,
    "e": () => byId("exports-button").click(),
    "?": openHelp,
    "Escape": () => {
        if (document.querySelector("dialog[open]")) return false;
        if (closeMenu()) return true;
        if (placeCard.isOpen) {
            placeCard.close();
            return true;
        }
        return closeDetail();
    },
});

setInterval(() => {
    header.tick();
    alerts.tick();
    list.tick();
    links.draw();
    cameras.draw();
    placeCard.draw();
    if (detail.id !== null) detail.draw();
    drawTabs();
    map.invalidate();
}, 1000);
// Symbols change with age.
setInterval(() => map.setTracks(shownEntries()), MAP_AGES);

prepareSound();
keepAwake();
showPanel(setting("panel"));
map.setTheme(theme());
map.setNotation(setting("notation"));
drawAll();
setAttribute(document.body, "data-language", language());
const chosen = reference();
if (chosen) map.setPin("reference", chosen);
if (!(await login.tryAddress())) {
    setHidden(byId("app"), false);
    connection.start();
}
