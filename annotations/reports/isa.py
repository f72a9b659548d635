"""Wells, conditions and images as the tab-separated files of ISA-Tab 1.0.

Source: https://isa-specs.readthedocs.io/en/latest/isatab.html. Investigation, study and assay name
each other by file; texts are in double quotes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from annotations.reports.content import ReportContent, ReportImage, Well

INVESTIGATION, STUDY, ASSAY = "i_investigation.txt", "s_study.txt", "a_imaging.txt"
_FACTORS = ("compound", "dose", "replicate", "control")
_PARAMETERS = ("setup", "microscope", "objective", "camera", "modality", "site")


def write_isa(folder: Path, content: ReportContent, stems: Sequence[str]) -> None:
    """Write the three files into a new folder; ``stems`` name the label file of each image."""
    folder.mkdir()
    _write(folder / INVESTIGATION, _investigation(content))
    _write(folder / STUDY, _study(content))
    _write(folder / ASSAY, _assay(content, stems))


def sample_name(well: Well) -> str:
    """What a well is called in all three files."""
    return f"{well.plate} {well.name}".strip()


def _investigation(content: ReportContent) -> Iterable[Sequence[object]]:
    n = len(_FACTORS)
    day = f"{content.created_at:%Y-%m-%d}"
    yield ("ONTOLOGY SOURCE REFERENCE",)
    yield ("INVESTIGATION",)
    yield "Investigation Identifier", content.project_id
    yield "Investigation Title", content.project_name
    yield ("STUDY",)
    yield "Study Identifier", content.dataset_id
    yield "Study Title", content.dataset_name
    yield "Study Description", content.question
    yield "Study Public Release Date", ""
    yield "Study Submission Date", day
    yield "Study File Name", STUDY
    yield ("STUDY FACTORS",)
    yield ("Study Factor Name", *_FACTORS)
    yield ("Study Factor Type", *_FACTORS)
    yield ("Study Factor Type Term Accession Number", *[""] * n)
    yield ("STUDY ASSAYS",)
    yield "Study Assay File Name", ASSAY
    yield "Study Assay Measurement Type", "cell segmentation"
    yield "Study Assay Technology Type", "microscopy"
    yield ("STUDY PROTOCOLS",)
    yield "Study Protocol Name", "imaging", "segmentation"
    yield "Study Protocol Parameters Name", ";".join(_PARAMETERS), ""
    yield ("STUDY CONTACTS",)
    yield ("Study Person Last Name", *[member.name for member in content.members])
    yield ("Study Person Roles", *[member.role for member in content.members])


def _study(content: ReportContent) -> Iterable[Sequence[object]]:
    wells = {sample_name(one.well): one.well for one in content.images if one.well is not None}
    others = list(dict.fromkeys(title for well in wells.values() for title, _ in well.others))
    yield (
        *("Source Name", "Characteristics[cell line]", "Sample Name"),
        *("Factor Value[compound]", "Factor Value[dose]", "Unit"),
        *("Factor Value[replicate]", "Factor Value[control]"),
        *(f"Comment[{title}]" for title in others),
    )
    for name, well in sorted(wells.items()):
        said = dict(well.others)
        yield (
            *(well.line or name, well.line, name),
            *(well.compound, well.dose, well.unit),
            *(well.replicate, well.control),
            *(said.get(title, "") for title in others),
        )


def _assay(content: ReportContent, stems: Sequence[str]) -> Iterable[Sequence[object]]:
    yield (
        *("Sample Name", "Protocol REF"),
        *(f"Parameter Value[{name}]" for name in _PARAMETERS),
        *("Comment[pixel height, µm]", "Comment[pixel width, µm]"),
        *("Assay Name", "Raw Data File", "Comment[SHA-256]"),
        *("Protocol REF", "Derived Data File", "Comment[label digest]"),
    )
    for image, stem in zip(content.images, stems, strict=True):
        yield (
            *(sample_name(image.well) if image.well else "", "imaging"),
            *_parameters(image),
            *(image.pixel_size_um or ("", "")),
            *(image.name, image.name, image.image_digest),
            *("segmentation", f"labels/{stem}.tif", image.label_digest),
        )


def _parameters(image: ReportImage) -> list[str]:
    if image.setup is None:
        return [""] * len(_PARAMETERS)
    return [image.setup.name, *(getattr(image.setup, name) for name in _PARAMETERS[1:])]


def _write(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """The title of a section stands alone and bare, everything else is in quotes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        for row in rows:
            is_section = len(row) == 1
            file.write("\t".join(str(one) if is_section else _cell(one) for one in row) + "\n")


def _cell(value: object) -> str:
    text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    plain = " ".join(text.split()).replace('"', "'")
    return f'"{plain}"'
