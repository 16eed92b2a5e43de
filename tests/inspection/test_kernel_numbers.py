"""What a kernel is: against ideal kernels, and against templates fitted by force."""

import math

import numpy as np
import pytest
from kernel_oracles import Profile, bar, best_fit, blob, edge, random_kernels, sigmas
from scipy import ndimage

from minicnn.errors import DataError, ShapeError
from minicnn.filters import KERNELS
from minicnn.inspection.kinds import score_as_text
from minicnn.inspection.measure import KernelTable, measure_kernels
from minicnn.inspection.nearest import nearest_kernels
from minicnn.typing import Array

SHAPES = [(1, 3, 3), (1, 5, 5), (1, 4, 4), (1, 2, 5), (1, 6, 3), (1, 7, 7), (3, 5, 5), (2, 3, 4)]


def measure(*kernels: object) -> KernelTable:
    """Of kernels with one channel."""
    return measure_kernels(np.stack([np.asarray(kernel, float) for kernel in kernels])[:, None])


def apart(angle: float, other: float, period: float = 360) -> float:
    """How far two angles lie from one another."""
    return abs((angle - other + period / 2) % period - period / 2)


def steered(name: str, degrees: float) -> Array:
    a = math.radians(degrees)
    x, y = KERNELS[f"{name}_x"].values, KERNELS[f"{name}_y"].values
    return math.cos(a) * x + math.sin(a) * y


@pytest.mark.parametrize("name", ["sobel", "prewitt", "scharr"])
def test_ideal_edges_at_any_rotation(name: str) -> None:
    angles = [float(angle) for angle in range(-179, 181)]
    table = measure(*(steered(name, angle) for angle in angles))
    assert table.edge.min() > 0.95
    for found, angle in zip(table.orientation, angles, strict=True):
        assert apart(found, angle) < 1e-6
    assert set(table.kind) == {"edge"}


@pytest.mark.parametrize("name", ["sobel_x", "prewitt_x"])
@pytest.mark.parametrize("size", [5, 7])
def test_larger_edges_turned_as_pictures(name: str, size: int) -> None:
    kernel = KERNELS[name].values
    while len(kernel) < size:  # larger Sobel kernels are made by smoothing smaller ones
        kernel = ndimage.convolve(
            np.pad(kernel, 1), np.outer([1, 2, 1], [1, 2, 1]), mode="constant"
        )
    for degrees in range(0, 360, 5):  # SciPy turns the other way round
        table = measure(ndimage.rotate(kernel, -degrees, reshape=False, mode="nearest"))
        assert table.edge[0] > 0.9
        assert apart(table.orientation[0], degrees) < 3


def test_compass_kernels() -> None:
    table = measure(
        [[0, 1, 2], [-1, 0, 1], [-2, -1, 0]],
        [[2, 1, 0], [1, 0, -1], [0, -1, -2]],
        [[-1, -1, 0], [-1, 0, 1], [0, 1, 1]],
    )
    assert table.edge.min() > 0.95
    np.testing.assert_allclose(table.orientation, [-45, -135, 45], atol=1e-9)


def test_blobs_bars_and_constants_are_told_apart() -> None:
    table = measure(
        KERNELS["laplacian"],
        KERNELS["outline"],
        [[-1, 2, -1]] * 3,
        np.transpose([[1, -2, 1]] * 3),
        np.ones((3, 3)),
        16 * KERNELS["gaussian_blur"].values,
    )
    assert table.kind == ("blob", "blob", "bar", "bar", "flat", "flat")
    assert table.blob[:2].min() > 0.9
    assert table.bar[2:4].min() > 0.9
    np.testing.assert_allclose(table.orientation, [math.nan, math.nan, 0, 90, math.nan, math.nan])
    for score in (table.edge, table.bar, table.blob):
        assert score[4] == pytest.approx(0, abs=1e-12)
    assert table.flat[4] == pytest.approx(1)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("profile", [edge, bar, blob], ids=lambda profile: profile.__name__)
