"""The acquisition setups of a project, always for somebody."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from webapp.models import AcquisitionSetup, Image, Project, User
from webapp.permissions import Action, require

_IS_HERE = Q(images__deleted_at=None, images__dataset__deleted_at=None)
_HAS_NO_SIZE = Q(images__pixel_size_y_um=None) | Q(images__pixel_size_x_um=None)


def setups_of(project: Project) -> QuerySet[AcquisitionSetup]:
    """The setups by name, each with `n_images` and `n_without_size` outside of the trash."""
    return project.setups.annotate(
        n_images=Count("images", filter=_IS_HERE),
        n_without_size=Count("images", filter=_IS_HERE & _HAS_NO_SIZE),
    ).order_by("name")


def setup_for(actor: User, setup_id: UUID) -> AcquisitionSetup:
    """One setup of a project that the actor belongs to; Http404 otherwise."""
    setup = AcquisitionSetup.objects.select_related("project").filter(pk=setup_id).first()
    if setup is None or setup.project.deleted_at is not None:
        raise Http404("Nothing is here for you.")
    require(actor, Action.SEE, setup.project)
    return setup


def images_with(setup: AcquisitionSetup) -> QuerySet[Image]:
    """The images of a setup that are not in the trash, by dataset and name."""
    return (
        setup.images.filter(deleted_at=None, dataset__deleted_at=None)
        .select_related("dataset")
        .order_by("dataset__name", "name")
    )


def images_without_setup(project: Project) -> QuerySet[Image]:
    """The images of a project of which nobody said what took them."""
    return Image.objects.filter(
        dataset__project=project, setup=None, deleted_at=None, dataset__deleted_at=None
    ).order_by("dataset__name", "name")
