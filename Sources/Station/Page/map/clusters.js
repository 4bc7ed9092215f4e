// Where detections lie on the map: a grid of cells for looking up, with dense ones drawn as one.

// Pixels of a cell at a whole zoom; while one zooms in to the next, it grows to twice that.
const CELL = 64;
const DENSE = 4;
// From here on everything is drawn for itself: a pixel is less than 0.3 m.
const ALONE_FROM = 19;

function mayHide(kind) {
    return kind === "open" || kind === "false";
}

export class Clusters {
    #cells = new Map();
    #size;

    /** `marks`: `{x, y, kind, ...}` in parts of the world. What wants a decision, or was confirmed, is never hidden. */
    constructor(marks, zoom) {
        this.#size = CELL / (256 * 2 ** zoom);
        for (const mark of marks) {
            const key = this.#key(Math.floor(mark.x / this.#size), Math.floor(mark.y / this.#size));
            let cell = this.#cells.get(key);
            if (!cell) this.#cells.set(key, cell = { shown: [], hidden: [], cluster: null });
            (mayHide(mark.kind) && zoom < ALONE_FROM ? cell.hidden : cell.shown).push(mark);
        }
        for (const cell of this.#cells.values()) this.#gather(cell);
    }

    #key(column, row) {
        return column * 67108864 + row;
    }

    #gather(cell) {
        if (cell.hidden.length < DENSE) {
            cell.shown.push(...cell.hidden);
            cell.hidden = [];
            return;
        }
        let x = 0;
        let y = 0;
        for (const mark of cell.hidden) {
            x += mark.x;
            y += mark.y;
        }
        cell.cluster = { x: x / cell.hidden.length, y: y / cell.hidden.length, marks: cell.hidden };
    }

    /** Calls back for each mark and each cluster of the cells that touch a rectangle of the world. */
    within(bounds, onMark, onCluster) {
        const column = (value) => Math.floor(value / this.#size);
        const west = column(bounds.west);
        const east = column(bounds.east);
        const north = column(bounds.north);
        const south = column(bounds.south);
        const visit = (cell) => {
            if (cell.cluster) onCluster(cell.cluster);
            for (const mark of cell.shown) onMark(mark);
        };
        for (let x = west; x <= east; x += 1) for (let y = north; y <= south; y += 1) {
            const cell = this.#cells.get(this.#key(x, y));
            if (cell) visit(cell);
        }
    }
}