def test_the_scores_are_those_of_templates_fitted_by_force(
    shape: tuple[int, int, int], profile: Profile
) -> None:
    kernels = random_kernels(3, *shape)
    kernels -= kernels.mean(axis=(2, 3), keepdims=True)  # so that none is flat
    table, widths = measure_kernels(kernels), sigmas(*shape[1:])
    for f, kernel in enumerate(kernels):
        if profile is edge:
            angles = [step / 2 for step in range(-360, 360)]
            score, angle = best_fit(kernel, edge, widths, angles, centred=False)
            assert table.edge[f] == pytest.approx(score, abs=1e-4)
            assert table.kind[f] == "bar" or apart(table.orientation[f], angle) < 1
        elif profile is bar:
            wide = widths[2:] or widths[-1:]
            degrees = [float(angle) for angle in range(180)]
            score = max(
                best_fit(sign * kernel, bar, wide, degrees, centred=True)[0] for sign in (1, -1)
            )
            assert table.bar[f] == pytest.approx(score, abs=1e-12)
        else:
            score = max(
                best_fit(sign * kernel, blob, widths, [0.0], centred=True)[0] for sign in (1, -1)
            )
            assert table.blob[f] == pytest.approx(score, abs=1e-12)


def test_a_finer_choice_of_widths_would_not_change_the_edge_score_much() -> None:
    kernels = random_kernels(4, 1, 5, 5, seed=1)
    fine = [0.45 * 1.03**k for k in range(59)]
    angles = [float(angle) for angle in range(-180, 180, 3)]
    for kernel, score in zip(kernels, measure_kernels(kernels).edge, strict=True):
        best, _ = best_fit(kernel, edge, fine, angles, centred=False)
        assert score <= best + 1e-3
        assert score == pytest.approx(best, abs=0.03)


def test_a_random_kernel_is_nothing() -> None:
    table = measure_kernels(random_kernels(2000, 1, 5, 5))
    assert 0.09 < table.median_edge < 0.13
    assert table.edge_share < 0.01


@pytest.mark.parametrize("factor", [-1, 1e-300, -1e300, 3])
def test_neither_scale_nor_sign_counts(factor: float) -> None:
    kernels = np.concatenate([random_kernels(3, 2, 5, 5), np.zeros((1, 2, 5, 5))])
    one, other = measure_kernels(kernels), measure_kernels(factor * kernels)
    for name in ("edge", "bar", "blob", "flat", "colour", "frequency"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-9)
    assert (one.kind, one.nearest) == (other.kind, other.nearest)
    np.testing.assert_array_equal(one.live, other.live)
    turn = 180 if factor < 0 else 0
    assert "bar" not in one.kind  # a bar upside down lies as before
    for before, after in zip(one.orientation[:3], other.orientation[:3], strict=True):
        assert apart(before + turn, after) < 1e-6
    np.testing.assert_allclose(other.norm, abs(factor) * one.norm, rtol=1e-12)


def test_dead_kernels_are_said_to_be_and_do_not_count() -> None:
    sobel = KERNELS["sobel_x"].values
    table = measure(sobel, 0.051 * sobel, 0.049 * np.ones((3, 3)), np.zeros((3, 3)))
    np.testing.assert_array_equal(table.live, [True, True, False, False])
    assert table.kind == ("edge", "edge", "dead", "dead")
    assert (table.dead, table.median_edge, table.edge_share) == (2, table.edge[0], 1.0)
    assert (table.edge[3], table.norm[3], table.nearest[3]) == (0, 0, "none")
    assert math.isnan(table.orientation[3])
    assert math.isnan(table.frequency[3])
    nothing = measure(np.zeros((3, 3)))
    assert (nothing.dead, nothing.median_edge, nothing.edge_share) == (1, 0, 0)
    assert "1 dead" in str(nothing)


