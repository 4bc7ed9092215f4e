"""Drives the ground station's page in Chromium and says what it found, a line a check.

    drive.py URL TOKEN [--alert COMMAND] [--cut COMMAND] [--mend COMMAND] [--shots FOLDER] [--frames]

COMMANDs are run by a shell: one makes a sender tell of a person with a rule that fits, one takes the station off the
network, one brings it back. Checks that need one that is not given are skipped, with a word. Ends with 1 if any failed.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import time

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

HERE = pathlib.Path(__file__).parent
SIZES = {"lying": (1280, 800), "upright": (800, 1280)}
# Half a finger of a glove; WCAG 2.2 asks for 24 at AA and for 44 at AAA.
SMALLEST_TARGET = 44
SLOWEST_FRAMES = 30

NAMES_AND_SIZES = """
const shown = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
const found = [];
for (const element of document.querySelectorAll(
    "button, a[href], input, select, [role=tab], [role=option], [tabindex='0']")) {
    if (!shown(element) || element.closest(".skips")) continue;
    const label = element.closest("label") ?? element;
    const box = label.getBoundingClientRect();
    const name = element.getAttribute("aria-label") || element.textContent.trim()
        || (element.labels?.length ? element.labels[0].textContent.trim() : "")
        || document.getElementById(element.getAttribute("aria-labelledby"))?.textContent;
    const what = element.id || element.className || element.tagName;
    found.push({ what, name, width: box.width, height: box.height });
}
return found;
"""

# Text against the nearest ground behind it that is not transparent: WCAG 1.4.3, also where axe is not sure.
CONTRAST = """
const numbers = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
const light = ([red, green, blue]) => [red, green, blue].map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
const found = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !element.checkVisibility()) continue;
    if (element.closest(".hidden-text, .skips, option, noscript")) continue;
    const style = getComputedStyle(element);
    let ground = [255, 255, 255];
    for (let behind = element; behind; behind = behind.parentElement) {
        const colour = numbers(getComputedStyle(behind).backgroundColor);
        if ((colour[3] ?? 1) === 1) { ground = colour; break; }
    }
    const [a, b] = [light(numbers(style.color)), light(ground)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const wanted = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if (ratio < wanted) found.push(`${node.textContent.trim().slice(0, 40)}: ${ratio.toFixed(2)}`);
}
return found;
"""

KEYS_IN_SIGHT = """
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const found = [];
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (/^[a-z]+\\.[a-z_]+$/.test(node.textContent.trim())) found.push(node.textContent.trim());
}
for (const element of document.querySelectorAll("[aria-label], [title], [alt]")) {
    for (const name of ["aria-label", "title", "alt"]) {
        if (/^[a-z]+\\.[a-z_]+$/.test(element.getAttribute(name) ?? "")) found.push(element.getAttribute(name));
    }
}
return found;
"""

# Counts tones that sound.
TONES = """
window.tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...values) {
    window.tones += 1;
    return start.apply(this, values);
};
"""

PAN = """
const done = arguments[arguments.length - 1];
const canvas = document.getElementById("map");
const box = canvas.getBoundingClientRect();
const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
canvas.setPointerCapture = () => {};
const send = (type, dx, dy) => canvas.dispatchEvent(new PointerEvent(type,
    { pointerId: 1, clientX: x + dx, clientY: y + dy, bubbles: true, isPrimary: true }));
