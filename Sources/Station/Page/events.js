// Server-sent events out of a stream of bytes.

/** Reads events as the HTML standard words them (section 9.2.6); comments keep the line alive and are dropped. */
export class EventReader {
    #decoder = new TextDecoder();
    #rest = "";
    #event = "";
    #data = [];
    #id = "";

    /** The events that are complete with these bytes: `{event, data, id}`. */
    take(bytes) {
        this.#rest += this.#decoder.decode(bytes, { stream: true });
        const events = [];
        // A carriage return at the end may be half of a line's end.
        const lines = this.#rest.split(/\r\n|\n|\r(?!$)/);
        this.#rest = lines.pop();
        for (const line of lines) {
            if (line === "") {
                if (this.#event || this.#data.length) {
                    events.push({ event: this.#event || "message", data: this.#data.join("\n"), id: this.#id });
                }
                this.#event = "";
                this.#data = [];
                continue;
            }
            const colon = line.indexOf(":");
            if (colon === 0) continue;
            const field = colon < 0 ? line : line.slice(0, colon);
            const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
            if (field === "event") this.#event = value;
            else if (field === "data") this.#data.push(value);
            else if (field === "id") this.#id = value;
        }
        return events;
    }
}
