"""Outlines of districts out of a GeoJSON (RFC 7946): what can't be drawn is refused with a sentence."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from knowledge.taxonomy.models import District

LARGEST = 2 * 1024 * 1024  # bytes
_LEAST_POINTS = 4  # of a ring, which ends where it begins
_WORLD = (180, 90)

Ring = list[tuple[float, float]]  # longitude and latitude in degrees


@dataclass(frozen=True, slots=True)
class Found:
    """What a file says: the rings of districts by slug, and names that no district has."""

    outlines: Mapping[str, Sequence[Ring]]
    unknown: Sequence[str]


def outlines_of(content: bytes, named_by: str) -> Found:
    """Read a file.

    Args:
        content: A FeatureCollection of polygons.
        named_by: The property that says which district a feature is, by its name or short name.

    Raises:
        ValidationError: If there is something that can't be drawn, or nothing that could.
    """
    known = {one.name.casefold(): one.slug for one in District.objects.all()}
    known |= {slug.casefold(): slug for slug in known.values()}
    found: dict[str, list[Ring]] = {}
    unknown = []
    for feature in _features(_parsed(content)):
        name = _name_of(feature, named_by)
        slug = known.get(name.casefold())
        rings = [_ring(one) for one in _rings(feature)]
        if slug is None:
            unknown.append(name)
        elif slug in found:
            raise ValidationError(
                _("“%(name)s” stands twice in the file. Leave one out.") % {"name": name}
            )
        else:
            found[slug] = rings
    if not found:
        raise ValidationError(
            _("No name in the property “%(property)s” is that of a district.")
            % {"property": named_by}
        )
    return Found(found, unknown)


def _parsed(content: bytes) -> Any:
    if len(content) > LARGEST:
        raise ValidationError(_("The file is larger than 2 MB. Take a simpler outline."))
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise ValidationError(_("The file is no JSON in UTF-8.")) from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)  # NaN and Infinity, which are no JSON


def _features(parsed: Any) -> Sequence[Any]:
    features = parsed.get("features") if isinstance(parsed, dict) else None
    is_collection = isinstance(features, list) and parsed.get("type") == "FeatureCollection"
    if not features or not is_collection or not all(isinstance(one, dict) for one in features):
        raise ValidationError(_("The file is no FeatureCollection, or there is nothing in it."))
    found: Sequence[Any] = features
    return found


def _name_of(feature: Mapping[str, Any], named_by: str) -> str:
    properties = feature.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    name = properties.get(named_by)
    if isinstance(name, str) and name.strip():
        return " ".join(name.split())
    raise ValidationError(
        _("A part of the file has no name in the property “%(property)s”. It has: %(others)s.")
        % {"property": named_by, "others": ", ".join(sorted(map(str, properties))[:20]) or "–"}
    )


def _rings(feature: Mapping[str, Any]) -> Iterator[Any]:
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates: Any = geometry.get("coordinates") if isinstance(geometry, dict) else None
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(str(kind))
    if not isinstance(polygons, list) or not polygons:
        raise ValidationError(_("A part of the file is no polygon. Districts are areas."))
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            raise ValidationError(_("A part of the file is no polygon. Districts are areas."))
        yield from polygon


def _ring(points: Any) -> Ring:
    if not isinstance(points, list) or len(points) < _LEAST_POINTS:
        raise ValidationError(_("An outline in the file has fewer than four points."))
    return [_point(one) for one in points]


def _point(point: Any) -> tuple[float, float]:
    is_pair = isinstance(point, list) and len(point) in (2, 3)
    numbers = point[:2] if is_pair else []
    are_degrees = len(numbers) == len(_WORLD) and all(
        type(one) in (int, float) and math.isfinite(one) and abs(one) <= most
        for one, most in zip(numbers, _WORLD, strict=True)
    )
    if not are_degrees:
        raise ValidationError(
            _(
                "The file has points that are no longitude and latitude in degrees. "
                "Have it written in WGS 84, as GeoJSON asks."
            )
        )
    return float(numbers[0]), float(numbers[1])
