"""Which images of a dataset are planes of one image by their names, before anybody accepts it."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.imaging.naming.builtin import BUILTINS, stem_of
from webapp.imaging.naming.grouping import FileFacts, Stack, stacks_of
from webapp.imaging.naming.pattern import NameParts, check_pattern, parse
from webapp.models import Dataset, Image
from webapp.queries.images import images_of
from webapp.states import ImageState

LEAST_GROUPED = 0.5
"""A pattern is proposed when it puts this part of the files into stacks."""


@dataclass(frozen=True)
class GroupPreview:
    """A pattern, the stacks that it makes, and how many files stay as they are."""

    pattern: str
    program: str
    stacks: tuple[Stack, ...]
    n_files: int

    @property
    def n_grouped(self) -> int:
        """Files that are in a stack."""
        return sum(len(stack.members) for stack in self.stacks)

    def buildable(self, *, is_with_missing: bool) -> list[Stack]:
        """The stacks that can become images."""
        return [
            stack
            for stack in self.stacks
            if not stack.faults and (is_with_missing or not stack.missing)
        ]


def preview_groups(dataset: Dataset, pattern: str | None = None) -> GroupPreview:
    """Group by a pattern, or by the first usual one that groups enough; BadPattern for a bad one.

    Only images that nobody has worked on, each of a file of its own, are grouped.
    """
    images = list(images_that_can_be_grouped(dataset))
    files = [_facts_of(image) for image in images]
    if pattern:
        check_pattern(pattern)
        return _preview(pattern, "", files)
    for builtin in BUILTINS:
        preview = _preview(builtin.pattern, builtin.program, files)
        sizes = [len(stack.members) for stack in preview.stacks if not stack.faults]
        if files and sum(size for size in sizes if size > 1) >= LEAST_GROUPED * len(files):
            return preview
    return GroupPreview("", "", (), len(files))


def images_that_can_be_grouped(dataset: Dataset) -> list[Image]:
    """Images as they came, one a file, without masks, by name."""
    rows = images_of(dataset).filter(state=ImageState.UPLOADED, n_series=1, parts=None)
    return list(rows.order_by("file_name"))


def _preview(pattern: str, program: str, files: list[FileFacts]) -> GroupPreview:
    read: list[NameParts | None] = [parse(pattern, file.stem) for file in files]
    return GroupPreview(pattern, program, tuple(stacks_of(files, read)), len(files))


def _facts_of(image: Image) -> FileFacts:
    return FileFacts(
        key=image.pk,
        stem=stem_of(image.file_name),
        shape=image.shape,
        dtype=image.source_dtype,
        pixel_size_um=image.pixel_size_um,
    )
