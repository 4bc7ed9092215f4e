// The station's HTTP interface: one function a request.

/** An answer that is no success: `status` 0 where there was none. */
export class Refusal extends Error {
    constructor(status, message) {
        super(message);
        this.status = status;
    }
}

async function request(path, options = {}, patience = 15000) {
    let response;
    try {
        response = await fetch(path, {
            cache: "no-store", credentials: "same-origin", ...options,
                signal: options.signal ?? AbortSignal.timeout(patience),
        });
    } catch (error) {
        throw new Refusal(0, String(error?.message ?? error));
    }
    if (response.ok) return response;
    let message = "";
    try {
        message = String((await response.json()).error ?? "");
    } catch {
        // An answer of something between page and station: its status is all there is.
    }
    throw new Refusal(response.status, message);
}

/** Sends a command; returns when the station has it on its disk. */
export async function post(path, body) {
    await request(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Arete": "1" },
        body: JSON.stringify(body),
    });
}

async function json(path, patience) {
    const response = await request(path, {}, patience);
    try {
        return await response.json();
    } catch (error) {
        throw new Refusal(0, String(error?.message ?? error));
    }
}

export const login = (token) => post("/login", { token });
export const logout = () => post("/logout", {});

/** All there is. A slow radio network may take a minute for thousands of tracks. */
export const fetchState = () => json("/api/state", 90000);

/** Metres above sea level of the ground at a place, or null. */
export async function groundHeight(latitude, longitude) {
    const { height } = await json(`/api/terrain?latitude=${latitude.toFixed(6)}&longitude=${longitude.toFixed(6)}`,
        15000);
    return Number.isFinite(height) ? height : null;
}

/** A stream of server-sent events from a revision on; `signal` ends it. */
export async function openChanges(revision, signal) {
    const response = await request(`/api/changes?since=${encodeURIComponent(revision)}`, {
        headers: { "Accept": "text/event-stream", "Last-Event-ID": String(revision) },
        signal,
    });
    if (!response.body) throw new Refusal(0, "no stream");
    return response.body.getReader();
}
