// Ages, times, distances and other quantities in words.
import { known, language, languageTag, t } from "./i18n.js";

const WINDS = ["n", "ne", "e", "se", "s", "sw", "w", "nw"];

/** How long ago, in the two units that matter: "12 s", "4 min 05 s", "2 h 10 min", "3 d 4 h". */
export function span(milliseconds) {
    const seconds = Math.max(0, Math.floor(milliseconds / 1000));
    if (seconds < 60) return t("span.s", { s: seconds });
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return t("span.min", { min: minutes, s: String(seconds % 60).padStart(2, "0") });
    const hours = Math.floor(minutes / 60);
    if (hours < 48) return t("span.h", { h: hours, min: String(minutes % 60).padStart(2, "0") });
    return t("span.d", { d: Math.floor(hours / 24), h: hours % 24 });
}

/** "12 s ago", or that the time is unknown. */
export function ago(time, now) {
    return time === null || time === undefined ? t("time.unknown") : t("time.ago", { span: span(now - time) });
}

/** How long ago it was, or how long ago the station heard of it where the sender did not know the time. */
export function agoOrHeard(time, heard, now) {
    if (time !== null && time !== undefined) return ago(time, now);
    return `${t("time.unknown")} (${t("time.heard", { span: ago(heard, now) })})`;
}

/** The hour by the tablet's time zone, with the day where it is another. */
export function clockTime(time, now) {
    if (time === null || time === undefined) return t("time.unknown");
    const moment = new Date(time);
    const sameDay = moment.toDateString() === new Date(now).toDateString();
    const options = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
    if (!sameDay) Object.assign(options, { year: "numeric", month: "2-digit", day: "2-digit" });
    return new Intl.DateTimeFormat(languageTag(), options).format(moment);
}

// Making a format costs a hundred times what using it does.
const formats = new Map();

/** A number with so many decimals at most. */
export function number(value, decimals = 0) {
    const key = `${languageTag()} ${decimals}`;
    let format = formats.get(key);
    if (!format) formats.set(key, format = new Intl.NumberFormat(languageTag(), { maximumFractionDigits: decimals }));
    return format.format(value);
}

export function percent(part) {
    return `${Math.round(part * 100)} %`;
}

/** "85 m", "1.24 km", "38 km": as fine as one can walk by. */
export function distance(metres) {
    if (!Number.isFinite(metres)) return t("unknown");
    if (metres < 10) return `${number(metres, 1)} m`;
    if (metres < 1000) return `${number(Math.round(metres))} m`;
    return `${number(metres / 1000, metres < 10000 ? 2 : metres < 100000 ? 1 : 0)} km`;
}

/** "045° NE". */
export function bearing(degrees) {
    const rounded = Math.round(degrees) % 360;
    return `${String(rounded).padStart(3, "0")}° ${t(`wind.${WINDS[Math.round(degrees / 45) % 8]}`)}`;
}

/** "1.4 kB/s". */
export function rate(bytesPerSecond) {
    if (!Number.isFinite(bytesPerSecond)) return t("unknown");
    if (bytesPerSecond < 1000) return `${number(bytesPerSecond)} B/s`;
    return `${number(bytesPerSecond / 1000, bytesPerSecond < 10000 ? 1 : 0)} kB/s`;
}

/** "2,310 m above mean sea level", or null where the height is not known. */
export function height(place) {
    if (!Number.isFinite(place?.height)) return null;
    const key = place.datum === "msl" ? "height.msl" : place.datum === "ellipsoid" ? "height.ellipsoid"
        : "height.unknown";
    return t(key, { height: `${number(place.height)} m` });
}

// What a sender said longer ago may not be so any more.
const SAID_LATELY = 60000;

/** Whether a detection is still in view, as far as its sender told; `reason` adds why it is gone. */
export function stateWords(track, now, reason = false) {
    if (track.state === "gone") {
        if (!reason) return t("state.gone");
        return t("state.gone_because", { reason: known(`reason.${track.reason}`, track.reason ?? t("unknown")) });
    }
    return t(now - track.heard > SAID_LATELY ? "state.seen_then" : "state.seen");
}

/** As people tell cameras apart: "drone-1 air". */
export function cameraName(camera) {
    return `${camera.sender} ${camera.name ?? camera.camera}`;
}

/** A rule's name; one that is not known yet has its number. */
export function ruleName(rule) {
    const unnamed = /^rule (\d+)$/.exec(rule ?? "");
    return unnamed ? t("alerts.rule_number", { number: unnamed[1] }) : rule ?? t("alerts.no_rule");
}

/** A class name of a sender; names that the page knows are translated. */
export function label(name) {
    const text = String(name ?? "");
    const translated = known(`label.${text.toLowerCase()}`, null);
    if (translated !== null) return translated;
    const unnamed = /^class (\d+)$/.exec(text);
    if (unnamed) return t("label.class", { number: unnamed[1] });
    return language() === "en" && text ? text[0].toUpperCase() + text.slice(1) : text || t("label.none");
}
