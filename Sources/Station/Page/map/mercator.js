// Web Mercator: degrees to parts of a square world, whose north-west corner is 0, 0 and whose south-east corner is 1,
// 1.

const LIMIT = 85.0511287798066;
const EQUATOR = 40075016.68557849;

export const TILE = 256;

export function worldX(longitude) {
    return (longitude + 180) / 360;
}

export function worldY(latitude) {
    const sine = Math.sin(Math.max(-LIMIT, Math.min(LIMIT, latitude)) * Math.PI / 180);
    return 0.5 - Math.atanh(sine) / (2 * Math.PI);
}

export function longitudeAt(x) {
    return x * 360 - 180;
}

export function latitudeAt(y) {
    return Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180 / Math.PI;
}

/** Metres on the ground that a part of the world is long at a latitude. */
export function metresPerWorld(latitude) {
    return EQUATOR * Math.cos(latitude * Math.PI / 180);
}
