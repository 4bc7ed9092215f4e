"""Runs FreeTAKServer on this machine alone, with all its files in a folder that is named: tak_server.py FOLDER."""

import os
import pathlib
import runpy
import sys

# It starts many processes, which its test ends all together.
os.setpgrp()
folder = os.path.abspath(sys.argv[1])
for name in ("certs", "certs/clientPackages", "ExCheck/checklist", "ExCheck/template", "Logs", "enterprise_sync",
             "FreeTAKServerDataPackageFolder"):
    os.makedirs(os.path.join(folder, name), exist_ok=True)
configuration = os.path.join(folder, "FTSConfig.yaml")
pathlib.Path(configuration).write_text("System:\n  FTS_NODE_ID: arete\n", encoding="ascii")
os.environ.update(HOME=folder, FTS_CONFIG_PATH=configuration, FTS_FIRST_START="False")

from FreeTAKServer.core.configuration.MainConfig import MainConfig  # noqa: E402

for entry in MainConfig._defaults.values():
    value = entry["default"]
    if str(value).startswith("/opt/"):
        entry["default"] = type(value)(str(value).replace("/opt/fts", folder).replace("/opt", folder))
for name in ("DataPackageServiceDefaultIP", "UserConnectionIP", "APIIP", "ip"):
    MainConfig._defaults[name]["default"] = "127.0.0.1"

here = "127.0.0.1"
sys.argv = ["FTS", "-CoTIP", here, "-SSLCoTIP", here, "-DataPackageIP", here, "-RestAPIIP", here, "-AutoStart", "True"]
runpy.run_module("FreeTAKServer.controllers.services.FTS", run_name="__main__")