const times = [];
const begin = performance.now();
let last = begin;
send("pointerdown", 0, 0);
requestAnimationFrame(function frame(now) {
    times.push(now - last);
    last = now;
    send("pointermove", 220 * Math.sin(times.length / 25), 160 * Math.sin(times.length / 17));
    if (now - begin < 8000) return requestAnimationFrame(frame);
    send("pointerup", 0, 0);
    times.sort((a, b) => a - b);
    done({ perSecond: times.length * 1000 / (last - begin), slowOf20: times[Math.floor(times.length * 0.95)] });
});
"""


class Skip(Exception):
    """A check that cannot be made here, and why."""


class Drive:
    def __init__(self, options):
        self.options = options
        self.passed = self.failed = self.skipped = 0
        self.browser = None
        self.axe = self.find_axe()

    @staticmethod
    def find_axe():
        try:
            import axe_core_python
        except ImportError:
            return None
        return pathlib.Path(axe_core_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")

    def start(self, size="lying", language="en", mobile=False):
        self.stop()
        arguments = Options()
        for argument in (
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--lang={language}",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
        ):
            arguments.add_argument(argument)
        arguments.add_experimental_option("prefs", {"intl.accept_languages": language})
        arguments.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        arguments.accept_insecure_certs = True
        self.browser = webdriver.Chrome(service=Service(self.options.chromedriver), options=arguments)
        self.browser.set_script_timeout(60)
        self.browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": TONES})
        self.resize(size, mobile)

    def resize(self, size, mobile=False):
        width, height = SIZES[size]
        self.browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile},
        )

    def stop(self):
        if self.browser:
            self.browser.quit()
        self.browser = None

    # What checks are made of.

    def find(self, css):
        return self.browser.find_element(By.CSS_SELECTOR, css)

    def text(self, css):
        return self.run("return document.querySelector(arguments[0])?.textContent ?? ''", css).strip()

    def shown(self, css):
        return self.run("return document.querySelector(arguments[0])?.checkVisibility() ?? false", css)

    def run(self, script, *values):
        return self.browser.execute_script(script, *values)

    def press(self, keys):
        ActionChains(self.browser).send_keys(keys).perform()

    def until(self, condition, seconds, words):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.1)
        raise AssertionError(f"{words} (not within {seconds} s)")

    def command(self, name):
        command = getattr(self.options, name)
        if not command:
            raise Skip(f"no --{name}")
        if callable(command):
            return command()
        subprocess.run(command, shell=True, check=True, stdout=subprocess.DEVNULL)

    def state(self):
        return self.browser.execute_async_script(
            "const done = arguments[0]; fetch('/api/state').then((answer) => answer.json()).then(done)"
        )

    def open_page(self):
        self.browser.get("about:blank")
        self.browser.get(f"{self.options.url}#token={self.options.token}")
        self.until(lambda: self.run("return document.body.dataset.phase") == "live", 30, "the page is live")

    def download(self, into, kind, format):
        """Takes an export through the page into a folder; returns its file."""
        into.mkdir(exist_ok=True)
        behaviour = {"behavior": "allow", "downloadPath": str(into)}
        self.browser.execute_cdp_cmd("Browser.setDownloadBehavior", behaviour)
        self.press(Keys.ESCAPE)
        if not self.shown("#exports"):
            self.run("document.getElementById('exports-button').click()")
        self.run(f"document.querySelector(\"a[data-kind='{kind}'][data-format='{format}']\").click()")
        path = into / f"{kind}.{format}"
        self.until(path.exists, 20, f"{path.name} comes")
        self.press(Keys.ESCAPE)
        return path

    @property
    def counts(self):
        return self.passed, self.failed, self.skipped

    def shot(self, name):
        if self.options.shots:
            folder = pathlib.Path(self.options.shots)
            folder.mkdir(parents=True, exist_ok=True)
            self.browser.save_screenshot(str(folder / f"{name}.png"))

    # The checks, in the order in which they are made.

    def check_wrong_token(self):
        """a wrong token is refused in words, and the page keeps asking"""
        self.browser.get(self.options.url)
        self.until(lambda: self.shown("#login-form"), 10, "the login is shown")
        assert self.run("return document.activeElement.id") == "login-token", "the token's field has the focus"
        self.find("#login-token").send_keys("no such token" + Keys.ENTER)
        self.until(lambda: len(self.text("#login-error")) > 10, 10, "the refusal is told")
        self.shot("login")

    def check_token_in_address(self):
        """a token in the address is used and leaves neither address nor history"""
        self.open_page()
        assert "token" not in self.browser.current_url, self.browser.current_url
        assert self.options.token not in self.run("return JSON.stringify([location.href, history.state])")

    def check_list(self):
        """the list has a row for each detection, and only those in sight exist"""
        count = len(self.state()["tracks"])
        if count == 0:
            raise Skip("the station has no tracks")
        self.run("document.querySelector('[data-filter=all]').click()")
        size = self.run("return document.querySelector('.row')?.getAttribute('aria-setsize')")
        assert abs(int(size) - count) <= 5, f"{size} rows for {count} tracks"
        rows = self.run("return document.querySelectorAll('.row').length")
        assert rows < 40, f"{rows} rows exist"

    def check_alert(self):
        """a new alert is shown, spoken and first in the list"""
        before = {alert["id"] for alert in self.state()["alerts"]}
        self.press(Keys.ESCAPE)
        # Browsers give no sound before a first touch.
        self.find("#station-name").click()
        tones = self.run("return tones")
        self.command("alert")
        self.until(lambda: self.shown("#banner") and len(self.text("#assertive")) > 5, 15, "banner and spoken alert")
        new = [alert for alert in self.state()["alerts"] if alert["id"] not in before]
        assert new, "the station has no new alert"
        self.until(
            lambda: self.run("return document.querySelector(\".row[aria-posinset='1']\").dataset.kind") == "alert",
            10,
            "the alert is the list's first",
        )
        self.until(lambda: self.run("return tones") >= tones + 4, 5, "the alarm sounds")
        self.shot("alert")

    def check_acknowledge(self):
        """an alert is acknowledged by key, and the station has it"""
        waiting = [alert["id"] for alert in self.state()["alerts"] if not alert["acknowledged"]]
        if not waiting:
            raise Skip("no alert waits")
        self.run("document.activeElement.blur()")
        self.press("a")
        self.until(
            lambda: len([alert for alert in self.state()["alerts"] if not alert["acknowledged"]]) < len(waiting),
            15,
            "the station has it acknowledged",
        )

    def open_first(self):
        if self.shown("#exports"):
            self.press(Keys.ESCAPE)
        self.press(Keys.ESCAPE)
        self.run("document.getElementById('tab-detections').click()")
        self.run("document.getElementById('list').focus()")
        self.press(Keys.HOME)
        self.press(Keys.ENTER)
        self.until(lambda: self.shown("#detail"), 5, "the detail is shown")
        self.until(lambda: self.run("return document.activeElement.id") == "detail-title", 2, "its title has the focus")
        return self.run("return document.getElementById('detail').dataset.track")

    def check_picture(self):
        """a bigger picture is asked for by key, and said to be on its way"""
        self.open_first()
        if not self.shown(".ask-row"):
            raise Skip("the first detection has its largest picture, or waits for it")
        self.press("b")
        self.until(lambda: self.shown(".asked") or not self.shown(".ask-row"), 5, "it is said to be on its way")
        self.shot("detail")

    def check_verdict(self):
        """a verdict by key reaches the station, and can be undone"""
        track = self.open_first()

        def verdict():
            return next(each["verdict"] for each in self.state()["tracks"] if each["id"] == track)

        self.press("c")
        self.until(lambda: verdict() == "confirmed", 15, "the station has it confirmed")
        self.until(
            lambda: not self.run("return document.querySelector('.verdict').dataset.pending"), 15, "it waits no more"
        )
        self.press("u")
        self.until(lambda: verdict() == "none", 15, "the station has it open again")

    def check_exports(self):
        """every export answers with a file"""
        self.press(Keys.ESCAPE)
        self.find("#exports-button").click()
        for filtered in (False, True):
            if filtered:
                self.find("#only-confirmed").click()
            links = self.run("return [...document.querySelectorAll('#exports a')].map((link) => link.href)")
            assert len(links) == (10 if self.state()["area"] else 8), links
            assert filtered == any("verdict=confirmed" in link for link in links), links
            for link in links:
                answer = self.browser.execute_async_script(
                    "const [link, done] = arguments;"
                    " fetch(link).then((a) => done([a.status, a.headers.get('content-disposition')]))",
                    link,
                )
                assert answer[0] == 200 and "attachment" in (answer[1] or ""), f"{link}: {answer}"
        self.find("#only-confirmed").click()
        self.press(Keys.ESCAPE)
        assert self.run("return document.activeElement.id") == "exports-button", "the focus is back on the button"

    def check_languages(self):
        """both languages are whole, and the page tells which it is"""
        for tag in ("zh-Hant-TW", "en"):
            self.find("#language").click()
            time.sleep(0.5)
            assert self.run("return document.documentElement.lang") == tag
            for button in ("help-button", "settings-button"):
                self.run("document.getElementById(arguments[0]).click()", button)
                found = self.run(KEYS_IN_SIGHT)
                assert not found, f"{tag}: {found}"
                self.run("document.querySelector('dialog[open]').close()")
            for tab in ("cameras", "links", "detections"):
                self.run("document.getElementById(arguments[0]).click()", f"tab-{tab}")
                found = self.run(KEYS_IN_SIGHT)
                assert not found, f"{tag}: {found}"
            if tag != "en":
                english = self.run(
                    "return [...document.querySelectorAll('button, h1, h2, h3, dt, label')]"
                    ".filter((e) => e.checkVisibility() && !e.closest('[lang]:not(html)'))"
                    ".map((e) => e.textContent.trim()).filter((s) => /^[A-Za-z ]{12,}$/.test(s))"
                )
                assert not english, f"still in English: {english}"
                self.shot("chinese")

    def check_outage(self):
        """a decision made without a connection is kept and sent when the station is back"""
        track = self.open_first()
        self.command("cut")
        try:
            self.press("f")
            self.until(lambda: self.shown("#pending"), 5, "the decision is shown as pending")
            age = self.text(".detail-subtitle")
            self.until(lambda: self.shown(".trouble.lost"), 60, "the loss is shown")
            self.until(lambda: self.text(".detail-subtitle") != age, 75, "ages go on")
            kept = self.run("return localStorage.getItem('arete.outbox')")
            assert track in kept and '"false"' in kept, f"the decision would outlive a reload: {kept}"
            self.shot("lost")
        finally:
            self.command("mend")
        self.until(lambda: self.run("return document.body.dataset.phase") == "live", 40, "the page is live again")
        self.until(lambda: not self.shown(".trouble.lost"), 5, "the loss is shown no more")
        self.until(
            lambda: next(each["verdict"] for each in self.state()["tracks"] if each["id"] == track) == "false",
            30,
            "the station has the decision",
        )
        self.until(lambda: not self.shown("#pending"), 15, "nothing is pending")
        self.press("u")
        self.until(
            lambda: next(each["verdict"] for each in self.state()["tracks"] if each["id"] == track) == "none",
            15,
            "and it was undone",
        )

    def check_map_keys(self):
        """the map moves and zooms by keys, and tells coordinates of its middle"""
        self.press(Keys.ESCAPE)
        self.run("document.getElementById('map').focus()")
        seen = [self.text("#readout"), self.text("#scale-text")]
        self.press(Keys.ARROW_RIGHT)
        self.until(lambda: self.text("#readout") != seen[0], 2, "it moves")
        for _ in range(4):
            self.press("+")
        self.until(lambda: self.text("#scale-text") != seen[1], 2, "it zooms")
        self.press(" ")
        self.until(
            lambda: self.shown("#place") and len(self.text("#place .place-text")) > 8, 5, "it tells the coordinates"
        )
        self.shot("place")
        self.press(Keys.ESCAPE)
        assert not self.shown("#place"), "Escape closes it"

    def check_focus_order(self):
        """Tab goes through the page in its order, visibly, and comes to map, list and tools"""
        self.press(Keys.ESCAPE)
        self.run("document.querySelector('.skips a').focus()")
        seen = []
        for _ in range(60):
            self.press(Keys.TAB)
            focused = self.run("""const e = document.activeElement; const style = getComputedStyle(e);
                const isSeen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                return [e.id || e.className || e.tagName, isSeen];""")
            if focused[0] == "BODY":
                break
            assert focused[1], f"no visible focus on {focused[0]}"
            seen.append(focused[0])
        for wanted in ("sound", "language", "exports-button", "map", "zoom-in", "tab-detections", "sort", "list"):
            assert wanted in seen, f"Tab never comes to {wanted}: {seen}"
        assert seen.index("sound") < seen.index("map") < seen.index("tab-detections") < seen.index("list"), seen

    def each_view(self):
        """Brings up each view in turn and yields its name."""
        self.press(Keys.ESCAPE)
        for tab in ("cameras", "links", "detections"):
            self.run("document.getElementById(arguments[0]).click()", f"tab-{tab}")
            yield tab
        self.open_first()
        yield "detail"
        self.press(Keys.ESCAPE)
        for name in ("layers", "exports"):
            self.run("document.getElementById(arguments[0]).click()", f"{name}-button")
            yield name
            self.press(Keys.ESCAPE)
        for name in ("help", "settings"):
            self.run("document.getElementById(arguments[0]).click()", f"{name}-button")
            yield name
            self.run("document.querySelector('dialog[open]').close()")

    def check_names_and_sizes(self):
        """everything that can be touched has a name and is large enough for a glove"""
        for view in self.each_view():
            for each in self.run(NAMES_AND_SIZES):
                assert each["name"], f"{view}: {each['what']} has no name"
                size = min(each["width"], each["height"])
                assert size >= SMALLEST_TARGET, f"{view}: {each['what']} is {each['width']:.0f} x {each['height']:.0f}"

    def check_contrast(self):
        """all text stands out from its ground as WCAG AA asks, in both themes"""
        for theme in ("dark", "light"):
            if self.run("return document.documentElement.dataset.theme") != theme:
                self.find("#theme").click()
            for view in self.each_view():
                found = self.run(CONTRAST)
                assert not found, f"{theme} {view}: {found}"

    def check_axe(self):
        """axe finds no violation of WCAG 2.2 A and AA in any view, in both themes"""
        if not self.axe:
            raise Skip("no axe-core-python")
        for theme in ("dark", "light"):
            if self.run("return document.documentElement.dataset.theme") != theme:
                self.find("#theme").click()
            for view in self.each_view():
                time.sleep(0.4)
                self.run(self.axe)
                found = self.browser.execute_async_script(
                    "const done = arguments[0];"
                    " axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa',"
                    " 'wcag22aa', 'best-practice'] }).then((result) => done(result.violations.map((violation) => ["
                    " violation.id,"
                    " violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)"
                    " + (node.any[0]?.message ?? ''))])))"
                )
                assert not found, f"{theme} {view}: {json.dumps(found, indent=1)}"

    def check_landmarks(self):
        """landmarks, live regions and headings are there"""
        for css in (
            "main",
            "header",
            "section[aria-label]",
            "[role=alert]",
            "[role=status]",
            "[role=listbox][aria-label]",
            "h1",
        ):
            assert self.run("return document.querySelectorAll(arguments[0]).length", css) > 0, css

    def check_upright(self):
        """upright, nothing is wider than the tablet"""
        self.resize("upright")
        time.sleep(0.5)
        for view in self.each_view():
            wide = self.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{view}: {wide} pixels too wide"
            self.shot(f"upright-{view}")
        self.resize("lying")

    def check_coordinates(self):
        """coordinates agree with PROJ in this browser, too"""
        known = json.loads((HERE / "places.json").read_text(encoding="utf-8"))
        found = self.browser.execute_async_script(
            """
            const [known, done] = arguments;
            import("/assets/coordinates.js").then(({ utm, mgrsText, tm2 }) => done({
                utm: known.utm.map(([latitude, longitude]) =>
                    [utm(latitude, longitude), mgrsText(latitude, longitude)]),
                tm2: known.tm2.map(([latitude, longitude]) => tm2(latitude, longitude)),
            }))""",
            known,
        )
        for (latitude, longitude, _, easting, northing, mgrs), (place, square) in zip(known["utm"], found["utm"]):
            assert abs(place["easting"] - easting) < 0.0015 and abs(place["northing"] - northing) < 0.0015, (
                latitude,
                longitude,
            )
            assert square == mgrs, (square, mgrs)
        for (latitude, longitude, meridian, easting, northing), place in zip(known["tm2"], found["tm2"]):
            assert place["meridian"] == meridian and abs(place["easting"] - easting) < 0.0015, (latitude, longitude)
            assert abs(place["northing"] - northing) < 0.0015, (latitude, longitude)

    def check_strangers_text(self):
        """no text of a sender became an element, and nothing came from elsewhere"""
        assert (
            self.run("return document.querySelectorAll('script:not([src]), style, [onerror], [onclick]').length") == 0
        )
        foreign = self.run(
            "return performance.getEntriesByType('resource').map((entry) => entry.name)"
            ".filter((name) => !name.startsWith(location.origin))"
        )
        assert not foreign, foreign
        refused = [
            entry["message"]
            for entry in self.browser.get_log("browser")
            if "Content Security Policy" in entry["message"] or "Uncaught" in entry["message"]
        ]
        assert not refused, refused

    def check_frames(self):
        """the map moves at 30 frames a second or more"""
        if not self.options.frames:
            raise Skip("no --frames")
        found = self.browser.execute_async_script(PAN)
        print(f"frames: {found['perSecond']:.1f} a second, 19 of 20 within {found['slowOf20']:.1f} ms")
        assert found["perSecond"] >= SLOWEST_FRAMES, found

    def check_log_out(self):
        """who logged out gets nothing any more"""
        self.run("document.getElementById('settings-button').click()")
        self.run("[...document.querySelectorAll('#settings > button')].at(-1).click()")
        self.until(lambda: self.shown("#login-form"), 10, "the login is shown")
        status = self.browser.execute_async_script(
            "const done = arguments[0]; fetch('/api/state').then((a) => done(a.status))"
        )
        assert status == 401, status

    def names(self):
        """Of the checks, in the order in which they are made."""
        return [name for name in vars(Drive) if name.startswith("check_")]

    def all(self):
        self.start()
        for name in self.names():
            check = getattr(self, name)
            if self.options.only and name not in self.options.only:
                continue
            try:
                check()
                self.passed += 1
                print(f"ok: {check.__doc__}")
            except Skip as why:
                self.skipped += 1
                print(f"skipped: {check.__doc__}: {why}")
            except (AssertionError, WebDriverException, subprocess.CalledProcessError) as why:
                self.failed += 1
                print(f"FAILED: {check.__doc__}: {why}")
                self.shot(f"failed-{name}")
            sys.stdout.flush()
        self.stop()
        return 1 if self.failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", help="with the slash at its end")
    parser.add_argument("token")
    parser.add_argument("--alert", help="command that makes an alert")
    parser.add_argument("--cut", help="command that takes the station away")
    parser.add_argument("--mend", help="command that brings it back")
    parser.add_argument("--shots", help="folder for pictures of the page")
    parser.add_argument("--frames", action="store_true", help="measure the map's frames")
    parser.add_argument("--only", nargs="*", help="names of checks; check_token_in_address must be one")
    parser.add_argument("--chromedriver", default="/usr/bin/chromedriver")
    drive = Drive(parser.parse_args())
    try:
        sys.exit(drive.all())
    finally:
        drive.stop()


if __name__ == "__main__":
    main()
