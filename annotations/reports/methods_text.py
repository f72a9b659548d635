"""The methods paragraph, ready for a paper: what was done, with which versions, to how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from annotations.reports.content import ReportContent, ReportImage
from annotations.reports.statistics import DatasetStatistics
from segmentation.engine.preprocessing.settings import PREPROCESSING, preprocessing_of

_SHORT_DIGEST = 12
_WORDS = {True: "yes", False: "no", None: "automatic"}
# By the end of a parameter's name, the first that fits.
_UNITS = (
    ("area_px", " px²"),
    ("diameter", " px"),
    ("_px", " px"),
    ("_um", " µm"),
    ("_percent", " %"),
    ("_s", " s"),
)


def methods_text(content: ReportContent, statistics: DatasetStatistics) -> str:
    """Plain sentences in the past tense."""
    return " ".join(
        [
            *setup_sentences(content),
            *_segmentation_sentences(content),
            *_correction_sentences(content),
            *_measurement_sentences(content, statistics),
            *_exclusion_sentences(content),
        ]
    )


def count(number: int, singular: str, plural: str | None = None) -> str:
    """ "1 image", "2 images", "12,000 images"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def weights_of(image: ReportImage) -> tuple[str, str] | None:
    """Name and digest of the weights that segmented the image, None when there were none."""
    weights = (image.segmentation or {}).get("weights")
    if not isinstance(weights, Mapping):
        return None
    return str(weights.get("name", "")), str(weights.get("digest", ""))


def setup_sentences(content: ReportContent) -> list[str]:
    """What took the images, a sentence a setup; those of which nobody said it are counted."""
    groups = Counter(image.setup for image in content.images)
    n_unknown = groups.pop(None, 0)
    sentences = []
    for setup, n_images in groups.items():
        assert setup is not None
        words = [setup.microscope, setup.objective, setup.camera, setup.modality, setup.site]
        facts = ", ".join(word for word in words if word)
        told = f"{setup.name} ({facts})" if facts and facts != setup.name else setup.name
        verb = "was" if n_images == 1 else "were"
        sentences.append(f"{count(n_images, 'image')} {verb} acquired with the setup {told}.")
    if n_unknown and sentences:
        sentences.append(f"What acquired {count(n_unknown, 'other image')} is not known.")
    return sentences


def _segmentation_sentences(content: ReportContent) -> list[str]:
    program = f"Coverslip {content.software.get('coverslip', '')}".strip()
    groups = Counter(_recipe(image, program) for image in content.images)
    sentences = []
    for recipe, n_images in groups.items():
        verb = "was" if n_images == 1 else "were"
        sentences.append(f"{count(n_images, 'image')} {verb} {recipe}.")
    return sentences


def _recipe(image: ReportImage, program: str) -> str:
    if image.segmentation is None:
        return f"annotated by hand in {program}"
    if image.segmentation.get("method") == "import":
        return f"given masks made elsewhere, imported into {program} ({_format_of(image)})"
    parts = [f"segmented with {program}, method “{image.segmentation.get('method', 'unknown')}”"]
    weights = weights_of(image)
    if weights is not None:
        parts.append(f"weights {weights[0]} (SHA-256 {weights[1][:_SHORT_DIGEST]}…)")
    parameters = image.segmentation.get("parameters")
    if isinstance(parameters, Mapping) and parameters:
        plain = {name: value for name, value in parameters.items() if name != PREPROCESSING}
        parts.append("parameters " + "; ".join(_parameters(plain)))
        before = preprocessing_of(parameters.get(PREPROCESSING))
        if before is not None:
            steps = _joined(list(before.words))
            parts.append(f"after {steps} for the segmentation alone (measured were the originals)")
    return ", ".join(parts)


def _format_of(image: ReportImage) -> str:
    return str((image.segmentation or {}).get("format", "unknown format"))


def _parameters(parameters: Mapping[str, Any]) -> list[str]:
    """ "width_px": 30 reads "width 30 px", "is_tiled": true reads "tiled yes"."""
    return [f"{_stem(name)} {_value(name, value)}" for name, value in sorted(parameters.items())]


