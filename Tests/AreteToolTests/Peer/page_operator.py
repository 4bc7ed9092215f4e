"""An operator at a station's page: PORT TOKENFILE, then `decide`, or `say N VERDICT`.

`decide` listens, decides about one track after the other until it is ended, and writes a line before it says so and one
when the station has taken it. `say` says it once of the Nth track, and writes what the station answers.
"""

import http.client
import json
import random
import sys
import threading
import time

port, token_path = int(sys.argv[1]), sys.argv[2]
HEADERS = {"Content-Type": "application/json", "X-Arete": "1"}


class Session:
    """Ends with the connection: a station that is started again knows nobody."""

    def __init__(self):
        with open(token_path) as file:
            token = file.read().strip()
        self.cookie = None
        response = self.ask("POST", "/login", {"token": token})
        if response.status != 204:
            raise OSError(f"login: {response.status}")
        self.cookie = response.getheader("Set-Cookie").split(";")[0]

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        headers = dict(HEADERS, **({"Cookie": self.cookie} if self.cookie else {}))
        connection.request(method, path, json.dumps(body) if body else None, headers)
        return connection.getresponse()

    def state(self):
        return json.load(self.ask("GET", "/api/state"))

    def say(self, track, verdict):
        return self.ask("POST", "/api/verdict", {"track": track, "verdict": verdict})


def listen(session, revision):
    try:
        for _ in session.ask("GET", f"/api/changes?since={revision}"):
            pass
    except (OSError, http.client.HTTPException):
        pass


def decide():
    while True:
        try:
            session = Session()
            state = session.state()
            threading.Thread(target=listen, args=(session, state.get("revision", 0)), daemon=True).start()
            while True:
                tracks = [track["id"] for track in session.state().get("tracks", [])]
                for track in random.sample(tracks, min(len(tracks), 20)):
                    verdict = random.choice(["confirmed", "false"])
                    print("says", track, verdict, flush=True)
                    if session.say(track, verdict).status == 204:
                        print("taken", track, verdict, flush=True)
                time.sleep(0.05)
        except (OSError, http.client.HTTPException, ValueError):
            time.sleep(0.05)


if sys.argv[3] == "decide":
    decide()
operator = Session()
tracks = sorted(operator.state()["tracks"], key=lambda track: track["track"])
answer = operator.say(tracks[int(sys.argv[4])]["id"], sys.argv[5])
print(answer.status, answer.read().decode())
