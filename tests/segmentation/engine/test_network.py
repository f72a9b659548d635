"""The network, its targets and one step of training."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from segmentation.engine.arrays import AnyArray
from segmentation.engine.methods.generalist.inference import Runner, prepare
from segmentation.engine.methods.generalist.network import Network
from segmentation.engine.training.augmentation import augment
from segmentation.engine.training.crops import cut_crop
from segmentation.engine.training.data import Cluster, draw_batch
from segmentation.engine.training.data import prepare as prepare_image
from segmentation.engine.training.groups import choose_held_out, groups_by_appearance
from segmentation.engine.training.loop import Settings, Training
from segmentation.engine.training.losses import loss_of
from segmentation.engine.training.synthetic import draw_image
from segmentation.engine.training.targets import flows_of
from segmentation.engine.weights import DEFAULT_WEIGHTS, find_card, load_tensors


def randomize(network: Network) -> Network:
    """Give the normalizations something to fold."""
    generator = torch.Generator().manual_seed(0)
    for name, buffer in network.named_buffers():
        if buffer.is_floating_point():
            noise = torch.rand(buffer.shape, generator=generator)
            buffer.copy_(noise + 0.5 if "var" in name else noise - 0.5)
    return network.eval()


@pytest.mark.parametrize("size", ["S", "M", "L"])
def test_folding_the_normalization_does_not_change_the_answer(size: str) -> None:
    network = randomize(Network(size))
    batch = torch.rand(1, 3, 64, 96)
    with torch.inference_mode():
        before = network(batch)
        after = prepare(network, torch.device("cpu"))(batch)
    assert before.fields.shape == (1, 4, 64, 96)
    assert before.log_diameter.shape == (1, 1, 32, 48)
    assert torch.allclose(before.fields, after.fields, atol=1e-4)


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (31, 65), (64, 64)])
@pytest.mark.parametrize("factor", [0.35, 1.0, 3.0])
def test_fields_have_the_size_of_the_image_at_every_scale(
    shape: tuple[int, int], factor: float
) -> None:
    runner = Runner(prepare(Network("S"), torch.device("cpu")), torch.device("cpu"), factor)
    planes = np.random.default_rng(0).random((3, *shape), np.float32)
    fields = runner.fields(planes)
    assert fields.shape == (5, *shape)
    assert np.isfinite(fields).all()


def test_flows_of_a_disc_point_to_its_center(discs: tuple[AnyArray, AnyArray]) -> None:
    labels = (discs[1] == 5).astype(np.int32)
    flows = flows_of(labels)
    y, x = np.nonzero(labels)
    away = np.hypot(y - 80, x - 80) > 2
    towards = np.stack([80 - y, 80 - x])[:, away] / np.hypot(y - 80, x - 80)[away]
    cosine = (flows[:, y, x][:, away] * towards).sum(0)
    assert cosine.min() > 0.85
    assert np.all(flows[:, labels == 0] == 0)


def test_a_turned_crop_has_flows_that_point_to_its_turned_centers(
    discs: tuple[AnyArray, AnyArray],
) -> None:
    planes = np.repeat((discs[0] / discs[0].max()).astype(np.float32)[None], 3, axis=0)
    image = prepare_image("discs", planes, discs[1].astype(np.int32))
    rng = np.random.default_rng(3)
    for _ in range(8):
        crop = cut_crop(image, target_diameter=22, size=128, rng=rng)
        foreground, flow_y, flow_x, _, log_diameter, weight = crop.targets
        again = flows_of(_components(foreground))
        inner = (foreground > 0) & (np.hypot(*again) > 0)
        # Where the crop cuts a cell the whole image knows its centre and the crop does not.
        cosine = (flow_y * again[0] + flow_x * again[1])[inner]
        assert np.mean(cosine > 0.7) > 0.6
        assert np.isin(weight, [0, 1]).all()
        assert np.allclose(log_diameter[inner], np.log2(22) - 5, atol=0.15)


def _components(foreground: AnyArray) -> AnyArray:
    from scipy import ndimage

    labeled, _ = ndimage.label(foreground > 0)
    return labeled.astype(np.int32)


def test_pixels_of_unknown_truth_teach_nothing() -> None:
    torch.manual_seed(0)
    answer = Network("S").eval()(torch.rand(1, 3, 32, 32))
    targets = torch.zeros(1, 6, 32, 32)
    targets[:, 5, :, :16] = 1
    changed = targets.clone()
    changed[:, :5, :, 16:] = 1
    assert torch.equal(loss_of(answer, targets), loss_of(answer, changed))


def test_augmented_and_drawn_images_stay_in_range() -> None:
    rng = np.random.default_rng(0)
    planes = rng.random((3, 64, 64), np.float32)
    foreground = (planes[0] > 0.7).astype(np.float32)
    for _ in range(60):
        changed = augment(planes, foreground, rng)
        assert changed.shape == planes.shape
        assert changed.dtype == np.float32
        assert 0 <= changed.min() <= changed.max() <= 1
    kinds = {draw_image(rng)[0] for _ in range(12)}
    assert len(kinds) >= 3


def test_near_duplicates_share_a_group_and_a_group_is_held_out_whole() -> None:
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 255, (1, 64, 64)).astype(np.uint8) for _ in range(6)]
    brighter = (pictures[0] // 2 + 100).astype(np.uint8)
    groups = groups_by_appearance([*pictures, brighter], "test")
    assert groups[0] == groups[6]
    names = ["a"] * 5 + ["b"] * 5 + ["c"] * 10
    held_out = choose_held_out(names, 0.25, np.random.default_rng(0))
    assert held_out in ({"a"}, {"b"})


def test_a_training_can_begin_with_the_shipped_weights(tmp_path: Path) -> None:
    card = find_card(DEFAULT_WEIGHTS)
    tensors, size = load_tensors(card), str(card.facts["size"])
    training = Training(Settings(size=size, seed=0, minutes=1), tmp_path)
    training.start_from(tensors, size)
    for name, value in training.average.state_dict().items():
        if value.is_floating_point():
            assert torch.equal(value, tensors[name].float())


def test_training_learns_saves_and_resumes(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    images = []
    for i in range(2):
        _, plane, labels = draw_image(rng)
        planes = np.repeat(np.clip(plane, 0, 1)[None], 3, axis=0).astype(np.float32)
        images.append(prepare_image(str(i), planes, labels))
    planes, targets = draw_batch([Cluster("drawn", 1, tuple(images))], 2, 64, rng)
    settings = Settings(size="S", seed=0, minutes=1, n_steps=20)
    training = Training(settings, tmp_path)
    losses = [training.step(torch.from_numpy(planes), torch.from_numpy(targets)) for _ in range(12)]
    assert losses[-1] < losses[0]
    training.save()
    again = Training(settings, tmp_path)
    again.resume()
    assert again.n_done == 12
    for one, other in zip(training.network.parameters(), again.network.parameters(), strict=True):
        assert torch.equal(one, other)
    with pytest.raises(ValueError, match="size S"):
        Training(Settings(size="M", seed=0, minutes=1), tmp_path).resume()
    with pytest.raises(ValueError, match="seed 0"):
        Training(replace(settings, seed=1), tmp_path).resume()