def _stem(name: str) -> str:
    for ending, _ in _UNITS:
        name = name.removesuffix(ending) if ending.startswith("_") else name
    return name.removeprefix("is_").removeprefix("has_").replace("_", " ")


def _value(name: str, value: Any) -> str:
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if name == "channels":
        # Counted from 1, as in the tables.
        return " and ".join(str(number + 1) for number in value)
    unit = next((written for ending, written in _UNITS if name.endswith(ending)), "")
    return f"{value}{unit}"


def _correction_sentences(content: ReportContent) -> list[str]:
    n_edits = sum(image.n_edits for image in content.images)
    n_edited = sum(image.n_edits > 0 for image in content.images)
    sentences = []
    if n_edits:
        sentences.append(
            f"The masks of {count(n_edited, 'image')} were corrected by hand "
            f"({count(n_edits, 'edit')})."
        )
    approved = [image for image in content.images if image.is_approved]
    names = sorted({item.name for image in approved for item in image.approvals})
    who = f" by {_joined(names)}" if names else ""
    of_all = f"{len(approved):,} of {count(len(content.images), 'image')}"
    sentences.append(f"The masks of {of_all} were reviewed and approved{who}.")
    return sentences


def _measurement_sentences(content: ReportContent, statistics: DatasetStatistics) -> list[str]:
    n_touching = sum(summary.n_cells_touching_edge for summary in statistics.summaries)
    library = content.software.get("scikit-image")
    definitions = f"scikit-image {library}" if library else "scikit-image"
    sentences = [
        "Objects were measured at full resolution, each plane on its own, without background "
        f"correction; areas, moments, perimeters and convex hulls follow {definitions}, and "
        "standard deviations are those of the population.",
        f"{count(statistics.n_cells, 'object')} {'was' if statistics.n_cells == 1 else 'were'} "
        f"measured; those touching the edge of the image ({n_touching:,}) were kept and marked.",
    ]
    sentences += _class_sentences(content, statistics)
    sentences += _ignored_sentences(statistics)
    n_wells = len({(one.well.plate, one.well.name) for one in content.images if one.well})
    if n_wells:
        sentences.append(
            f"The images show {count(n_wells, 'well')}; wells, not cells or images, are the unit "
            "of all statistics by condition."
        )
    n_unknown = sum(image.pixel_size_um is None for image in content.images)
    if n_unknown:
        sentences.append(
            f"The pixel size of {count(n_unknown, 'image')} is not known; they are given in pixels."
        )
    return sentences


def _class_sentences(content: ReportContent, statistics: DatasetStatistics) -> list[str]:
    sentences = []
    if content.class_names:
        counts = [f"{statistics.cells_of_class[name]:,} {name}" for name in content.class_names]
        n_others = statistics.n_cells - sum(
            statistics.cells_of_class[name] for name in content.class_names
        )
        said = _joined([*counts, f"{n_others:,} without a class"])
        sentences.append(f"People gave the objects classes: {said}.")
    n_ambiguous = statistics.n_ambiguous
    if n_ambiguous:
        verb = "was" if n_ambiguous == 1 else "were"
        sentences.append(
            f"{count(n_ambiguous, 'object')} {verb} called ambiguous; they were kept and marked."
        )
    return sentences


def _ignored_sentences(statistics: DatasetStatistics) -> list[str]:
    if not statistics.ignored:
        return []
    n_images = len({place for place, _ in statistics.ignored})
    n_cells = statistics.n_ignored_cells
    return [
        f"In {count(n_images, 'image')} people set {count(len(statistics.ignored), 'region')} "
        f"aside, listed below: {count(n_cells, 'object')} with the centroid in them "
        f"{'was' if n_cells == 1 else 'were'} not measured, and densities and confluencies are "
        "those of the remaining area."
    ]


def _exclusion_sentences(content: ReportContent) -> list[str]:
    if not content.exclusions:
        return ["No image was excluded."]
    verb = "was" if len(content.exclusions) == 1 else "were"
    return [f"{count(len(content.exclusions), 'image')} {verb} excluded, with reasons given below."]


def _joined(names: list[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]
