// Making and filling elements; text from anywhere goes in by textContent alone.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

/** An element; `text` becomes its text, true and false become present and absent attributes. */
export function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (value === null || value === undefined || value === false) continue;
        if (key === "text") element.textContent = value;
        else if (key === "click") element.addEventListener("click", value);
        else element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
}

/** An icon of icons.svg; it says nothing to screen readers. */
export function icon(name) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS(SVG, "use");
    use.setAttribute("href", `/assets/icons.svg#${name}`);
    svg.append(use);
    return svg;
}

/** A button with an icon and a text. */
export function button(iconName, text, attributes = {}) {
    return make("button", { type: "button", class: "button", ...attributes },
        iconName ? icon(iconName) : null, make("span", { class: "button-text", text }));
}

/** Sets a text only where it differs: what did not change is not laid out again, nor read out again. */
export function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
    if (value === null || value === undefined || value === false) {
        if (element.hasAttribute(name)) element.removeAttribute(name);
    } else {
        const text = value === true ? "" : String(value);
        if (element.getAttribute(name) !== text) element.setAttribute(name, text);
    }
}

export function setHidden(element, hidden) {
    if (element.hidden !== hidden) element.hidden = hidden;
}
