// The list of detections: thousands of rows, of which only those in sight exist.
import { stationNow } from "./clock.js";
import { direction } from "./directions.js";
import { byId, icon, make, setAttribute, setHidden, setText } from "./dom.js";
import { t } from "./i18n.js";
import { ordered } from "./order.js";
import { reference } from "./place.js";
import { change, setting } from "./settings.js";
import { ago, bearing, distance, label, percent, stateWords } from "./words.js";

const ROW = 96;
const BEYOND = 3;
// Rows do not move under a finger, nor shortly after it.
const CALM = 1500;

const FILTERS = ["all", "decide", "confirmed", "false"];
const SORTS = ["need", "newest", "near"];
const BADGES = { alert: "alert", alerted: "alert", open: null, confirmed: "check", false: "cross" };

export class DetectionList {
    #store;
    #commands;
    #open;
    #list = byId("list");
    #space = make("div", { class: "list-space", role: "presentation" });
    #rows = new Map();
    #entries = [];
    #indexes = new Map();
    #active = null;
    #touchedAt = 0;
    #isTouched = false;
    #stale = true;
    #timer = 0;
    #counts = { all: 0, decide: 0, confirmed: 0, false: 0 };

    /** `open(id)` shows a detection. */
    constructor(store, commands, open) {
        this.#store = store;
        this.#commands = commands;
        this.#open = open;
        this.#list.append(this.#space);
        this.#list.addEventListener("scroll", () => {
            this.#touchedAt = Date.now();
            this.#draw();
        }, { passive: true });
        this.#list.addEventListener("pointerdown", () => { this.#isTouched = true; });
        for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, () => {
            if (this.#isTouched) this.#touchedAt = Date.now();
            this.#isTouched = false;
        });
        this.#list.addEventListener("click", (event) => {
            const row = event.target.closest("[data-id]");
            if (!row) return;
            this.#activate(row.dataset.id);
            this.#open(row.dataset.id);
        });
        this.#list.addEventListener("keydown", (event) => this.#key(event));
        this.#list.addEventListener("focus", () => {
            if (!this.#indexes.has(this.#active) && this.#entries.length) this.#activate(this.#entries[0].track.id);
        });
        new ResizeObserver(() => this.#draw()).observe(this.#list);
        this.#makeControls();
    }

    #makeControls() {
        for (const name of FILTERS) {
            byId("filters").append(make("button", {
                type: "button", class: "segment", "data-filter": name, click: () => {
                    change("filter", name);
                    this.refresh(true);
                    this.#list.scrollTop = 0;
                },
            }));
        }
        byId("sort").addEventListener("change", () => {
            change("sort", byId("sort").value);
            this.refresh(true);
            this.#list.scrollTop = 0;
        });
        this.relabel();
    }

    /** After a change of the language. */
    relabel() {
        byId("sort").replaceChildren(...SORTS.map((name) =>
            make("option", { value: name, text: t(`sort.${name}`), selected: name === setting("sort") })));
        this.#rows.forEach((row) => row.remove());
        this.#rows.clear();
        this.#drawControls();
        this.#draw();
    }

    #drawControls() {
        for (const segment of byId("filters").children) {
            const name = segment.dataset.filter;
            setText(segment, t(`filter.${name}`, { count: this.#counts[name] }));
            setAttribute(segment, "aria-pressed", String(name === setting("filter")));
        }
    }

    /** Sorts anew: at once, or as soon as no finger is on the list. */
    refresh(now = false) {
        this.#stale = true;
        clearTimeout(this.#timer);
        const wait = this.#isTouched ? CALM : this.#touchedAt + CALM - Date.now();
        if (!now && wait > 0) {
            this.#timer = setTimeout(() => this.refresh(), wait);
            this.#draw();
            return;
        }
        this.#stale = false;
        this.#sort();
    }

    #sort() {
        const anchor = this.#anchor();
        const { entries, counts } = ordered(this.#store.tracks.values(), this.#commands,
            { filter: setting("filter"), sort: setting("sort"), from: reference() });
        this.#entries = entries;
        this.#counts = counts;
        this.#indexes = new Map(entries.map((entry, index) => [entry.track.id, index]));
        this.#space.style.height = `${entries.length * ROW}px`;
        if (anchor && this.#indexes.has(anchor.id)) {
            const top = this.#indexes.get(anchor.id) * ROW + anchor.offset;
            if (Math.abs(top - this.#list.scrollTop) > 1) this.#list.scrollTop = top;
        }
        setHidden(byId("list-empty"), entries.length > 0);
        setText(byId("list-empty"), t(counts.all ? "list.none_here" : "list.none"));
        setText(byId("list-count"), t("list.count", { count: entries.length }));
        this.#drawControls();
        this.#draw();
    }

    // Who has scrolled keeps looking at the same row, whatever came above it.
    #anchor() {
        const top = this.#list.scrollTop;
        if (top < ROW / 2) return null;
        const entry = this.#entries[Math.floor(top / ROW)];
        return entry ? { id: entry.track.id, offset: top % ROW } : null;
    }

    get entries() {
        return this.#entries;
    }

    /** The id of the detection so many rows behind another one, or null at the ends. */
    neighbour(id, step) {
        const index = this.#indexes.get(id);
        const entry = index === undefined ? this.#entries[0] : this.#entries[index + step];
        return entry?.track.id ?? null;
    }

    /** Marks a row as the chosen one and brings it into sight. */
    choose(id) {
        this.#activate(id);
    }

    focus() {
        this.#list.focus();
    }

    #activate(id) {
        this.#active = id;
        const index = this.#indexes.get(id);
        if (index !== undefined) {
            const top = index * ROW;
            if (top < this.#list.scrollTop) this.#list.scrollTop = top;
            else if (top + ROW > this.#list.scrollTop + this.#list.clientHeight) {
                this.#list.scrollTop = top + ROW - this.#list.clientHeight;
            }
        }
        this.#draw();
    }

    #key(event) {
        const page = Math.max(1, Math.floor(this.#list.clientHeight / ROW) - 1);
        const index = this.#indexes.get(this.#active) ?? -1;
        const targets = {
            ArrowDown: index + 1, ArrowUp: index - 1, PageDown: index + page, PageUp: index - page,
            Home: 0, End: this.#entries.length - 1,
        };
        if (event.key in targets && !event.ctrlKey && !event.altKey && !event.metaKey) {
            event.preventDefault();
            const entry = this.#entries[Math.max(0, Math.min(this.#entries.length - 1, targets[event.key]))];
            if (entry) this.#activate(entry.track.id);
        } else if ((event.key === "Enter" || event.key === " ") && index >= 0) {
            event.preventDefault();
            this.#open(this.#active);
        }
    }

    /** Ages go on. */
    tick() {
        this.#draw();
    }

    #draw() {
        if (this.#list.clientHeight === 0) return;
        const first = Math.max(0, Math.floor(this.#list.scrollTop / ROW) - BEYOND);
        const last = Math.min(this.#entries.length - 1,
            Math.ceil((this.#list.scrollTop + this.#list.clientHeight) / ROW) + BEYOND);
        const seen = new Set();
        const now = stationNow();
        for (let index = first; index <= last; index += 1) {
            const id = this.#entries[index].track.id;
            seen.add(id);
            this.#drawRow(index, this.#store.tracks.get(id) ?? this.#entries[index].track, now);
        }
        for (const [id, row] of this.#rows) {
            if (seen.has(id)) continue;
            row.remove();
            this.#rows.delete(id);
        }
        setAttribute(this.#list, "aria-activedescendant", this.#rows.get(this.#active)?.id ?? null);
    }

    #makeRow(id) {
        const row = make("div", { class: "row", role: "option", "data-id": id, id: `row-${encodeURIComponent(id)}` });
        row.parts = {
            image: make("img", { alt: "", decoding: "async", width: 76, height: 76 }),
            empty: icon("photo"),
            name: make("span", { class: "row-name" }),
            confidence: make("span", { class: "row-confidence" }),
            badge: make("span", { class: "badge" }),
            age: make("span", { class: "row-age" }),
            place: make("span", { class: "row-place" }),
            state: make("span", { class: "row-state" }),
        };
        const { image, empty, name, confidence, badge, age, place, state } = row.parts;
        image.addEventListener("error", () => {
            setHidden(image, true);
            row.parts.empty.style.display = "";
        });
        row.append(
            make("span", { class: "row-picture" }, image, empty),
            make("span", { class: "row-words" },
                make("span", { class: "row-line" }, name, confidence, age),
                make("span", { class: "row-line" }, place),
                make("span", { class: "row-line" }, badge, state)));
        this.#rows.set(id, row);
        this.#space.append(row);
        return row;
    }

    #drawRow(index, track, now) {
        const row = this.#rows.get(track.id) ?? this.#makeRow(track.id);
        const kind = this.#commands.kind(track);
        const { image, empty, name, confidence, badge, age, place, state } = row.parts;
        row.style.transform = `translateY(${index * ROW}px)`;
        setAttribute(row, "aria-posinset", index + 1);
        setAttribute(row, "aria-setsize", this.#entries.length);
        setAttribute(row, "aria-selected", String(track.id === this.#active));
        setAttribute(row, "data-kind", kind);
        setAttribute(row, "data-state", track.state);
        const url = track.picture?.url ?? null;
        if (row.url !== url) {
            row.url = url;
            setHidden(image, !url);
            empty.style.display = url ? "none" : "";
            if (url) image.src = url;
            else image.removeAttribute("src");
        }
        setText(name, label(track.label));
        setText(confidence, Number.isFinite(track.confidence) ? percent(track.confidence) : "");
        const badgeKey = kind + (this.#commands.isPending(track) ? " pending" : "");
        if (badge.dataset.key !== badgeKey + t("kind.open")) {
            badge.dataset.key = badgeKey + t("kind.open");
            badge.replaceChildren();
            if (BADGES[kind]) badge.append(icon(BADGES[kind]));
            badge.append(t(`kind.${kind}`));
            if (this.#commands.isPending(track)) badge.append(icon("sending"),
                make("span", { class: "hidden-text", text: t("pending.one") }));
        }
        setText(age, ago(track.last, now));
        setText(place, this.#placeText(track));
        setText(state, this.#stateText(track, now));
    }

    #placeText(track) {
        if (!track.position) return t("position.none");
        const { error } = track.position;
        const parts = [Number.isFinite(error) ? t("position.within", { distance: distance(error) })
            : t("position.within_unknown")];
        const from = reference();
        if (from) {
            const way = direction(from, track.position);
            parts.push(`${distance(way.distance)} ${bearing(way.bearing)}`);
        }
        if (track.position.doubts.length) parts.push(`⚠ ${t("position.warning")}`);
        return parts.join(" · ");
    }

    #stateText(track, now) {
        const parts = [track.sender, stateWords(track, now)];
        if (track.last === null) parts.push(t("time.heard", { span: ago(track.heard, now) }));
        if (this.#commands.asked(track)) parts.push(t("picture.asked_short"));
        return parts.join(" · ");
    }
}
