// The map's colours in both themes.

const light = {
    ground: "#e9ece6", graticule: "rgba(20, 30, 40, 0.35)", halo: "#ffffff", ink: "#10181f",
    footprint: "rgba(255, 255, 255, 0.22)", terrain: 0.82, area: 0.62,
};
const dark = {
    ground: "#12181c", graticule: "rgba(200, 215, 225, 0.28)", halo: "#0b0f12", ink: "#f3f6f8",
    footprint: "rgba(255, 255, 255, 0.10)", terrain: 0.42, area: 0.5,
};

export const palettes = { light, dark };

/** Symbols stand on any ground with a dark rim in a light one, so they are the same in both themes. */
export const symbolColours = {
    alert: "#d80027", alerted: "#ff7a00", open: "#ffd60a", confirmed: "#008a4e", false: "#aab2b8",
};

/** Told apart by people who see fewer colours (after Okabe and Ito, darkened for a light ground). */
export const pathColours = ["#0063b2", "#a3006b", "#00735c", "#9c5100", "#5b3fc4", "#4f6200"];

/** Probability of detection as colour: one hue, deeper is better searched. Red, green, blue, opacity (0 to 255). */
export function areaColour(probability) {
    return [Math.round(150 - 110 * probability), Math.round(120 - 90 * probability), Math.round(235 - 60 * probability),
        Math.round(70 + 170 * probability)];
}
