// Keeps the tablet's screen on while the page is seen: a tablet that sleeps sounds no alarm.
import { onChange, setting } from "./settings.js";

let lock = null;

async function request() {
    if (lock || !setting("keepAwake") || document.visibilityState !== "visible") return;
    try {
        lock = await navigator.wakeLock.request("screen");
        lock.addEventListener("release", () => { lock = null; });
    } catch {
        // Without HTTPS, or with an empty battery, the tablet decides.
    }
}

/** From now on; browsers let go of it whenever the page is hidden. */
export function keepAwake() {
    document.addEventListener("visibilitychange", request);
    onChange((name) => {
        if (name !== "keepAwake") return;
        if (setting("keepAwake")) request();
        else lock?.release();
    });
    request();
}
