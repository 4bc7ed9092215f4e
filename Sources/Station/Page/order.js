// Which detections come first in the list.
import { direction } from "./directions.js";

const RANKS = { alert: 0, alerted: 1, open: 2, confirmed: 4, false: 5 };

/** Whether a kind passes a filter of the list. */
export function passes(filter, kind) {
    if (filter === "decide") return kind === "alert" || kind === "alerted" || kind === "open";
    if (filter === "confirmed" || filter === "false") return kind === filter;
    return true;
}

// The hour a detection began stands still, so that the list does; the hour it was last seen would stir it all the time.
function begin(track, alerts) {
    let newest = null;
    for (const alert of alerts) newest = Math.max(newest ?? 0, alert.heard ?? 0);
    return newest ?? track.first ?? track.heard ?? 0;
}

/** Tracks with their kinds, sorted by "need", "newest" or "near" (`from` a place). */
export function ordered(tracks, commands, { filter, sort, from }) {
    const entries = [];
    const counts = { all: 0, decide: 0, confirmed: 0, false: 0 };
    for (const track of tracks) {
        const kind = commands.kind(track);
        counts.all += 1;
        counts[kind === "confirmed" || kind === "false" ? kind : "decide"] += 1;
        if (!passes(filter, kind)) continue;
        const gone = kind === "open" && track.state === "gone" ? 1 : 0;
        const near = sort === "near" && from && track.position ? direction(from, track.position).distance : Infinity;
        entries.push({ track, kind, rank: RANKS[kind] + gone, begin: begin(track, commands.alerts(track)), near });
    }
    const byAge = (a, b) => b.begin - a.begin || (a.track.id < b.track.id ? 1 : -1);
    if (sort === "near" && from) entries.sort((a, b) => (a.near === b.near ? byAge(a, b) : a.near - b.near));
    else if (sort === "newest") entries.sort(byAge);
    else entries.sort((a, b) => a.rank - b.rank || byAge(a, b));
    return { entries, counts };
}
