"""Keeps the other runtimes from instructions beyond AVX2 (or AVX-VNNI), so that the AVX2 kernels meet their like.

LiteRT and ONNX Runtime have no setting for that, and OpenVINO's (ONEDNN_MAX_CPU_ISA) leaves it unable to load many
models. So copies of their libraries get an illegal instruction (UD2) in place of each CPUID, and a small library
loaded before them (cpuid_filter.c) answers in its stead, without AVX-512.
"""

import importlib.util
import os
import pathlib
import platform
import re
import shutil
import struct
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
CACHE = HERE / ".cache" / "limited"
PACKAGES = {"litert": "ai_edge_litert", "onnxruntime": "onnxruntime", "openvino": "openvino"}


class LimitError(Exception):
    pass


def environment(engine, isa):
    """What to start a runtime's process with. Raises `LimitError` where it cannot be limited."""
    if not isa or isa.startswith("avx512"):
        return {}
    if isa not in ("avx2", "avxvnni"):
        raise LimitError(f"CPUID cannot be made to end at {isa}")
    if platform.machine() != "x86_64":
        raise LimitError("its CPUID instructions can be replaced on x86-64 only")
    library = filter_library()
    patched = patched_package(PACKAGES[engine])
    return {"PYTHONPATH": str(patched.parent), "ARETE_CPUID_LIBRARY": str(library), "ARETE_CPUID_FILTER": isa}


def filter_library():
    library = CACHE / "cpuid_filter.so"
    if not library.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        compiler = next((found for name in ("cc", "clang", "gcc") if (found := shutil.which(name))), None)
        compiler = compiler or str(swift_folder() / "clang")
        command = [compiler, "-O2", "-shared", "-fPIC", "-o", library, HERE / "cpuid_filter.c"]
        subprocess.run([str(word) for word in command], check=True)
    return library


def swift_folder():
    found = subprocess.run([HERE.parent / "scripts" / "find-swift.sh"], capture_output=True, text=True)
    if found.returncode:
        raise LimitError("there is no C compiler")
    return pathlib.Path(found.stdout.strip()).resolve().parent


def patched_package(name):
    """A copy of an installed package whose libraries have UD2 in place of CPUID."""
    target = CACHE / name / name
    if target.exists():
        return target
    if not shutil.which("objdump"):
        raise LimitError("objdump, which finds CPUID instructions, is missing (package binutils)")
    source = pathlib.Path(importlib.util.find_spec(name).submodule_search_locations[0])
    partial = CACHE / (name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(
        source, partial, ignore=shutil.ignore_patterns("*WebGpu*", "*gpu_plugin*", "*npu_plugin*", "__pycache__")
    )
    for library in partial.rglob("*.so*"):
        patch(library)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.rename(partial, target)
    return target


def patch(library):
    listing = subprocess.run(
        ["objdump", "-d", "--no-show-raw-insn", library], capture_output=True, text=True, check=True
    )
    places = [int(place, 16) for place in re.findall(r"^ *([0-9a-f]+):\s+cpuid", listing.stdout, re.MULTILINE)]
    code = bytearray(library.read_bytes())
    segments = loaded_segments(code)
    for place in places:
        offset = next(start + place - address for address, start, size in segments if address <= place < address + size)
        if code[offset : offset + 2] != b"\x0f\xa2":
            raise LimitError(f"{library.name}: no CPUID at {place:#x}")
        code[offset : offset + 2] = b"\x0f\x0b"
    library.write_bytes(code)


def loaded_segments(code):
    """Address, place in the file and size of what a 64-bit ELF file loads."""
    (table,) = struct.unpack_from("<Q", code, 32)
    size, count = struct.unpack_from("<HH", code, 54)
    headers = [struct.unpack_from("<IIQQQQ", code, table + index * size) for index in range(count)]
    return [(address, offset, length) for kind, _, offset, address, _, length in headers if kind == 1]
