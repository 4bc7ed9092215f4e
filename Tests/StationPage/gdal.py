"""What GDAL finds in a file."""

import shutil
import subprocess

from drive import Skip


def feature_count(path):
    """Of all its layers; none is a failure."""
    if not shutil.which("ogrinfo"):
        raise Skip("no ogrinfo (gdal-bin)")
    told = subprocess.run(["ogrinfo", "-ro", "-al", "-so", path], capture_output=True, text=True, check=False).stdout
    counts = [int(line.split(":")[1]) for line in told.splitlines() if line.startswith("Feature Count")]
    assert counts and sum(counts) > 0, f"{path.name}: {told}"
    return sum(counts)
