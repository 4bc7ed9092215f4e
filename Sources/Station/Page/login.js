// Lets who has the token in: typed, or from the pairing code's address.
import { login } from "./api.js";
import { byId, setAttribute, setHidden, setText } from "./dom.js";
import { switchLanguage, t } from "./i18n.js";

function tokenOfAddress() {
    const match = /^#token=(.+)$/.exec(location.hash);
    if (!match) return null;
    // Out of the address and the history at once: neither a photograph of the screen nor the next user gets it.
    history.replaceState(null, "", location.pathname);
    try {
        return decodeURIComponent(match[1]);
    } catch {
        return match[1];
    }
}

export class Login {
    #entered;
    #isBusy = false;
    #error = null;

    /** `entered()` is called when the station took the token. */
    constructor(entered) {
        this.#entered = entered;
        byId("login-form").addEventListener("submit", (event) => {
            event.preventDefault();
            this.#try(byId("login-token").value.trim());
        });
        byId("login-show").addEventListener("click", () => {
            const isShown = byId("login-token").type === "text";
            byId("login-token").type = isShown ? "password" : "text";
            setAttribute(byId("login-show"), "aria-pressed", String(!isShown));
        });
        byId("login-language").addEventListener("click", switchLanguage);
        window.addEventListener("hashchange", () => this.tryAddress());
        this.relabel();
    }

    relabel() {
        setText(byId("login-language"), t("language.other"));
        setAttribute(byId("login-language"), "lang", t("language.other_tag"));
        setText(byId("login-error"), this.#error === null ? "" : this.#words(this.#error));
    }

    /** Whether the address had a token, which is tried then. */
    async tryAddress() {
        const token = tokenOfAddress();
        if (token === null) return false;
        await this.#try(token);
        return true;
    }

    show() {
        setHidden(byId("app"), true);
        setHidden(byId("login"), false);
        byId("login-token").focus();
    }

    hide() {
        setHidden(byId("login"), true);
        setHidden(byId("app"), false);
    }

    async #try(token) {
        if (this.#isBusy || !token) return;
        this.#isBusy = true;
        this.#error = null;
        setText(byId("login-error"), "");
        try {
            await login(token);
            byId("login-token").value = "";
            this.hide();
            this.#entered();
        } catch (error) {
            this.#error = error;
            this.show();
            setText(byId("login-error"), this.#words(error));
        }
        this.#isBusy = false;
    }

    #words(error) {
        if (error.status === 401) return t("login.wrong");
        if (error.status === 429) return t("login.too_many");
        if (error.status === 0) return t("login.unreachable");
        return t("login.refused", { status: error.status, message: error.message });
    }
}
