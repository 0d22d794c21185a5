from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.align.hmm import ForwardBackward, OrderModel, Step, Transition, Transitions
from pipeline.arrays import FloatArray
from tests.pipeline.align.meetings import shape_of

STEP = Step((0.1, 0.3, 0.2, 0.1, 0.2, 0.1), 37.0)


def moments(count: int, seed: int) -> FloatArray:
    return np.cumsum(np.random.default_rng(seed).uniform(3, 60, count))


def posterior(model: OrderModel) -> FloatArray:
    """B × T, put together from its slabs."""
    return np.concatenate([rows for _, rows in model.posteriors()][::-1])


def dense(step: Step, time: FloatArray) -> FloatArray:
    """The transition matrix written down, by the formula in the docstring of Transition."""
    delta = time[None, :] - time[:, None]
    ahead, behind = delta >= 0, delta <= 0
    kernels = [
        np.exp(-np.abs(delta) / 15),
        np.where(ahead, np.exp(-np.abs(delta) / step.stride), 0),
        np.where(ahead, np.exp(-np.abs(delta) / (4 * step.stride)), 0),
        np.ones_like(delta),
        np.where(behind, np.exp(-np.abs(delta) / 90), 0),
        ahead.astype(float),
    ]
    return np.asarray(
        sum(share * k / k.sum(axis=1, keepdims=True) for share, k in zip(step.shares, kernels, strict=True))
    )


@pytest.mark.parametrize("count", [1, 2, 40, 600])
def test_a_step_is_the_matrix_it_stands_for(count: int) -> None:
    """The running sums give what multiplying by the whole matrix gives, also over hours, where they are restarted."""
    time, mass = moments(count, 1), np.random.default_rng(2).random(count)

    matrix, transition = dense(STEP, time), Transition(STEP, time)

    np.testing.assert_allclose(transition.forward(mass), mass @ matrix, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(transition.backward(mass), matrix @ mass, rtol=1e-9, atol=1e-12)


def test_a_step_keeps_all_mass_over_a_day() -> None:
    """Neither the growing exponentials of a running sum overflow, nor what they fade to is lost between its parts."""
    time = np.arange(0, 86400, 10.0)
    transition = Transition(STEP, time)

    for unit in (0, 899, 900, 5000, 8639):  # 9,000 seconds are a part
        mass = np.zeros(len(time))
        mass[unit] = 1.0
        assert transition.forward(mass).sum() == pytest.approx(1)
    np.testing.assert_allclose(transition.backward(np.ones(len(time))), 1)


def test_forward_backward_is_exact() -> None:
    """On a problem small enough to enumerate, posterior and evidence are those of all paths summed."""
    rng, time = np.random.default_rng(3), moments(5, 4)
    emission, start = rng.random((3, 5)), np.full(5, 0.2)
    matrix = dense(STEP, time)
    paths = np.einsum("i,i,ij,j,jk,k->ijk", start, emission[0], matrix, emission[1], matrix, emission[2])

    for parts in ([slice(0, 3)], [slice(0, 1), slice(1, 3)], [slice(0, 1), slice(1, 1), slice(1, 2), slice(2, 3)]):
        model = ForwardBackward(Transitions(time), [STEP, STEP], start)
        for part in parts:
            model.add(emission[part])
        found, following = np.empty_like(emission), None
        for number, part in reversed(list(enumerate(parts))):
            found[part], following = model.posterior(number, emission[part], following)

        assert model.evidence == pytest.approx(np.log(paths.sum()))
        for b, axes in enumerate([(1, 2), (0, 2), (0, 1)]):
            np.testing.assert_allclose(found[b], paths.sum(axis=axes) / paths.sum(), rtol=1e-9)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.integers(2, 25), st.integers(30, 300))
def test_the_drawn_path_is_found(seed: int, blocks: int, count: int) -> None:
    """Draw a rising path, make it likely, and it comes out."""
    rng = np.random.default_rng(seed)
    path = np.sort(rng.choice(count, min(blocks, count), replace=False))
    emission = rng.uniform(0.5, 1.0, (len(path), count))
    emission[np.arange(len(path)), path] = 2.0 * count
    emission /= emission.sum(axis=1, keepdims=True)
    time = np.arange(0, 10 * count, 10, dtype=np.float64)

    placed = posterior(OrderModel(emission.astype(np.float32), time, 10.0 * count, shape_of(len(path))))

    assert (placed.argmax(axis=1) == path).all()
    np.testing.assert_allclose(placed.sum(axis=1), 1)


