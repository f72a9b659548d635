"""What the PDF says, as plain JSON for its template. Numbers are worded here, once."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from annotations.reports.conditions import conditions_data
from annotations.reports.content import ReportContent, ReportImage
from annotations.reports.methods_text import methods_text, weights_of
from annotations.reports.plots import axis, histogram, round_step
from annotations.reports.statistics import DatasetStatistics
from annotations.reports.wording import number, short_name

MOST_LISTED = 500
_MOST_BARS = 48
_N_EXAMPLES = 6
_LONGEST_NAME = 38
_LONGEST_CAPTION = 24
_STATES = {
    "uploaded": "No masks",
    "segmented": "Segmented",
    "corrected": "Corrected",
    "in_review": "In review",
    "sent_back": "Sent back",
    "approved": "Approved",
}


def example_images(content: ReportContent) -> tuple[int, list[int]]:
    """The seed, and which images are shown: drawn at random, in the order of the report.

    The seed comes from the digests, so the same content shows the same images.
    """
    seed = int(content.audit_head.hash[:8] or "0", 16)
    everything = range(len(content.images))
    chosen = random.Random(seed).sample(everything, min(_N_EXAMPLES, len(everything)))
    return seed, sorted(chosen)


def document_data(
    content: ReportContent,
    statistics: DatasetStatistics,
    numbers: Mapping[str, Any],
    files: Mapping[str, str],
    examples: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Everything the template shows.

    ``numbers`` is the row of dataset.csv, ``files`` maps data files to their SHA-256,
    ``examples`` are the pictures: path, width in px, and the image's place in the report.
    """
    unit, areas = _areas(statistics)
    return {
        "title": content.dataset_name,
        "short_title": short_name(content.dataset_name, _LONGEST_NAME),
        "project": content.project_name,
        "url": content.dataset_url,
        "question": content.question,
        "date": f"{content.created_at.day} {content.created_at:%B %Y}",
        "created_at": f"{content.created_at:%Y-%m-%d %H:%M} UTC",
        "requested_by": content.requested_by,
        "figures": _figures(numbers, unit),
        "lead": _lead(numbers),
        "area_histogram": _histogram_data(areas, unit),
        "counts": _counts(content, statistics),
        "conditions": conditions_data(content, statistics),
        "images": [
            _image_row(content, statistics, place)
            for place in range(min(len(content.images), MOST_LISTED))
        ],
        "n_not_listed": max(0, len(content.images) - MOST_LISTED),
        "examples": [_example(content, statistics, example) for example in examples],
        "seed": example_images(content)[0],
        "methods": methods_text(content, statistics),
        "exclusions": [
            {
                "name": short_name(item.image_name, _LONGEST_NAME),
                "reason": item.reason,
                "who": item.excluded_by,
                "when": f"{item.excluded_at:%Y-%m-%d}",
            }
            for item in content.exclusions
        ],
        "ignored": _ignored(content, statistics),
        "members": [vars(member) for member in content.members],
        "software": sorted(content.software.items(), key=lambda item: item[0].casefold()),
        "weights": _weights(content),
        "files": sorted(files.items()),
        "audit": {"hash": content.audit_head.hash, "n_events": number(content.audit_head.n_events)},
    }


def _figures(numbers: Mapping[str, Any], unit: str) -> list[dict[str, str]]:
    area = numbers["area_um2_median"] if unit == "µm²" else numbers["area_px_median"]
    shown = [
        ("images", number(numbers["n_images"]), ""),
        ("approved", number(numbers["n_images_approved"]), f"of {number(numbers['n_images'])}"),
        ("cells", number(numbers["n_cells"]), ""),
        ("median area", number(area), unit if area is not None else ""),
        ("mean confluency", number(numbers["confluency_percent_mean"]), "%"),
    ]
    return [{"label": label, "value": value, "unit": unit} for label, value, unit in shown]


def _lead(numbers: Mapping[str, Any]) -> str:
    """One sentence of what was found."""
    if not numbers["n_planes"]:
        return "The report holds no image."
    mean, sd = numbers["cells_per_plane_mean"], numbers["cells_per_plane_sd"]
    counts = f"{mean:,.1f} cells in the plane"
    if sd is not None:
        counts = f"{mean:,.1f} ± {sd:,.1f} cells per plane (mean ± sd between planes)"
    density = numbers["density_per_mm2_mean"]
    per_area = "" if density is None else f"; {number(density)} cells per mm² on average"
    empty = numbers["n_planes_without_cells"]
    n_planes = numbers["n_planes"]
    without = f" {number(empty)} of {number(n_planes)} planes hold no cell." if empty else ""
    return f"{counts}{per_area}.{without}"