def test_the_channels_of_a_kernel_are_one_detector() -> None:
    x, y = KERNELS["sobel_x"].values, KERNELS["sobel_y"].values
    table = measure_kernels(np.array([[x, -2 * x, x], [x, y, 0 * x]]))
    assert table.edge == pytest.approx([1, 0.5], abs=0.01)
    assert apart(table.orientation[0], 180) < 1e-6
    assert (table.nearest[0], table.similarity[0]) == ("sobel_x", pytest.approx(-1))


def colour_by_force(kernel: Array) -> float:
    """The share of the energy of a kernel (3, KH, KW) that its grey part does not have."""
    energy = rest = 0.0
    for red, green, blue in kernel.reshape(3, -1).T.tolist():
        grey = (red + green + blue) / 3
        for weight in (red, green, blue):
            energy += weight**2
            rest += (weight - grey) ** 2
    return rest / energy


@pytest.mark.parametrize("size", [(1, 1), (3, 3), (2, 5)])
def test_the_colour_is_the_share_in_which_the_channels_differ(size: tuple[int, int]) -> None:
    kernels = random_kernels(6, 3, *size)
    table = measure_kernels(kernels)
    assert table.colour == pytest.approx([colour_by_force(kernel) for kernel in kernels])
    one = random_kernels(1, 1, *size)[0]
    weighings = np.array([[1, 1, 1], [1, -1, 0], [2, -1, -1], [0, 0, 3]], float)
    table = measure_kernels(weighings[:, :, None, None] * one)
    assert table.colour == pytest.approx([0, 1, 1, 2 / 3])
    assert table.colour[0] == pytest.approx(0, abs=1e-30)
    assert measure_kernels(0 * kernels).colour.tolist() == [0] * 6


def test_random_weights_are_two_thirds_colour() -> None:
    assert measure_kernels(random_kernels(2000, 3, 3, 3)).colour.mean() == pytest.approx(
        2 / 3, abs=0.01
    )


@pytest.mark.parametrize("channels", [1, 2, 4])
def test_only_three_channels_have_a_colour(channels: int) -> None:
    table = measure_kernels(random_kernels(2, channels, 3, 3))
    assert np.isnan(table.colour).all()
    assert "colour" not in str(table) + table._repr_html_()


def test_the_table_of_three_channels_has_a_column_for_colour() -> None:
    table = measure_kernels(random_kernels(2, 3, 3, 3))
    header, first, second, _ = str(table).splitlines()
    place = header.split().index("colour")
    for f, line in enumerate((first, second)):
        assert line.split()[place] == f"{table.colour[f]:.2f}"
    assert "colour" in table._repr_html_()


def test_a_score_below_a_half_is_never_shown_as_a_half() -> None:
    for score in (0.495, 0.4991, 0.499999, 0.5 - 1e-10):
        assert score_as_text(score) == "0.49"
    assert score_as_text(np.nextafter(0.5, 0)) == "0.50", "the mean of 0 and a rounded 1"
    for score in (0.0, 0.494, 0.5, 0.504, 0.505001, 0.896, 1.0):
        assert score_as_text(score) == f"{score:.2f}"
    edge, flat = KERNELS["prewitt_x"].values / 6**0.5, np.ones((3, 3)) / 3
    explained = measure(edge).edge[0]
    share = 0.4991 / explained  # of the energy, so that the edge score is 0.4991
    table = measure(math.sqrt(share) * edge + math.sqrt(1 - share) * flat)
    assert table.edge[0] == pytest.approx(0.4991)
    assert str(table).splitlines()[1].split()[2] == "0.49"
    assert "score of the live ones 0.49, 0 of 1" in str(table)


def test_norms_have_the_same_decimals() -> None:
    def norms(*scales: float) -> list[str]:
        table = measure(*(scale * KERNELS["box_blur"].values * 3 for scale in scales))
        place = str(table).splitlines()[0].split().index("norm")
        return [line.split()[place] for line in str(table).splitlines()[1:-1]]

    assert norms(1.514, 0.461, 0.5) == ["1.51", "0.46", "0.50"]
    assert norms(31.0, 2.0) == ["31.0", "2.0"]
    assert norms(12345.0, 1.0) == ["12345", "1"]
    assert norms(2e-9, 1e-9) == ["2.00e-09", "1.00e-09"]


