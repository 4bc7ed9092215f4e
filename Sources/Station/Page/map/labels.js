// Words on the map with a rim that sets them off: drawn once each, then copied, because rims take long to draw.

const KEPT = 300;
const HEIGHT = 20;

export class Labels {
    #labels = new Map();
    #ratio = 1;
    #colours = "";

    /** Before each picture: labels of another sharpness or theme are of no use. */
    begin(ratio, palette) {
        const colours = `${palette.halo} ${palette.ink}`;
        if (ratio === this.#ratio && colours === this.#colours && this.#labels.size < KEPT) return;
        this.#labels.clear();
        this.#ratio = ratio;
        this.#colours = colours;
    }

    #label(text, font) {
        const key = `${font} ${text}`;
        let label = this.#labels.get(key);
        if (label) return label;
        const [halo, ink] = this.#colours.split(" ");
        const canvas = new OffscreenCanvas(1, 1);
        const context = canvas.getContext("2d");
        context.font = font;
        const width = context.measureText(text).width;
        canvas.width = Math.ceil((width + 6) * this.#ratio);
        canvas.height = HEIGHT * this.#ratio;
        // A canvas that got another size forgot its state.
        Object.assign(context,
            { font, textBaseline: "middle", lineJoin: "round", lineWidth: 4, strokeStyle: halo, fillStyle: ink });
        context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
        context.strokeText(text, 3, HEIGHT / 2);
        context.fillText(text, 3, HEIGHT / 2);
        label = { canvas, width };
        this.#labels.set(key, label);
        return label;
    }

    width(text, font) {
        return this.#label(text, font).width;
    }

    /** The text from x on, its middle at y. */
    draw(context, text, font, x, y) {
        const { canvas } = this.#label(text, font);
        const whole = (value) => Math.round(value * this.#ratio) / this.#ratio;
        context.drawImage(canvas, whole(x - 3), whole(y - HEIGHT / 2), canvas.width / this.#ratio, HEIGHT);
    }
}

export const SMALL = "600 12px system-ui, sans-serif";
export const PLAIN = "600 13px system-ui, 'Noto Sans CJK TC', sans-serif";
export const BOLD = "700 13px system-ui, 'Noto Sans CJK TC', sans-serif";
