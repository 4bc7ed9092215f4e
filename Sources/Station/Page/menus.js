// Small windows that a button opens and closes.
import { setAttribute, setHidden } from "./dom.js";

const open = new Set();

/** Couples a button with what it opens; the focus goes in, and back where it came from. */
export function couple(button, menu) {
    const close = (focus) => {
        if (menu.hidden) return false;
        setHidden(menu, true);
        setAttribute(button, "aria-expanded", "false");
        open.delete(close);
        if (focus) button.focus();
        return true;
    };
    button.addEventListener("click", () => {
        if (close(true)) return;
        for (const other of [...open]) other(false);
        setHidden(menu, false);
        setAttribute(button, "aria-expanded", "true");
        open.add(close);
        menu.querySelector("input, a, button")?.focus();
    });
    document.addEventListener("pointerdown", (event) => {
        if (!menu.contains(event.target) && !button.contains(event.target)) close(false);
    });
    menu.addEventListener("focusout", (event) => {
        if (event.relatedTarget && !menu.contains(event.relatedTarget)
            && !button.contains(event.relatedTarget)) close(false);
    });
}

/** Closes the menu that is open; false where none is. */
export function closeMenu() {
    let closed = false;
    for (const close of [...open]) closed = close(true) || closed;
    return closed;
}