def test_a_model_again_is_that_of_the_other_emission() -> None:
    """Nothing of the first emission is left in it, and the first model stays what it was."""
    drawn = (np.random.default_rng(seed).dirichlet(np.full(60, 0.1), 12) for seed in (1, 2))
    first, second = (rows.astype(np.float32) for rows in drawn)
    time, shape = np.arange(0, 600, 10, dtype=np.float64), shape_of(12, sections=3)
    model = OrderModel(first, time, 600, shape)

    again, anew = model.again(second), OrderModel(second, time, 600, shape)

    np.testing.assert_allclose(posterior(again), posterior(anew))
    assert (again.chronological, again.by_topic) == pytest.approx((anew.chronological, anew.by_topic))
    np.testing.assert_allclose(posterior(model), posterior(OrderModel(first, time, 600, shape)))


def test_a_block_without_evidence_stands_between_its_neighbours() -> None:
    """Order alone places what has no words."""
    emission = np.full((3, 200), 1 / 200)
    for block, unit in ((0, 40), (2, 80)):
        emission[block] = 0.0005
        emission[block, unit] = 0.9

    placed = posterior(OrderModel(emission, np.arange(0, 10 * 200, 10, dtype=np.float64), 2000, shape_of(3)))

    assert placed[1, 40:81].sum() > 0.6


def test_notes_in_order_are_told_from_notes_by_topic() -> None:
    """Sections in the order of the meeting raise the weight of the chronological class, shuffled ones lower it."""
    rng = np.random.default_rng(5)

    def weight(path: list[int]) -> float:
        emission = rng.uniform(0.5, 1.0, (len(path), 300))
        emission[np.arange(len(path)), path] = 600
        shape = shape_of(len(path), sections=6)
        return OrderModel(
            emission / emission.sum(axis=1, keepdims=True), np.arange(0, 10 * 300, 10, dtype=np.float64), 3000, shape
        ).chronological

    ordered = [10 + 15 * i for i in range(18)]
    shuffled = [at for start in (12, 3, 15, 0, 9, 6) for at in ordered[start : start + 3]]
    assert weight(ordered) > 0.8
    assert weight(shuffled) < 0.3


def test_a_section_that_was_left_out_does_not_bind_its_neighbours() -> None:
    """Two blocks nobody mentioned match something by chance before the one above them: they no longer drag it along."""
    time = np.arange(0, 10 * 100, 10, dtype=np.float64)
    emission = np.full((5, 100), 0.2)
    emission[[0, 1, 2, 3, 4], [10, 50, 12, 14, 70]] = (40, 12, 25, 25, 40)
    emission[1, 11] = 1
    emission /= emission.sum(axis=1, keepdims=True)
    silent = np.array([0, 0, 1, 1, 0], dtype=np.float64)

    bound = posterior(OrderModel(emission, time, 1000, shape_of(5)))[1]
    free = posterior(OrderModel(emission, time, 1000, shape_of(5), unheard=silent))[1]

    assert bound.argmax() < 20
    assert free.argmax() == 50


def test_headings_by_kind_speak_against_order() -> None:
    """ "Decisions" and "Action items" gather what was said all over the meeting."""
    emission = np.full((4, 100), 0.01)

    def weight(topical: int) -> float:
        return OrderModel(
            emission, np.arange(0, 10 * 100, 10, dtype=np.float64), 1000, shape_of(4), topical_headings=topical
        ).chronological

    assert weight(2) < weight(1) < weight(0)


def test_the_words_of_a_headings_children_are_counted_once() -> None:
    """A heading's evidence contains its children's: it does not decide where a child goes, the next blocks do."""
    time = np.arange(0, 10 * 100, 10, dtype=np.float64)
    emission = np.full((4, 100), 0.2)
    emission[0, 60] = 60  # a heading
    emission[1, [20, 60]] = 20  # its child, as likely at either place
    emission[[2, 3], [30, 40]] = 10  # what follows
    emission /= emission.sum(axis=1, keepdims=True)
    shape = replace(
        shape_of(4),
        parent=(None, 0, None, None),
        is_heading=(True, False, False, False),
        heading_has_children=(True, False, False, False),
    )

    placed = posterior(OrderModel(emission, time, 1000, shape))

    assert placed[1].argmax() == 20
    assert placed[1, 20] > 1.5 * placed[1, 60]
