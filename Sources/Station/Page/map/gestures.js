// Fingers, mouse, wheel and keys on the map.

// A gloved finger trembles: what moved less than this is a tap.
const TREMBLE = 12;
const LONG = 600;
const STEP = 90;

/** Calls `pan(dx, dy)`, `zoom(levels, x, y)`, `tap(x, y)`, `hold(x, y)`, `hover(x, y)`; keys tap the middle. */
export function listenToGestures(canvas, actions) {
    const pointers = new Map();
    let moved = false;
    let begin = null;
    let holdTimer = 0;
    let pinch = null;
    let lastTap = { at: 0, x: 0, y: 0 };

    // Asked at the first touch: while a finger moves, the map does not.
    let box = null;
    const at = (event) => {
        if (!box || pointers.size === 0) box = canvas.getBoundingClientRect();
        return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    const spread = () => {
        const [a, b] = [...pointers.values()];
        return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, length: Math.max(20, Math.hypot(a.x - b.x, a.y - b.y)) };
    };

    canvas.addEventListener("pointerdown", (event) => {
        if (event.button > 0) return;
        canvas.setPointerCapture(event.pointerId);
        const place = at(event);
        pointers.set(event.pointerId, place);
        clearTimeout(holdTimer);
        if (pointers.size === 1) {
            moved = false;
            begin = place;
            holdTimer = setTimeout(() => {
                if (pointers.size !== 1 || moved) return;
                moved = true;
                actions.hold(place.x, place.y);
            }, LONG);
        } else if (pointers.size === 2) {
            moved = true;
            pinch = spread();
        }
    });

    canvas.addEventListener("pointermove", (event) => {
        const place = at(event);
        const before = pointers.get(event.pointerId);
        if (!before) {
            actions.hover(place.x, place.y);
            return;
        }
        if (pointers.size === 1) {
            if (!moved && Math.hypot(place.x - begin.x, place.y - begin.y) < TREMBLE) return;
            if (!moved) {
                moved = true;
                clearTimeout(holdTimer);
            }
            pointers.set(event.pointerId, place);
            actions.pan(place.x - before.x, place.y - before.y);
            return;
        }
        pointers.set(event.pointerId, place);
        if (pointers.size === 2 && pinch) {
            const now = spread();
            actions.pan(now.x - pinch.x, now.y - pinch.y);
            actions.zoom(Math.log2(now.length / pinch.length), now.x, now.y);
            pinch = now;
        }
    });

    const end = (event) => {
        if (!pointers.has(event.pointerId)) return;
        pointers.delete(event.pointerId);
        clearTimeout(holdTimer);
        pinch = pointers.size === 2 ? spread() : null;
        if (moved || pointers.size > 0 || event.type === "pointercancel") return;
        const place = at(event);
        const again = event.timeStamp - lastTap.at < 320 && Math.hypot(place.x - lastTap.x, place.y - lastTap.y) < 30;
        lastTap = { at: again ? 0 : event.timeStamp, x: place.x, y: place.y };
        if (again) actions.zoom(1, place.x, place.y);
        else actions.tap(place.x, place.y);
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());

    canvas.addEventListener("wheel", (event) => {
        event.preventDefault();
        const lines = event.deltaMode === 1 ? 30 : event.deltaMode === 2 ? 300 : 1;
        const place = at(event);
        actions.zoom(Math.max(-1, Math.min(1, -event.deltaY * lines / 300)), place.x, place.y);
    }, { passive: false });

    canvas.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const step = event.shiftKey ? STEP * 4 : STEP;
        const keys = {
            ArrowLeft: () => actions.pan(step, 0),
            ArrowRight: () => actions.pan(-step, 0),
            ArrowUp: () => actions.pan(0, step),
            ArrowDown: () => actions.pan(0, -step),
            "+": () => actions.zoom(0.5),
            "=": () => actions.zoom(0.5),
            "-": () => actions.zoom(-0.5),
            "0": () => actions.fit(),
            Enter: () => actions.tap(canvas.clientWidth / 2, canvas.clientHeight / 2),
            " ": () => actions.hold(canvas.clientWidth / 2, canvas.clientHeight / 2),
        };
        const action = keys[event.key];
        if (!action) return;
        event.preventDefault();
        event.stopPropagation();
        action();
    });
}
