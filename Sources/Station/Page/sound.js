// The alarm's two tones, made here, once the tablet's user touched the page (browsers allow none before).
import { change, setting } from "./settings.js";

const HIGH = 988;
const LOW = 740;
const TONE = 0.17;

let context = null;
const listeners = new Set();

function tell() {
    for (const listener of listeners) listener();
}

/** "muted", "locked" (wants a touch first) or "on". */
export function soundState() {
    if (setting("muted")) return "muted";
    return context?.state === "running" ? "on" : "locked";
}

export function onSoundState(listener) {
    listeners.add(listener);
}

export function toggleMuted() {
    change("muted", !setting("muted"));
    tell();
}

async function unlock() {
    try {
        context ??= new AudioContext();
        if (context.state !== "running") await context.resume();
        context.onstatechange = tell;
    } catch {
        // A tablet without sound still has banner and vibration.
    }
    tell();
}

/** Waits for the first touch or key. */
export function prepareSound() {
    for (const event of ["pointerup", "keydown"]) window.addEventListener(event, () => {
        if (context?.state !== "running") unlock();
    });
}

/** High, low, high, low; does nothing while muted or locked. */
export function alarm() {
    if (setting("muted")) return;
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([200, 100, 200]);
    if (context?.state !== "running") return;
    const begin = context.currentTime + 0.02;
    for (let index = 0; index < 4; index += 1) {
        const at = begin + index * TONE;
        const oscillator = new OscillatorNode(context, { type: "triangle", frequency: index % 2 ? LOW : HIGH });
        const gain = new GainNode(context, { gain: 0 });
        // Ramps of 12 ms: a tone that is cut clicks.
        gain.gain.setValueAtTime(0, at);
        gain.gain.linearRampToValueAtTime(0.6, at + 0.012);
        gain.gain.setValueAtTime(0.6, at + TONE - 0.024);
        gain.gain.linearRampToValueAtTime(0, at + TONE - 0.012);
        oscillator.connect(gain).connect(context.destination);
        oscillator.start(at);
        oscillator.stop(at + TONE);
    }
}
