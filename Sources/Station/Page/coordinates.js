// Places in the notations that people read out by radio: degrees, UTM, MGRS and Taiwan's TWD97 TM2.

const WGS84 = { radius: 6378137, flattening: 1 / 298.257223563 };
const GRS80 = { radius: 6378137, flattening: 1 / 298.257222101 };
const BANDS = "CDEFGHJKLMNPQRSTUVWX";
const COLUMNS = ["ABCDEFGH", "JKLMNPQR", "STUVWXYZ"];
const ROWS = ["ABCDEFGHJKLMNPQRSTUV", "FGHJKLMNPQRSTUVABCDE"];

// Krüger's series in the third flattening n to its fourth power: below a tenth of a millimetre within 4 degrees of the
// meridian (Karney, Transverse Mercator with an accuracy of a few nanometers, 2011, equations 35, 36; for the way back
// from conformal latitude, Kawase, General formula for calculating meridian arc length, 2011).
function series(n) {
    return {
        forward: [
            n / 2 - 2 * n ** 2 / 3 + 5 * n ** 3 / 16 + 41 * n ** 4 / 180,
            13 * n ** 2 / 48 - 3 * n ** 3 / 5 + 557 * n ** 4 / 1440,
            61 * n ** 3 / 240 - 103 * n ** 4 / 140,
            49561 * n ** 4 / 161280,
        ],
        back: [
            n / 2 - 2 * n ** 2 / 3 + 37 * n ** 3 / 96 - n ** 4 / 360,
            n ** 2 / 48 + n ** 3 / 15 - 437 * n ** 4 / 1440,
            17 * n ** 3 / 480 - 37 * n ** 4 / 840,
            4397 * n ** 4 / 161280,
        ],
        latitude: [
            2 * n - 2 * n ** 2 / 3 - 2 * n ** 3 + 116 * n ** 4 / 45,
            7 * n ** 2 / 3 - 8 * n ** 3 / 5 - 227 * n ** 4 / 45,
            56 * n ** 3 / 15 - 136 * n ** 4 / 35,
            4279 * n ** 4 / 630,
        ],
    };
}

/** A transverse Mercator grid in metres around a meridian. */
export class MetricGrid {
    #meridian;
    #scale;
    #origin;
    #eccentricity;
    #series;

    constructor(ellipsoid, meridian, scale, origin) {
        const f = ellipsoid.flattening;
        const n = f / (2 - f);
        this.#meridian = meridian;
        this.#scale = scale * ellipsoid.radius / (1 + n) * (1 + n * n / 4 + n ** 4 / 64);
        this.#origin = origin;
        this.#eccentricity = Math.sqrt(f * (2 - f));
        this.#series = series(n);
    }

    /** Metres of a place. */
    forward(latitude, longitude) {
        // The short way from the meridian, so that places just over the date line keep their zone.
        const lambda = wrapped(longitude - this.#meridian) * Math.PI / 180;
        const sine = Math.sin(latitude * Math.PI / 180);
        const e = this.#eccentricity;
        const t = Math.sinh(Math.atanh(sine) - e * Math.atanh(e * sine));
        const xi = Math.atan2(t, Math.cos(lambda));
        const eta = Math.asinh(Math.sin(lambda) / Math.hypot(t, Math.cos(lambda)));
        let north = xi;
        let east = eta;
        this.#series.forward.forEach((a, index) => {
            const k = 2 * (index + 1);
            north += a * Math.sin(k * xi) * Math.cosh(k * eta);
            east += a * Math.cos(k * xi) * Math.sinh(k * eta);
        });
        return { east: this.#origin.east + this.#scale * east, north: this.#origin.north + this.#scale * north };
    }

    /** The place of metres. */
    inverse(east, north) {
        const xi = (north - this.#origin.north) / this.#scale;
        const eta = (east - this.#origin.east) / this.#scale;
        let up = xi;
        let across = eta;
        this.#series.back.forEach((b, index) => {
            const k = 2 * (index + 1);
            up -= b * Math.sin(k * xi) * Math.cosh(k * eta);
            across -= b * Math.cos(k * xi) * Math.sinh(k * eta);
        });
        const conformal = Math.asin(Math.sin(up) / Math.cosh(across));
        let latitude = conformal;
        this.#series.latitude.forEach((d, index) => { latitude += d * Math.sin(2 * (index + 1) * conformal); });
        const longitude = this.#meridian + Math.atan2(Math.sinh(across), Math.cos(up)) * 180 / Math.PI;
        return { latitude: latitude * 180 / Math.PI, longitude: wrapped(longitude) };
    }
}

function isPlace(latitude, longitude) {
    return Number.isFinite(latitude) && Number.isFinite(longitude) && Math.abs(latitude) <= 90;
}

/** Longitude from -180 up to, not including, 180. */
export function wrapped(longitude) {
    return ((longitude + 180) % 360 + 360) % 360 - 180;
}

/** "23.47000, 120.95729": five decimals are a metre. */
export function decimalDegrees(latitude, longitude) {
    if (!isPlace(latitude, longitude)) return null;
    return `${latitude.toFixed(5)}, ${wrapped(longitude).toFixed(5)}`;
}

function sexagesimal(value, positive, negative, digits) {
    // Rounded once, as tenths of seconds, so that 59.96 becomes the next minute and not 60.0.
    const tenths = Math.round(Math.abs(value) * 36000);
    const degrees = Math.floor(tenths / 36000);
    const minutes = Math.floor(tenths / 600) % 60;
    const seconds = (tenths % 600) / 10;
    const parts = [String(degrees).padStart(digits, "0"), String(minutes).padStart(2, "0"),
        seconds.toFixed(1).padStart(4, "0")];
    return `${parts[0]}°${parts[1]}′${parts[2]}″${value < 0 ? negative : positive}`;
}

