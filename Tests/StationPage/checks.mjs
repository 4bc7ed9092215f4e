// Checks what of the page needs no browser, with node 20.19 or later: node Tests/StationPage/checks.mjs
import { readFileSync } from "node:fs";

const page = new URL("../../Sources/Station/Page/", import.meta.url);
const load = (name) => import(new URL(name, page));
const { decimalDegrees, degreesMinutesSeconds, gridOf, isInTaiwan, mgrsText, notations, tm2, utm,
    utmText } = await load("coordinates.js");
const { direction } = await load("directions.js");
const { EventReader } = await load("events.js");
const { ordered } = await load("order.js");
const { extended } = await load("paths.js");
const { Clusters } = await load("map/clusters.js");
const { View } = await load("map/view.js");
const known = JSON.parse(readFileSync(new URL("places.json", import.meta.url)));

let failed = 0;
async function check(sentence, action) {
    try {
        await action();
        console.log(`ok: ${sentence}`);
    } catch (error) {
        failed += 1;
        console.error(`FAILED: ${sentence}: ${error.message}`);
    }
}
function expect(condition, words) {
    if (!condition) throw new Error(words);
}
const near = (a, b, limit, words) => expect(Math.abs(a - b) <= limit, `${words}: ${a} is not ${b}`);

// A generator whose seed is printed, so that a failure comes again.
const seed = Number(process.env.SEED ?? Date.now() % 1e9);
console.log(`seed ${seed}`);
let state = seed;
function random() {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}

