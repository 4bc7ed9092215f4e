// How far, and in which direction, one place lies from another.

const RADIUS = 6378137;
const E2 = 0.00669437999014;
const RADIANS = Math.PI / 180;

/** Metres that a degree of latitude and of longitude have at a latitude (WGS 84). */
export function metresPerDegree(latitude) {
    const sine = Math.sin(latitude * RADIANS);
    const root = Math.sqrt(1 - E2 * sine * sine);
    return {
        latitude: RADIANS * RADIUS * (1 - E2) / root ** 3,
        longitude: RADIANS * RADIUS * Math.cos(latitude * RADIANS) / root,
    };
}

/** Metres and degrees from north over east. The plane of the middle latitude: right to 0.1 % up to 100 km. */
export function direction(from, to) {
    const lengths = metresPerDegree((from.latitude + to.latitude) / 2);
    let east = to.longitude - from.longitude;
    if (east > 180) east -= 360;
    if (east < -180) east += 360;
    const x = east * lengths.longitude;
    const y = (to.latitude - from.latitude) * lengths.latitude;
    return { distance: Math.hypot(x, y), bearing: (Math.atan2(x, y) / RADIANS + 360) % 360 };
}
