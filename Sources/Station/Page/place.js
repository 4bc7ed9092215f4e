// The place that distances and directions are told from: the tablet's, or one that was chosen on the map.
import { change, setting } from "./settings.js";

const listeners = new Set();
let watch = null;

/** The tablet's place as it tells it: `{latitude, longitude, accuracy, time}`, or null. */
export let tabletPlace = null;
/** Why there is none: "denied", "unavailable" or null. */
export let tabletTrouble = null;

function tell() {
    for (const listener of listeners) listener();
}

export function onPlace(listener) {
    listeners.add(listener);
}

/** A place that was chosen goes before the tablet's. */
export function reference() {
    const chosen = setting("chosenPlace");
    if (Number.isFinite(chosen?.latitude) && Number.isFinite(chosen?.longitude)) return { ...chosen, kind: "chosen" };
    return tabletPlace ? { ...tabletPlace, kind: "tablet" } : null;
}

export function choosePlace(latitude, longitude) {
    change("chosenPlace", { latitude, longitude });
    tell();
}

export function forgetChosenPlace() {
    change("chosenPlace", null);
    tell();
}

/** Asks the tablet where it is, from now on. Browsers tell it to pages with HTTPS alone. */
export function watchTablet() {
    if (watch !== null) return;
    if (!navigator.geolocation || !window.isSecureContext) {
        tabletTrouble = "unavailable";
        tell();
        return;
    }
    watch = navigator.geolocation.watchPosition((position) => {
        tabletTrouble = null;
        tabletPlace = {
            latitude: position.coords.latitude,
            longitude: position.coords.longitude,
            accuracy: position.coords.accuracy,
            time: position.timestamp,
        };
        tell();
    }, (error) => {
        tabletTrouble = error.code === error.PERMISSION_DENIED ? "denied" : "unavailable";
        if (error.code === error.PERMISSION_DENIED) {
            navigator.geolocation.clearWatch(watch);
            watch = null;
        }
        tell();
    }, { enableHighAccuracy: true, maximumAge: 5000 });
}