/** "23°28′12.0″N 120°57′26.2″E". */
export function degreesMinutesSeconds(latitude, longitude) {
    if (!isPlace(latitude, longitude)) return null;
    return `${sexagesimal(latitude, "N", "S", 2)} ${sexagesimal(wrapped(longitude), "E", "W", 3)}`;
}

/** Zone by six degrees, with the exceptions for southern Norway and Svalbard. */
export function utmZone(latitude, longitude) {
    const east = wrapped(longitude);
    if (latitude >= 56 && latitude < 64 && east >= 3 && east < 12) return 32;
    if (latitude >= 72 && latitude <= 84 && east >= 0 && east < 42) {
        if (east < 9) return 31;
        if (east < 21) return 33;
        return east < 33 ? 35 : 37;
    }
    return Math.floor((east + 180) / 6) + 1;
}

/** The grid of the UTM zone that holds a place. */
function utmGrid(latitude, longitude) {
    const meridian = utmZone(latitude, longitude) * 6 - 183;
    return new MetricGrid(WGS84, meridian, 0.9996, { east: 500000, north: latitude < 0 ? 10000000 : 0 });
}

/** Zone, band, easting and northing in metres; null outside 80 degrees south to 84 north, where UTM ends. */
export function utm(latitude, longitude) {
    if (!isPlace(latitude, longitude) || latitude < -80 || latitude > 84) return null;
    const { east, north } = utmGrid(latitude, longitude).forward(latitude, longitude);
    const band = BANDS[Math.min(Math.floor((latitude + 80) / 8), BANDS.length - 1)];
    return { zone: utmZone(latitude, longitude), band, easting: east, northing: north };
}

/** "51Q 291308 2596904". */
export function utmText(latitude, longitude) {
    const place = utm(latitude, longitude);
    if (!place) return null;
    return `${place.zone}${place.band} ${Math.round(place.easting)} ${Math.round(place.northing)}`;
}

/** "51Q TG 91308 96904": the square of one metre that holds the place. */
export function mgrsText(latitude, longitude) {
    const place = utm(latitude, longitude);
    if (!place) return null;
    const column = COLUMNS[(place.zone - 1) % 3][Math.floor(place.easting / 100000) - 1];
    const row = ROWS[(place.zone - 1) % 2][Math.floor(place.northing / 100000) % 20];
    if (!column || !row) return null;
    const digits = (value) => String(Math.floor(value % 100000)).padStart(5, "0");
    return `${place.zone}${place.band} ${column}${row} ${digits(place.easting)} ${digits(place.northing)}`;
}

// West, south, east, north of where TWD97 is used: Taiwan with Penghu and Wuqiu, Kinmen, the Matsu islands.
const TAIWAN = [[119.2, 21.7, 122.3, 25.5], [118.15, 24.3, 118.6, 24.6], [119.85, 25.85, 120.6, 26.5]];

/** Whether maps of this place have the grid of TWD97. */
export function isInTaiwan(latitude, longitude) {
    return TAIWAN.some(([west, south, east, north]) =>
        longitude >= west && longitude <= east && latitude >= south && latitude <= north);
}

// Dongyin lies east of 120 degrees, and its maps stand on 119 as those of all Matsu do.
function tm2Meridian(latitude, longitude) {
    return longitude < 120 || latitude > 25.85 ? 119 : 121;
}

function tm2Grid(latitude, longitude) {
    return new MetricGrid(GRS80, tm2Meridian(latitude, longitude), 0.9999, { east: 250000, north: 0 });
}

/** TWD97 TM2: easting and northing in metres from the zone of meridian 121, or 119 for Penghu, Kinmen and Matsu. */
export function tm2(latitude, longitude) {
    if (!isPlace(latitude, longitude) || !isInTaiwan(latitude, longitude)) return null;
    const { east, north } = tm2Grid(latitude, longitude).forward(latitude, longitude);
    return { meridian: tm2Meridian(latitude, longitude), easting: east, northing: north };
}

/** The grid whose lines belong to a notation at a place, or null where that has none. */
export function gridOf(name, latitude, longitude) {
    if (!isPlace(latitude, longitude)) return null;
    if (name === "tm2") return isInTaiwan(latitude, longitude) ? tm2Grid(latitude, longitude) : null;
    const isMetric = (name === "utm" || name === "mgrs") && latitude >= -80 && latitude <= 84;
    return isMetric ? utmGrid(latitude, longitude) : null;
}

/** "245645, 2595765 (121)". */
export function tm2Text(latitude, longitude) {
    const place = tm2(latitude, longitude);
    return place && `${Math.round(place.easting)}, ${Math.round(place.northing)} (${place.meridian})`;
}

/** All notations by name, in the order in which the page shows them. */
export const notations = [
    { name: "decimal", text: decimalDegrees },
    { name: "dms", text: degreesMinutesSeconds },
    { name: "utm", text: utmText },
    { name: "mgrs", text: mgrsText },
    { name: "tm2", text: tm2Text },
];

/** A place in the notation that is asked for, or in degrees where it has none in that. */
export function placeText(latitude, longitude, name) {
    const notation = notations.find((each) => each.name === name) ?? notations[0];
    return notation.text(latitude, longitude) ?? decimalDegrees(latitude, longitude);
}
