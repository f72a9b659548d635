"""What is said about one annotation."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotations.api.classes import ClassAnswer
from annotations.models.review import Verdict
from webapp.api.image_answer import LevelAnswer
from webapp.states import ImageState


class Base(serializers.Serializer[Any]):
    """The segmentation that version 0 is."""

    segmentation = serializers.UUIDField()
    method = serializers.CharField()
    weights = serializers.JSONField()
    created_at = serializers.DateTimeField()
    n_objects = serializers.IntegerField()
    digest = serializers.CharField()
    warnings = serializers.ListField(child=serializers.CharField())


class Can(serializers.Serializer[Any]):
    """What whoever asks may do now."""

    edit = serializers.BooleanField()
    submit = serializers.BooleanField()
    approve = serializers.BooleanField()
    send_back = serializers.BooleanField()
    reopen = serializers.BooleanField()


class Comment(serializers.Serializer[Any]):
    """One step of the review and the words with it."""

    author = serializers.CharField()
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    version = serializers.IntegerField()
    text = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()


class ApprovalAnswer(serializers.Serializer[Any]):
    """The approval that holds now."""

    version = serializers.IntegerField()
    digest = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()


class Painter(serializers.Serializer[Any]):
    """Whoever asks, as others see her cursor."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    color = serializers.CharField()


class AnnotationAnswer(serializers.Serializer[Any]):
    """An annotation and what whoever asks may do with it."""

    id = serializers.UUIDField()
    image = serializers.UUIDField()
    state = serializers.ChoiceField(choices=ImageState.choices)
    version = serializers.IntegerField()
    levels = LevelAnswer(many=True)
    tile_url = serializers.CharField(allow_null=True)
    base = Base(allow_null=True)
    can = Can()
    reasons = serializers.DictField(child=serializers.CharField())
    comments = Comment(many=True)
    approval = ApprovalAnswer(allow_null=True)
    classes = ClassAnswer(many=True)
    me = Painter()
    edits_url = serializers.CharField()
    labels_url = serializers.CharField()
    objects_url = serializers.CharField()
    socket_url = serializers.CharField()
