"""What an annotation can be, and which change is legal."""

from __future__ import annotations

from webapp.states import Conflict, ImageState


class IllegalMove(Conflict):
    """The annotation is not in a state that allows this; the message is one sentence."""

    def __init__(self, state: ImageState, target: ImageState) -> None:
        self.state = state
        self.code = state.value
        super().__init__(SENTENCES.get(state, f"This image is {state.label.lower()}."))


LEGAL_MOVES: dict[ImageState, frozenset[ImageState]] = {
    ImageState.UPLOADED: frozenset({ImageState.CORRECTED, ImageState.IN_REVIEW}),
    ImageState.SEGMENTED: frozenset({ImageState.CORRECTED, ImageState.IN_REVIEW}),
    ImageState.CORRECTED: frozenset({ImageState.CORRECTED, ImageState.IN_REVIEW}),
    ImageState.SENT_BACK: frozenset({ImageState.CORRECTED, ImageState.IN_REVIEW}),
    ImageState.IN_REVIEW: frozenset({ImageState.APPROVED, ImageState.SENT_BACK}),
    ImageState.APPROVED: frozenset({ImageState.CORRECTED}),
}

EDITABLE = frozenset(
    {ImageState.UPLOADED, ImageState.SEGMENTED, ImageState.CORRECTED, ImageState.SENT_BACK}
)

SENTENCES = {
    ImageState.APPROVED: "This image is approved. Reopen it with a reason to change it.",
    ImageState.IN_REVIEW: "This image is in review. It can be changed once it is sent back.",
    ImageState.SENT_BACK: "This image was sent back. Submit it again once it is corrected.",
    ImageState.CORRECTED: "This image is being corrected. It has to be submitted first.",
    ImageState.SEGMENTED: "Nobody has submitted this image for review yet.",
    ImageState.UPLOADED: "This image has no masks yet.",
}


def check_move(state: str, target: ImageState) -> None:
    """Raise IllegalMove when the table does not allow `state` -> `target`."""
    if target not in LEGAL_MOVES[ImageState(state)]:
        raise IllegalMove(ImageState(state), target)