def _areas(statistics: DatasetStatistics) -> tuple[str, Any]:
    """Areas in µm² when every cell has one, otherwise in px²."""
    areas = statistics.areas_um2
    is_complete = areas.size == statistics.n_cells and areas.size > 0
    return ("µm²", areas) if is_complete else ("px²", statistics.areas_px)


def _histogram_data(values: Any, unit: str) -> dict[str, Any] | None:
    bins = histogram(values)
    if bins is None:
        return None
    edges = bins["edges"]
    step = round_step(edges[-1] - edges[0], 5)
    first = -(-edges[0] // step)
    n_ticks = int((edges[-1] / step) - first + 1e-9) + 1
    ticks = [step * (first + i) for i in range(n_ticks)]
    return {
        **bins,
        "unit": unit,
        "x_ticks": [{"at": tick, "text": number(float(f"{tick:.9g}"))} for tick in ticks],
        "y_ticks": _y_ticks(max(bins["counts"])),
        "n": number(int(values.size)),
    }


def _y_ticks(highest: int) -> list[dict[str, Any]]:
    """Whole numbers only: cells come in ones."""
    return [{"at": tick, "text": number(round(tick))} for tick in axis(highest, whole=True)]


def _counts(content: ReportContent, statistics: DatasetStatistics) -> dict[str, Any] | None:
    """A bar for every image, or a histogram when there are too many for bars."""
    if not content.images:
        return None
    counts = [statistics.cells_of_image(place) for place in range(len(content.images))]
    if len(counts) <= _MOST_BARS:
        bars = [
            {"n": n, "state": image.state} for n, image in zip(counts, content.images, strict=True)
        ]
        return {"kind": "bars", "bars": bars, "y_ticks": _y_ticks(max(counts))}
    per_plane = [float(summary.n_cells) for summary in statistics.summaries]
    return {"kind": "histogram", **(_histogram_data(np.array(per_plane), "") or {})}


def _image_row(content: ReportContent, statistics: DatasetStatistics, place: int) -> dict[str, Any]:
    image = content.images[place]
    summaries = [
        summary
        for summary, owner in zip(statistics.summaries, statistics.image_of_plane, strict=True)
        if owner == place
    ]
    known = [s.confluency_percent for s in summaries if s.confluency_percent is not None]
    confluency = f"{sum(known) / len(known):.1f}" if known else "–"
    last = max(image.approvals, key=lambda item: item.approved_at, default=None)
    return {
        "place": place + 1,
        "name": short_name(image.name, _LONGEST_NAME),
        "url": image.url,
        "state": image.state,
        "state_text": _STATES.get(image.state, image.state.replace("_", " ").capitalize()),
        "approved_by": "; ".join(dict.fromkeys(item.name for item in image.approvals)),
        "approved_at": f"{last.approved_at:%Y-%m-%d}" if last else "",
        "version": number(image.version),
        "cells": number(sum(summary.n_cells for summary in summaries)),
        "confluency": confluency,
        "n_planes": number(len(summaries)),
        "image_digest": image.image_digest,
        "label_digest": image.label_digest,
    }


def _ignored(content: ReportContent, statistics: DatasetStatistics) -> list[dict[str, Any]]:
    """Where cells were left out because people set a region aside, and how many."""
    rows = []
    for place, item in statistics.ignored[:MOST_LISTED]:
        image = content.images[place]
        n_frames, _, n_slices, _, _ = image.shape
        plane = [f"frame {item.region.t + 1}"] * (n_frames > 1)
        plane += [f"slice {item.region.z + 1}"] * (n_slices > 1)
        y0, x0, y1, x1 = item.bbox
        rows.append(
            {
                "name": short_name(image.name, _LONGEST_NAME),
                "where": ", ".join([*plane, f"rows {y0} to {y1 - 1}, columns {x0} to {x1 - 1}"]),
                "area": number(item.area_px),
                "cells": number(item.n_cells),
            }
        )
    return rows


def _example(
    content: ReportContent, statistics: DatasetStatistics, example: Mapping[str, Any]
) -> dict[str, Any]:
    image = content.images[example["place"]]
    return {
        "path": example["path"],
        "name": short_name(image.name, _LONGEST_CAPTION),
        "cells": number(statistics.cells_of_image(example["place"])),
        "bar": _scale_bar(image, example["width_px"]),
    }


def _scale_bar(image: ReportImage, width_px: int) -> dict[str, Any] | None:
    """A round length of about a quarter of the picture, as its share of the width."""
    if image.pixel_size_um is None:
        return None
    width_um = width_px * image.pixel_size_um[1]
    length = round_step(width_um, 5)
    return {"share": length / width_um, "text": f"{number(length)} µm"}


def _weights(content: ReportContent) -> list[dict[str, str]]:
    found = dict.fromkeys(filter(None, (weights_of(image) for image in content.images)))
    return [{"name": name, "digest": digest} for name, digest in found]
