"""A larger network begins where a smaller one ended."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from segmentation.engine.methods.generalist.network import Network
from segmentation.engine.training.growing import widen
from segmentation.engine.training.loop import Settings, Training


def trained(size: str) -> Network:
    """Return a network whose normalizations hold something."""
    torch.manual_seed(0)
    network = Network(size)
    with torch.inference_mode(False), torch.no_grad():
        for _ in range(3):
            network(torch.rand(2, 3, 64, 64))
    return network.eval()


@pytest.mark.parametrize(("size", "target"), [("S", "M"), ("S", "L"), ("M", "L"), ("S", "S")])
def test_a_widened_network_answers_like_the_small_one(size: str, target: str) -> None:
    small, large = trained(size), Network(target).eval()
    missing = large.load_state_dict(
        widen(small.state_dict(), size, target, noise=0.0), strict=False
    ).missing_keys
    assert all(name.endswith("num_batches_tracked") for name in missing)
    x = torch.rand(1, 3, 64, 96)
    with torch.inference_mode():
        before, after = small(x), large(x)
    assert torch.allclose(before.fields, after.fields, atol=1e-5)
    assert torch.allclose(before.log_diameter, after.log_diameter, atol=1e-5)


def test_noise_lets_the_copies_go_different_ways() -> None:
    small = trained("S").state_dict()
    exact, noisy = widen(small, "S", "M", noise=0.0), widen(small, "S", "M", noise=0.02)
    name = "encoder.2.refine.first.convolution.weight"
    change = (exact[name] - noisy[name]).std() / exact[name].std()
    assert 0.005 < change < 0.05


def test_a_network_never_grows_smaller(tmp_path: Path) -> None:
    tensors = Network("M").state_dict()
    with pytest.raises(ValueError, match="size M cannot grow to size S"):
        Training(Settings(size="S", seed=0, minutes=1), tmp_path).start_from(tensors, "M")