await check("UTM agrees with PROJ to a millimetre", () => {
    for (const [latitude, longitude, zone, easting, northing] of known.utm) {
        const place = utm(latitude, longitude);
        expect(`${place.zone}${place.band}` === zone, `zone of ${latitude}, ${longitude}: ${place.zone}${place.band}`);
        near(place.easting, easting, 0.0015, `easting of ${latitude}, ${longitude}`);
        near(place.northing, northing, 0.0015, `northing of ${latitude}, ${longitude}`);
    }
});
await check("MGRS names the square that holds the place", () => {
    for (const [latitude, longitude, , , , mgrs] of known.utm) {
        expect(mgrsText(latitude, longitude) === mgrs,
            `${latitude}, ${longitude}: ${mgrsText(latitude, longitude)} is not ${mgrs}`);
    }
});
await check("TWD97 TM2 agrees with PROJ to a millimetre, on the islands too", () => {
    for (const [latitude, longitude, meridian, easting, northing] of known.tm2) {
        const place = tm2(latitude, longitude);
        expect(place.meridian === meridian, `meridian of ${latitude}, ${longitude}: ${place.meridian}`);
        near(place.easting, easting, 0.0015, "easting");
        near(place.northing, northing, 0.0015, "northing");
    }
});
await check("grids lead back to where one came from", () => {
    for (let round = 0; round < 2000; round += 1) {
        const [latitude, longitude] = [random() * 160 - 79, random() * 360 - 180];
        const grid = gridOf("utm", latitude, longitude);
        const { east, north } = grid.forward(latitude, longitude);
        const place = grid.inverse(east, north);
        near(place.latitude, latitude, 2e-9, `latitude of ${latitude}, ${longitude}`);
        near(place.longitude, longitude, 2e-9 / Math.cos(latitude * Math.PI / 180),
            `longitude of ${latitude}, ${longitude}`);
    }
    expect(gridOf("decimal", 23, 121) === null && gridOf("tm2", 35, 138) === null && gridOf("utm", 85, 0) === null,
        "no grid");
});
await check("seconds that round up to a minute are carried", () => {
    for (const [latitude, longitude, text] of known.dms) {
        expect(degreesMinutesSeconds(latitude, longitude) === text,
            `${degreesMinutesSeconds(latitude, longitude)} is not ${text}`);
    }
});
await check("places without a grid have none", () => {
    for (const [latitude, longitude] of known.none) expect(utmText(latitude, longitude) === null,
        `${latitude}, ${longitude}`);
    expect(!isInTaiwan(35.36, 138.73) && tm2(35.36, 138.73) === null, "Mount Fuji is not in Taiwan");
    for (const value of [NaN, Infinity, undefined, null, "23"]) {
        for (const { name, text } of notations) expect(text(value, 121) === null, `${name} of ${String(value)}`);
    }
    expect(decimalDegrees(10, 190) === "10.00000, -170.00000", "longitudes are wrapped");
});
await check("distances and bearings are those of the ellipsoid", () => {
    const lengths = direction({ latitude: 23.5, longitude: 121 }, { latitude: 23.51, longitude: 121 });
    near(lengths.distance, 1107.6, 0.5, "a hundredth of a degree north");
    near(lengths.bearing, 0, 1e-9, "north");
    near(direction({ latitude: 23.5, longitude: 121 }, { latitude: 23.5, longitude: 120.99 }).bearing, 270, 1e-6,
        "west");
    near(direction({ latitude: 0, longitude: 179.999 }, { latitude: 0, longitude: -179.999 }).distance, 222.6, 0.5,
        "the date line");
});
await check("events are the same however their bytes are cut", () => {
    const text = "\uFEFF: alive\n\nevent: changes\r\nid: 7\ndata: {\"a\":\ndata: \"人員\"}\n\nevent: reset\n\n: x\r\rdata:b\n\n".slice(1);
    const bytes = new TextEncoder().encode(text);
    const wanted = JSON.stringify([{ event: "changes", data: "{\"a\":\n\"人員\"}", id: "7" },
        { event: "reset", data: "", id: "7" },
        { event: "message", data: "b", id: "7" }]);
    for (let round = 0; round < 500; round += 1) {
        const reader = new EventReader();
        const events = [];
        for (let at = 0; at < bytes.length;) {
            const end = at + 1 + Math.floor(random() * 9);
            events.push(...reader.take(bytes.slice(at, end)));
            at = end;
        }
        expect(JSON.stringify(events) === wanted, JSON.stringify(events));
    }
});
await check("a path keeps what was added, and both ends when it is thinned", () => {
    let path = [];
    for (let index = 0; index < 1998; index += 3) path = extended(path, [[index], [index + 1], [index + 2]]);
    expect(path.length === 1998 && path.every(([place], index) => place === index), `${path.length} places`);
    for (let index = 1998; index < 9000; index += 1) path = extended(path, [[index]]);
    expect(path.length <= 2000 && path.length > 900 && path.at(-1)[0] === 8999, `${path.length} are kept`);
    expect(path[0][0] < 40 && path.every(([place], index) => !index || place > path[index - 1][0]), "in their order");
    expect(extended(path, []) === path, "nothing new");
});
await check("what needs a decision comes first, and the newest of it", () => {
    const kinds = { a: "confirmed", b: "alert", c: "open", d: "alert", e: "false", f: "alerted", g: "open" };
    const alerts = { b: [{ heard: 5 }], d: [{ heard: 9 }], f: [{ heard: 99 }] };
    const commands = { kind: (track) => kinds[track.id], alerts: (track) => alerts[track.id] ?? [] };
    const tracks = Object.keys(kinds).map((id) => ({ id, first: 1, state: id === "g" ? "gone" : "seen" }));
    const order = ordered(tracks, commands,
        { filter: "all", sort: "need", from: null }).entries.map((entry) => entry.track.id);
    expect(order.join("") === "dbfcgae", order.join(""));
    const { entries, counts } = ordered(tracks, commands, { filter: "decide", sort: "need", from: null });
    expect(entries.length === 5 && counts.decide === 5 && counts.all === 7 && counts.false === 1,
        JSON.stringify(counts));
});
await check("every detection in view is drawn, alone or in a cluster, and none that wants a decision is hidden", () => {
    const kinds = ["open", "false", "alert", "confirmed", "alerted"];
    for (let round = 0; round < 20; round += 1) {
        const marks = Array.from({ length: 800 }, (_, id) => ({
            id, x: 0.83 + random() * 1e-4, y: 0.43 + random() * 1e-4,
                kind: kinds[Math.floor(random() ** 3 * kinds.length)],
        }));
        const clusters = new Clusters(marks, 8 + Math.floor(random() * 12));
        const alone = new Set();
        const gathered = new Set();
        clusters.within({ west: 0.83, north: 0.43, east: 0.8301, south: 0.4301 },
            (mark) => alone.add(mark.id), (cluster) => cluster.marks.forEach((mark) => gathered.add(mark.id)));
        expect(alone.size + gathered.size === marks.length, `${alone.size} and ${gathered.size} of ${marks.length}`);
        for (const mark of marks) expect(alone.has(mark.id) || mark.kind === "open" || mark.kind === "false",
            `hidden: ${mark.kind}`);
    }
});
await check("what is under a finger stays there while the map zooms", () => {
    for (let round = 0; round < 200; round += 1) {
        const view = Object.assign(new View(), { width: 860, height: 740 });
        view.moveTo(random() * 120 - 60, random() * 300 - 150, 4 + random() * 14);
        const [x, y] = [random() * 860, random() * 740];
        const before = view.placeAt(x, y);
        view.zoomBy(random() * 2 - 1, x, y);
        const after = view.placeAt(x, y);
        near(after.latitude, before.latitude, 1e-9, "latitude");
        near(after.longitude, before.longitude, 1e-9, "longitude");
    }
});
await check("both languages have every text, with the same values in it", async () => {
    const [english, chinese] = [(await load("i18n/en.js")).default, (await load("i18n/zh-Hant.js")).default];
    const values = (text) => (typeof text === "string"
        ? [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort().join() : "counted");
    for (const key of new Set([...Object.keys(english), ...Object.keys(chinese)])) {
        expect(key in english, `English lacks ${key}`);
        expect(key in chinese, `Chinese lacks ${key}`);
        if (typeof english[key] === "string" && typeof chinese[key] === "string") {
            expect(values(english[key]) === values(chinese[key]), `values of ${key}`);
        }
    }
});
process.exitCode = failed ? 1 : 0;
