"""Engines as processes: each holds one model and measures a slice when asked, so that all can take turns."""

import json
import os
import pathlib
import select
import shutil
import subprocess
import sys
import tempfile

import limits

HERE = pathlib.Path(__file__).resolve().parent
TITLES = {"arete": "Arete", "litert": "LiteRT", "onnxruntime": "ONNX Runtime", "openvino": "OpenVINO"}


class EngineError(Exception):
    pass


class Engine:
    """A process that answers lines with lines of JSON."""

    def __init__(self, name, command, cpus, environment):
        self.name = name
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            bufsize=1,
            env={**os.environ, **environment},
            preexec_fn=lambda: os.sched_setaffinity(0, cpus),
        )

    def ask(self, line=None, seconds=600):
        if line is not None:
            try:
                self.process.stdin.write(line + "\n")
                self.process.stdin.flush()
            except BrokenPipeError:
                raise EngineError(self.last_words()) from None
        if not select.select([self.process.stdout], [], [], seconds)[0]:
            self.process.kill()
            raise EngineError(f"no answer within {seconds} seconds")
        answer = self.process.stdout.readline()
        if not answer:
            raise EngineError(self.last_words())
        answer = json.loads(answer)
        if "error" in answer:
            raise EngineError(answer["error"])
        return answer

    def last_words(self):
        """The last line of what it said on standard error, or how it ended."""
        status = self.process.wait()
        self.errors.seek(0)
        lines = [line.strip() for line in self.errors if line.strip()]
        return lines[-1][:300] if lines else f"ended with status {status}"

    def slice(self, seconds, rate=None):
        return self.ask(f"{seconds}" if rate is None else f"{seconds} {rate}", seconds=seconds * 10 + 120)

    def spread(self, cpus):
        """Binds its busy threads to processors of their own: left alone, all of them may share one for a whole run."""
        threads = {}
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            try:
                threads[int(task.name)] = int((task / "schedstat").read_text().split()[0])
            except OSError:
                continue
        workers = [thread for thread in threads if thread != self.process.pid]
        workers.sort(key=lambda thread: -threads[thread])
        for index, thread in enumerate([self.process.pid, *workers]):
            try:
                os.sched_setaffinity(thread, {cpus[index % len(cpus)]})
            except OSError:
                continue

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        self.errors.close()


class Machine:
    """How engines are started here: the program under test, processors, instruction set."""

    def __init__(self, arete, cpus, isa):
        self.arete = arete
        self.cpus = cpus
        self.isa = isa
        self.cache = pathlib.Path(tempfile.mkdtemp(prefix="arete-bench-"))
        self.versions = {}

    def start(self, name, model, inputs, threads):
        """A process with the model loaded, and what it took. Raises `EngineError` with the engine's own words."""
        cpus = set(self.cpus[:threads])
        files = [str(file) for file in inputs]
        if name == "arete":
            command = [self.arete, "bench", str(model.path), "--slices", "--threads", str(threads)]
            command += ["--inputs", *files] if files else []
            command += ["--isa", self.isa] if self.isa else []
            engine = Engine(name, command, cpus, {"XDG_CACHE_HOME": str(self.cache)})
            load = None
        else:
            precision = "f32" if model.is_float else "default"
            command = [
                sys.executable,
                str(HERE / "runtimes.py"),
                name,
                str(model.path),
                str(threads),
                precision,
                *files,
            ]
            try:
                engine = Engine(name, command, cpus, limits.environment(name, self.isa))
            except limits.LimitError as error:
                raise EngineError(f"cannot be limited to {self.isa}: {error}") from None
            load = "load"
        try:
            if load:
                self.versions[name] = engine.ask()["version"]
            return engine, engine.ask(load)
        except EngineError:
            engine.close()
            raise

    def forget(self):
        """Empties the folder where the program keeps prepared weights."""
        shutil.rmtree(self.cache, ignore_errors=True)
        self.cache.mkdir()

    @property
    def has_cache(self):
        return any(self.cache.rglob("*"))

    def close(self):
        shutil.rmtree(self.cache, ignore_errors=True)
