// Cameras in words: where they are and look, what they see, how far they searched.
import { stationNow } from "./clock.js";
import { placeText } from "./coordinates.js";
import { direction } from "./directions.js";
import { button, byId, make, setAttribute, setHidden, setText } from "./dom.js";
import { known, t } from "./i18n.js";
import { setting } from "./settings.js";
import { ago, bearing, cameraName, distance, height, number, percent, span } from "./words.js";

const STALE = 30000;

function length(path) {
    let metres = 0;
    for (let index = 1; index < path.length; index += 1) {
        const [from, to] = [path[index - 1], path[index]];
        metres += direction({ longitude: from[0], latitude: from[1] }, { longitude: to[0], latitude: to[1] }).distance;
    }
    return metres;
}

function middle(corners) {
    const sum = corners.reduce(([x, y], [longitude, latitude]) => [x + longitude, y + latitude], [0, 0]);
    return { longitude: sum[0] / corners.length, latitude: sum[1] / corners.length };
}

export class Cameras {
    #store;
    #commands;
    #show;
    #root = byId("cameras");
    #cards = new Map();
    #area = null;
    #empty = make("p", { class: "empty" });

    /** `show(latitude, longitude)` brings a place to the map's middle. */
    constructor(store, commands, show) {
        this.#store = store;
        this.#commands = commands;
        this.#show = show;
    }

    relabel() {
        this.#cards.clear();
        this.#area = null;
        this.#root.replaceChildren();
        this.draw();
    }

    #makeCard(id) {
        const values = {};
        const names = ["place", "height", "looks", "ground", "path", "told", "rate"];
        const facts = make("dl", { class: "facts" });
        for (const name of names) {
            values[name] = make("dd");
            facts.append(make("div", {}, make("dt", { text: t(`camera.${name}`) }), values[name]));
        }
        const camera = () => this.#store.cameras.get(id);
        const card = {
            values,
            root: make("section", { class: "card" }),
            name: make("h2"),
            state: make("span", { class: "state" }),
            faults: make("p", { class: "warning" }),
            scene: make("img", { class: "scene", alt: "" }),
            sceneNote: make("p", { class: "position-note" }),
            show: button("pin", t("detail.show"), {
                click: () => {
                    const pose = camera()?.pose;
                    if (pose) this.#show(pose.latitude, pose.longitude);
                },
            }),
            ask: button("picture", t("camera.ask"), { click: () => camera() && this.#commands.askScene(camera()) }),
        };
        card.scene.addEventListener("error", () => setHidden(card.scene, true));
        card.root.append(make("header", { class: "card-head" }, card.name, card.state), card.faults, facts, card.scene,
            card.sceneNote,
            make("div", { class: "pair" }, card.show, card.ask));
        this.#cards.set(id, card);
        return card;
    }

    draw() {
        if (this.#root.hidden) return;
        const now = stationNow();
        const cameras = [...this.#store.cameras.values()].sort((a, b) => (cameraName(a) < cameraName(b) ? -1 : 1));
        const order = cameras.map((camera) => {
            const card = this.#cards.get(camera.id) ?? this.#makeCard(camera.id);
            this.#drawCard(card, camera, now);
            return card.root;
        });
        setText(this.#empty, t("camera.none"));
        const area = this.#drawArea();
        const wanted = [...(area ? [area] : []), ...(order.length ? order : [this.#empty])];
        if (wanted.length !== this.#root.children.length
            || wanted.some((element, index) => this.#root.children[index] !== element)) {
            this.#root.replaceChildren(...wanted);
        }
    }

    #drawArea() {
        const squares = this.#store.area?.squares;
        if (!squares) return null;
        this.#area ??= make("section", { class: "card area-card" }, make("header", { class: "card-head" },
            make("h2", { text: t("area.title") })), make("p"));
        setText(this.#area.lastChild, t("area.words", {
            area: number(squares.searched_km2 ?? 0, 2),
                pod: Number.isFinite(squares.mean_pod) ? percent(squares.mean_pod) : t("unknown"),
        }));
        return this.#area;
    }

    #drawCard(card, camera, now) {
        const { pose, values = card.values } = { pose: camera.pose, values: card.values };
        const time = pose?.time ?? null;
        const state = !pose ? "never" : time === null ? "quiet" : now - time < STALE ? "good" : "quiet";
        setText(card.name, cameraName(camera));
        setAttribute(card.state, "data-state", state);
        setText(card.state, t(`camera.state_${state}`));
        const faults = camera.health?.faults ?? [];
        setHidden(card.faults, faults.length === 0);
        setText(card.faults,
            faults.length ? `⚠ ${faults.map((fault) => known(`fault.${fault}`, fault)).join(" · ")}` : "");
        setText(values.place, pose ? placeText(pose.latitude, pose.longitude, setting("notation")) : t("unknown"));
        setText(values.height, height(pose) ?? t("unknown"));
        setText(values.looks, this.#looks(pose));
        setText(values.ground, this.#ground(camera, pose));
        setText(values.path, camera.path?.length > 1 ? distance(length(camera.path)) : t("camera.no_path"));
        setText(values.told, ago(time, now));
        setText(values.rate,
            Number.isFinite(camera.health?.rate) ? t("camera.per_second", { rate: number(camera.health.rate, 1) })
                : t("unknown"));
        setHidden(card.show, !pose);
        this.#drawScene(card, camera, now);
    }

    #looks(pose) {
        if (!pose || !Number.isFinite(pose.yaw)) return t("unknown");
        const down = Number.isFinite(pose.pitch) ? ` ${t("camera.pitch", { pitch: Math.round(pose.pitch) })}` : "";
        return bearing((pose.yaw + 360) % 360) + down;
    }

    #ground(camera, pose) {
        if (!Array.isArray(camera.footprint) || camera.footprint.length < 3) return t("unknown");
        const centre = middle(camera.footprint);
        if (!pose) return placeText(centre.latitude, centre.longitude, setting("notation"));
        const way = direction(pose, centre);
        return t("camera.ground_words", { distance: distance(way.distance), bearing: bearing(way.bearing) });
    }

    #drawScene(card, camera, now) {
        const url = camera.scene?.url ?? "";
        if (card.scene.dataset.url !== url) {
            card.scene.dataset.url = url;
            setHidden(card.scene, !url);
            if (url) card.scene.src = url;
            else card.scene.removeAttribute("src");
        }
        setAttribute(card.scene, "alt", t("camera.scene_alt", { name: cameraName(camera) }));
        const asked = this.#commands.askedScene(camera);
        const parts = [url ? t("camera.scene_age", { ago: ago(camera.scene.heard, now) }) : t("camera.no_scene")];
        if (asked) parts.push(asked.sent ? t("camera.scene_asked", { span: span(asked.age) }) : t("camera.scene_pending"));
        setText(card.sceneNote, parts.join(" "));
        setHidden(card.ask, Boolean(asked));
    }
}
