// One detection in full, with what the operator can decide about it.
import { stationNow } from "./clock.js";
import { notations } from "./coordinates.js";
import { copy } from "./copying.js";
import { direction } from "./directions.js";
import { button, byId, icon, make, setAttribute, setHidden, setText } from "./dom.js";
import { known, t } from "./i18n.js";
import { reference } from "./place.js";
import {
    ago, agoOrHeard, bearing, clockTime, distance, height, label, number, percent, ruleName, span, stateWords,
} from "./words.js";

// Bytes of a picture of each level (docs/publishing.md), for a guess at how long it will take.
const LEVEL_BYTES = [220, 700, 2500, 9000];
const LEVEL_SIDES = [32, 64, 128, 256];

export class Detail {
    #store;
    #commands;
    #actions;
    #root = byId("detail");
    #parts = {};
    #id = null;

    /** `actions`: `close()`, `step(n)`, `show(track)`. */
    constructor(store, commands, actions) {
        this.#store = store;
        this.#commands = commands;
        this.#actions = actions;
        this.relabel();
    }

    get id() {
        return this.#id;
    }

    get track() {
        return this.#store.tracks.get(this.#id) ?? null;
    }

    open(id) {
        this.#id = id;
        setHidden(this.#root, false);
        this.#parts.scroll.scrollTop = 0;
        this.draw();
    }

    close() {
        this.#id = null;
        setHidden(this.#root, true);
    }

    focus() {
        this.#parts.title.focus();
    }

    confirm() {
        if (this.track) this.#commands.judge(this.track, "confirmed");
    }

    dismiss() {
        if (this.track) this.#commands.judge(this.track, "false");
    }

    undo() {
        if (this.track && this.#commands.verdict(this.track) !== "none") this.#commands.judge(this.track, "none");
    }

    acknowledge() {
        if (this.track) for (const alert of this.#commands.openAlerts(this.track)) this.#commands.acknowledge(alert);
    }

    ask() {
        const track = this.track;
        const level = (track?.picture?.level ?? 0) + 1;
        if (track && level <= 3 && !this.#commands.asked(track)) this.#commands.askPicture(track, level);
    }

    copyPlace(name) {
        const position = this.track?.position;
        const notation = notations.find((each) => each.name === name) ?? notations[0];
        const text = position && notation.text(position.latitude, position.longitude);
        if (text) copy(text);
    }

    /** Builds the panel in the chosen language. */
    relabel() {
        const parts = this.#parts = {
            title: make("h2", { id: "detail-title", class: "detail-title", tabindex: "-1" }),
            badge: make("span", { class: "badge" }),
            subtitle: make("p", { class: "detail-subtitle" }),
            alerts: make("div", { class: "detail-alerts" }),
            figure: make("figure", { class: "picture" }),
            image: make("img", { class: "picture-image", alt: "" }),
            none: make("p", { class: "picture-none" }, icon("photo"), make("span", { text: t("picture.none") })),
            caption: make("figcaption", { class: "picture-caption" }),
            ask: button("picture", t("picture.ask"),
                { class: "button wide", "aria-keyshortcuts": "b", click: () => this.ask() }),
            askLargest: button(null, t("picture.ask_largest"),
                { class: "button wide", click: () => this.#askLargest() }),
            asked: make("p", { class: "asked", role: "status" }),
            askRow: make("div", { class: "ask-row" }),
            error: make("p", { class: "position-error" }),
            warning: make("p", { class: "warning" }),
            way: make("p", { class: "position-way" }),
            ellipse: make("p", { class: "position-note" }),
            height: make("p", { class: "position-note" }),
            places: make("dl", { class: "places" }),
            show: button("pin", t("detail.show"),
                { "aria-keyshortcuts": "v", click: () => this.#actions.show(this.track) }),
            copy: button("copy", t("detail.copy"), { "aria-keyshortcuts": "y", click: () => this.copyPlace() }),
            frame: make("div", { class: "frame" }),
            scene: make("img", { class: "frame-scene", alt: "" }),
            box: make("div", { class: "frame-box" }),
            frameNote: make("p", { class: "position-note" }),
            frameSection: make("section", { class: "detail-section" }),
            times: make("dl", { class: "facts" }),
            confirm: button("check", t("verdict.confirm"),
                { class: "button confirm", "aria-keyshortcuts": "c", click: () => this.confirm() }),
            dismiss: button("cross", t("verdict.false"),
                { class: "button dismiss", "aria-keyshortcuts": "f", click: () => this.dismiss() }),
            undo: button("undo", t("verdict.undo"),
                { class: "button wide", "aria-keyshortcuts": "u", click: () => this.undo() }),
            verdict: make("p", { class: "verdict", role: "status" }),
            scroll: make("div", { class: "detail-scroll" }),
        };
        parts.position = make("section", { class: "detail-section" });
        parts.image.addEventListener("load", () => this.#drawCaption());
        parts.image.addEventListener("error", () => {
            setHidden(parts.image, true);
            this.#drawCaption();
        });
        parts.scene.addEventListener("error", () => setHidden(parts.scene, true));
        parts.figure.append(parts.image, parts.none, parts.caption);
        parts.askRow.append(parts.ask, parts.askLargest);
        parts.frame.append(parts.scene, parts.box);
        parts.frameSection.append(make("h3", { text: t("frame.title") }), parts.frame, parts.frameNote);
        parts.position.append(make("h3", { text: t("position.title") }), parts.error, parts.warning, parts.way,
            make("div", { class: "pair" }, parts.show, parts.copy), parts.places, parts.ellipse, parts.height);
        parts.scroll.append(make("div", { class: "detail-columns" }, parts.alerts, parts.figure, parts.askRow,
            parts.asked, parts.position, parts.frameSection,
            make("section", { class: "detail-section" }, make("h3", { text: t("times.title") }), parts.times)));
        const square = (name, key, shortcut, click) =>
            make("button", { type: "button", class: "button square", "aria-label": t(key), title: t(key),
                "aria-keyshortcuts": shortcut, click }, icon(name));
        this.#root.replaceChildren(
            make("header", { class: "detail-head" },
                square("back", "detail.back", "Escape", () => this.#actions.close()),
                make("div", { class: "detail-names" }, make("div", { class: "row-line" }, parts.title, parts.badge),
                    parts.subtitle),
                square("up", "detail.previous", "k", () => this.#actions.step(-1)),
                square("down", "detail.next", "j", () => this.#actions.step(1))),
            parts.scroll,
            make("footer", { class: "detail-foot", role: "group", "aria-label": t("verdict.title") },
                parts.verdict, parts.undo, make("div", { class: "pair" }, parts.confirm, parts.dismiss)));
        if (this.#id !== null) this.draw();
    }

    #askLargest() {
        if (this.track && !this.#commands.asked(this.track)) this.#commands.askPicture(this.track, 3);
    }

    draw() {
        const track = this.track;
        if (!track) {
            if (this.#id !== null) this.#actions.close();
            return;
        }
        const now = stationNow();
        this.#drawHead(track, now);
        this.#drawAlerts(track, now);
        this.#drawPicture(track);
        this.#drawPosition(track);
        this.#drawFrame(track, now);
        this.#drawTimes(track, now);
        this.#drawVerdict(track);
    }

    #drawHead(track, now) {
        const { title, badge, subtitle } = this.#parts;
        const kind = this.#commands.kind(track);
        const confidence = Number.isFinite(track.confidence) ? ` ${percent(track.confidence)}` : "";
        setText(title, label(track.label) + confidence);
        setText(badge, t(`kind.${kind}`));
        setAttribute(this.#root, "data-kind", kind);
        const state = stateWords(track, now, true);
        setText(subtitle, `${agoOrHeard(track.last, track.heard, now)} · ${state} · ${track.sender}`);
        setAttribute(this.#root, "data-track", track.id);
    }

    #drawAlerts(track, now) {
        const open = this.#commands.openAlerts(track);
        const key = open.map((alert) => alert.id).join(" ");
        const { alerts } = this.#parts;
        if (alerts.dataset.key !== key) {
            alerts.dataset.key = key;
            alerts.replaceChildren();
            for (const alert of open) {
                alerts.append(make("div", { class: "detail-alert" }, icon("alert"),
                    make("span", { class: "detail-alert-text" }),
                    button(null, t("alerts.acknowledge"),
                        { "aria-keyshortcuts": "a", click: () => this.#commands.acknowledge(alert) })));
            }
        }
        open.forEach((alert, index) => setText(alerts.children[index].querySelector(".detail-alert-text"),
            t("alerts.rule", { rule: ruleName(alert.rule),
                ago: agoOrHeard(alert.time, alert.heard, now) })));
    }

    #drawPicture(track) {
        const { image, none, ask, askLargest, asked, askRow } = this.#parts;
        const url = track.picture?.url ?? null;
        if (image.dataset.url !== (url ?? "")) {
            image.dataset.url = url ?? "";
            setHidden(image, !url);
            if (url) image.src = url;
            else image.removeAttribute("src");
        }
        setAttribute(image, "alt", t("picture.alt", { label: label(track.label) }));
        setHidden(none, url !== null);
        this.#drawCaption();
        const waiting = this.#commands.asked(track);
        const level = track.picture?.level ?? 0;
        setHidden(askRow, Boolean(waiting) || (track.picture && level >= 3));
        setHidden(askLargest, !track.picture || level >= 2);
        setText(ask.querySelector(".button-text"), t(track.picture ? "picture.ask" : "picture.ask_any"));
        setHidden(asked, !waiting);
        if (waiting) setText(asked, this.#askedText(track, waiting));
    }

    // How large it is, it says itself.
    #drawCaption() {
        const { image, caption, figure } = this.#parts;
        const { naturalWidth: width, naturalHeight: height } = image;
        setHidden(caption, image.hidden || width === 0);
        setText(caption, t("picture.caption", { width, height }));
        setAttribute(figure, "data-small", width < 100);
    }

    #askedText(track, waiting) {
        const side = LEVEL_SIDES[waiting.level] ?? LEVEL_SIDES[3];
        if (!waiting.sent) return t("picture.asked_pending", { side });
        const ago = span(waiting.age);
        const speed = this.#store.senderOf(track)?.bytes_per_second;
        const seconds = speed > 0 ? (LEVEL_BYTES[waiting.level] ?? 9000) / speed : null;
        const guess = seconds === null ? t("picture.guess_unknown")
            : seconds < 45 ? t("picture.guess_soon") : t("picture.guess_minutes", { minutes: Math.ceil(seconds / 60) });
        return `${t("picture.asked", { side, span: ago })} ${guess}`;
    }

    #drawPosition(track) {
        const { error, warning, way, ellipse, height: heightNote, places, show, copy: copyButton } = this.#parts;
        const position = track.position;
        for (const element of [warning, way, ellipse, heightNote, places, show, copyButton]) setHidden(element,
            !position);
        if (!position) {
            setText(error, t("position.none_long"));
            return;
        }
        setText(error, Number.isFinite(position.error)
            ? t("position.error", { distance: distance(position.error) }) : t("position.error_unknown"));
        setHidden(warning, !position.doubts.length);
        setText(warning, position.doubts.map((doubt) => `⚠ ${known(`warning.${doubt}`, doubt)}`).join(" "));
        const from = reference();
        setHidden(way, false);
        if (from) {
            const { distance: metres, bearing: degrees } = direction(from, position);
            setText(way, t(`position.from_${from.kind}`, { distance: distance(metres), bearing: bearing(degrees) }));
        } else setText(way, t("position.no_reference"));
        setAttribute(way, "data-hint", !from);
        const shape = position.ellipse;
        setHidden(ellipse, !shape);
        if (shape) {
            setText(ellipse, t("position.ellipse",
                { major: distance(2 * shape.major), bearing: bearing(shape.bearing),
                    minor: distance(2 * shape.minor) }));
        }
        const high = height(position);
        setHidden(heightNote, high === null);
        if (high !== null) setText(heightNote, t("position.height", { height: high }));
        this.#drawPlaces(position);
    }

    #drawPlaces(position) {
        const { places } = this.#parts;
        const key = `${position.latitude} ${position.longitude}`;
        if (places.dataset.key === key) return;
        places.dataset.key = key;
        places.replaceChildren();
        for (const notation of notations) {
            const text = notation.text(position.latitude, position.longitude);
            if (text === null) continue;
            const name = t(`notation.${notation.name}`);
            places.append(make("div", { class: "place-row" }, make("dt", { text: name }),
                make("dd", {}, make("span", { class: "place-text", text }),
                    make("button", {
                        type: "button", class: "button square quiet", "aria-label": t("copy.as", { name }),
                            title: t("copy.as", { name }),
                        click: () => copy(text),
                    }, icon("copy")))));
        }
    }

    #drawFrame(track, now) {
        const { frameSection, scene, box, frameNote } = this.#parts;
        setHidden(frameSection, !track.box);
        if (!track.box) return;
        const camera = this.#store.cameraOf(track);
        const url = camera?.scene?.url ?? null;
        if (scene.dataset.url !== (url ?? "")) {
            scene.dataset.url = url ?? "";
            setHidden(scene, !url);
            if (url) scene.src = url;
            else scene.removeAttribute("src");
        }
        const part = (value) => `${Math.max(0, Math.min(1, value)) * 100}%`;
        box.style.left = part(track.box.x);
        box.style.top = part(track.box.y);
        box.style.width = part(Math.min(track.box.width, 1 - track.box.x));
        box.style.height = part(Math.min(track.box.height, 1 - track.box.y));
        const words = t("frame.words", {
            x: percent(track.box.x + track.box.width / 2), y: percent(track.box.y + track.box.height / 2),
        });
        setText(frameNote, url ? `${words} ${t("frame.scene", { ago: ago(camera.scene.heard, now) })}`
            : `${words} ${t("frame.no_scene")}`);
    }

    #drawTimes(track, now) {
        const sender = this.#store.senderOf(track);
        const facts = [
            ["times.last", `${clockTime(track.last, now)}${track.last === null ? "" : ` (${ago(track.last, now)})`}`],
            ["times.first", clockTime(track.first, now)],
            ["times.heard", `${clockTime(track.heard, now)} (${ago(track.heard, now)})`],
        ];
        if (track.verdict !== "none"
            && track.verdict_at !== null) facts.push(["times.verdict", clockTime(track.verdict_at, now)]);
        facts.push(["times.sender", `${track.sender}: ${sender?.heard ? ago(sender.heard, now) : t("time.unknown")}`]);
        facts.push(["times.number", String(track.track)]);
        if (track.alerts > 0) facts.push(["times.alerts", number(track.alerts)]);
        const { times } = this.#parts;
        const keys = facts.map(([key]) => key).join();
        if (times.dataset.keys !== keys) {
            times.dataset.keys = keys;
            times.replaceChildren(...facts.map(([key]) => make("div", {}, make("dt", { text: t(key) }), make("dd"))));
        }
        facts.forEach(([, text], index) => setText(times.children[index].lastChild, text));
    }

    #drawVerdict(track) {
        const { verdict, undo, confirm, dismiss } = this.#parts;
        const current = this.#commands.verdict(track);
        const isPending = this.#commands.isPending(track);
        setAttribute(confirm, "aria-pressed", String(current === "confirmed"));
        setAttribute(dismiss, "aria-pressed", String(current === "false"));
        setHidden(undo, current === "none");
        setHidden(verdict, current === "none" && !isPending);
        setText(verdict, `${t(`verdict.is_${current}`)}${isPending ? ` ${t("verdict.pending")}` : ""}`);
        setAttribute(verdict, "data-pending", isPending);
    }
}