def test_the_frequency_is_that_of_the_wave() -> None:
    column = np.arange(16)
    for cycles in (1 / 16, 1 / 8, 1 / 4):
        wave = np.cos(2 * np.pi * cycles * column) * np.ones((16, 1))
        assert measure(wave).frequency[0] == pytest.approx(cycles, abs=0.01)
        assert measure(wave.T).frequency[0] == pytest.approx(cycles, abs=0.01)
    board = (-1.0) ** np.add.outer(np.arange(4), np.arange(4))
    assert measure(board).frequency[0] == pytest.approx(math.sqrt(0.5))
    assert measure(np.ones((4, 4))).frequency[0] == 0


def test_every_kernel_of_the_bank_is_nearest_to_itself() -> None:
    bank = np.stack([kernel.values for kernel in KERNELS.values()])[:, None]
    names, similarity = nearest_kernels(bank)
    same = {"top_sobel": "sobel_y", "bottom_sobel": "sobel_y", "left_sobel": "sobel_x"}
    same |= {"right_sobel": "sobel_x"}
    assert names == tuple(same.get(name, name) for name in KERNELS)
    signs = [-1.0 if name in ("top_sobel", "left_sobel") else 1.0 for name in KERNELS]
    np.testing.assert_allclose(similarity, signs, atol=1e-12)


def test_hand_made_kernels_are_compared_at_the_size_of_the_learned_ones() -> None:
    ramp = np.outer([1, 1.5, 2, 1.5, 1], [-1, -0.5, 0, 0.5, 1])  # Sobel with a cell in between
    tall = np.outer([1, 1.5, 2, 1.5, 1], [-1, 0, 1])
    for kernel, cosine in ((ramp, 1), (-tall, -1)):
        names, similarity = nearest_kernels(kernel[None, None])
        assert names == ("sobel_x",)
        assert similarity[0] == pytest.approx(cosine)


def test_kernels_that_cannot_be_measured() -> None:
    with pytest.raises(ShapeError, match=r"measure_kernels.*\(F, C, KH, KW\).*got shape \(5, 5\)"):
        measure_kernels(np.zeros((5, 5)))
    with pytest.raises(ShapeError, match=r"got shape \(0, 1, 5, 5\)"):
        measure_kernels(np.zeros((0, 1, 5, 5)))
    with pytest.raises(ShapeError, match="an array of kernels"):
        measure_kernels("kernels")
    broken = np.zeros((3, 1, 5, 5))
    broken[2, 0, 4, 1] = np.nan
    with pytest.raises(DataError, match=r"kernels must be finite.*1 of 75.*\(2, 0, 4, 1\)"):
        measure_kernels(broken)
    with pytest.raises(DataError, match="finite"):
        nearest_kernels(broken)


@pytest.mark.parametrize("row", [[-1, 2, -1], [-1, 0, 2, 0, -1], [0.5, -2, 0.5]])
def test_a_single_row_has_bars_across_it_only(row: list[float]) -> None:
    assert measure([row]).orientation == [0]
    assert measure([[entry] for entry in row]).orientation == [90]


def test_the_smallest_kernel_that_two_angles_fit() -> None:
    assert measure([[1, -1], [-1, 1]]).orientation == [45]


@pytest.mark.parametrize("size", [1, 3, 5, 7])
def test_of_waves_that_count_alike_the_longest_is_told(size: int) -> None:
    impulse = np.zeros((size, size))
    impulse[size // 2, size // 2] = 1
    assert measure(impulse).frequency == [0]


@pytest.mark.parametrize(("degrees", "said"), [(-0.3, "0"), (-179.8, "180"), (179.8, "180")])
def test_angles_are_rounded_into_their_range(degrees: float, said: str) -> None:
    assert str(measure(steered("sobel", degrees))).splitlines()[1].split()[6] == said
