"""README.txt of a report: what each file is, and how to check all of it without Coverslip."""

from __future__ import annotations

from annotations.reports.content import ReportContent

_TEXT = """\
{title}
{underline}

Report of the dataset "{dataset}" of the project "{project}",
made {created_at} for {requested_by}.
Research use only. Not for use in diagnostic procedures.

Files
-----
report.pdf            The report to read: results, images, methods, evidence.
cells.csv             One row for every cell in every plane.
images.csv            One row for every plane of every image, empty ones included.
wells.csv             One row for every well with its condition, where images have wells; mean and
                      deviation are those between its images.
conditions.csv        One row for every condition; mean and deviation are those between wells.
ignored_regions.csv   One row for every region that people set aside, and what it took out.
dataset.csv           One row for the whole dataset.
data_dictionary.csv   What every column means, and its unit.
labels/               The masks: each pixel holds the number of its cell, 0 is background.
                      The numbers are the column "label" of cells.csv. 16-bit ImageJ TIFF,
                      or OME-TIFF of 32 bits where a number is above 65,535. Cells in ignored
                      regions are in the masks, but in no table.
isa/                  Wells, conditions and images as ISA-Tab, where images have wells.
overlays/             Pictures with the outlines of the cells, for looking, not for measuring.
provenance.json       Everything the numbers rest on, for programs.
SHA256SUMS            Checksums of all these files.

Tables are UTF-8 with commas and a header; empty means "not known". Text that starts with
= + - or @ has an apostrophe in front, so that no spreadsheet runs it as a formula.

How to check
------------
That no file was changed:     sha256sum -c SHA256SUMS
That the masks are the ones:  the column label_digest is the SHA-256 of the sizes T, Z, Y, X as
little-endian unsigned 64-bit numbers, followed by all labels as little-endian unsigned 32-bit
numbers, row by row, slice by slice, frame by frame. In Python:

    import hashlib, struct, tifffile
    labels = tifffile.imread("labels/NAME.tif", squeeze=False)
    # ImageJ files have the axes TZCYXS with one channel and one sample
    t, z, y, x = labels.shape if labels.ndim == 4 else [labels.shape[i] for i in (0, 1, 3, 4)]
    sizes = struct.pack("<4Q", t, z, y, x)
    print(hashlib.sha256(sizes + labels.astype("<u4").tobytes()).hexdigest())

That the history was not rewritten: the project's audit chain must still contain
{audit_head}
"""


def readme_text(content: ReportContent) -> str:
    """The text, with lines that end in a line feed."""
    title = f"Coverslip report: {content.dataset_name}"
    return _TEXT.format(
        title=title,
        underline="=" * len(title),
        dataset=content.dataset_name,
        project=content.project_name,
        created_at=f"{content.created_at:%Y-%m-%d %H:%M} UTC",
        requested_by=content.requested_by,
        audit_head=content.audit_head.hash,
    )
