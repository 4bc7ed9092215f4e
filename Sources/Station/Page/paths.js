// The way that a camera has gone, as it grows.

const MOST = 2000;

/** A path with more places at its end; of too many, every second one goes, but never the newest. */
export function extended(path, added) {
    let places = added.length ? [...path, ...added] : path;
    while (places.length > MOST) places = places.filter((_, index) => (places.length - 1 - index) % 2 === 0);
    return places;
}
