// The station's time, as far as this tablet knows it.

let offset = 0;

/** Takes the station's time from a message that just came. */
export function hearNow(now) {
    if (Number.isFinite(now)) offset = now - Date.now();
}

/** Milliseconds since 1970 by the station's clock. */
export function stationNow() {
    return Date.now() + offset;
}
