"""The map of districts: loaded by those who operate the platform, looked at, then drawn in the overview."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from knowledge.taxonomy.models import District, DistrictMap
from tests.conftest import Cast, signed_in
from tests.factories import make_measure

pytestmark = pytest.mark.django_db
URL = "/stadtbezirke/karte/"


def square(x: float, y: float = 51.5) -> list[list[float]]:
    return [[x, y], [x + 0.1, y], [x + 0.1, y + 0.1], [x, y + 0.1], [x, y]]


def feature(name: Any, geometry: Any = None) -> dict[str, Any]:
    polygon = {"type": "Polygon", "coordinates": [square(7.4)]}
    return {"type": "Feature", "properties": {"name": name}, "geometry": geometry or polygon}


def collection(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


SOUTH = feature(
    "SÜD", {"type": "MultiPolygon", "coordinates": [[square(7.6)], [square(7.8), square(7.82)]]}
)


@pytest.fixture
def districts(cast: Cast) -> None:
    for slug, name in (("nord", "Nord"), ("sued", "Süd"), ("west", "West")):
        District.objects.create(slug=slug, name=name, kind="city_district")
    measure = make_measure(cast.space_a, 1, "Hafen beleuchten", state="running")
    measure.districts = District.objects.filter(slug__in=("nord", "west"))
    measure.save_revision().publish()


def send(client: Client, content: str | bytes, **more: str) -> Any:
    content = content.encode() if isinstance(content, str) else content
    facts = {"named_by": "name", "source": "Vermessung", "licence": "DL-DE Zero 2.0", **more}
    return client.post(URL, {"file": SimpleUploadedFile("karte.geojson", content), **facts})


def test_a_map_is_looked_at_then_drawn_beside_its_table(cast: Cast, districts: None) -> None:
    operator, reader = signed_in(cast.administrator), signed_in(cast.reader_a)
    bars = reader.get("/ueberblick/bild/district.svg").content
    loaded = send(operator, collection(feature("Nord"), SOUTH, feature("Anderswo")))
    shown = operator.get(loaded.headers["Location"])
    assert shown.context["matching"] == ["Nord", "Süd"]
    assert shown.context["missing"] == ["West"]
    assert "Anderswo" in shown.content.decode()
    assert reader.get("/ueberblick/bild/district.svg").content == bars, "nobody else sees it yet"
    operator.post(loaded.headers["Location"], {"deed": "show"})
    root = html.fromstring(reader.get("/ueberblick/").content)
    figure = root.get_element_by_id("district-heading").getparent()
    assert [one.text for one in figure.iterfind(".//svg/g/title")] == ["Nord: 1", "Süd: 0"]
    assert "Vermessung" in figure.text_content()
    assert "DL-DE Zero 2.0" in figure.text_content()
    assert [row[0].text for row in figure.iterfind(".//tbody/tr")] == ["Nord", "West"]
    one = html.fromstring(reader.get("/ueberblick/?district=nord").content)
    assert [title.text for title in one.iterfind(".//svg/g/title")] == ["Nord: 1"], "not counted"
    assert reader.get("/ueberblick/?district=-").status_code == 200
    file = reader.get("/ueberblick/bild/district.svg").content.decode()
    assert "Vermessung" in file
    operator.post(f"{URL}{DistrictMap.objects.get().pk}/", {"deed": "remove"})
    assert reader.get("/ueberblick/bild/district.svg").content == bars


def test_another_map_takes_the_place_of_the_one_that_is_shown(cast: Cast, districts: None) -> None:
    operator = signed_in(cast.administrator)
    for source in ("Alt", "Neu"):
        loaded = send(operator, collection(feature("Nord")), source=source)
        operator.post(loaded.headers["Location"], {"deed": "show"})
    assert DistrictMap.objects.get().source == "Neu"
    assert "Neu" in operator.get(URL).content.decode()


@pytest.mark.parametrize("who", ["curator", "steward_a", "reader_a", "stranger"])
def test_nobody_else_loads_or_sees_one(cast: Cast, districts: None, who: str) -> None:
    loaded = send(signed_in(cast.administrator), collection(feature("Nord")))
    client = signed_in(getattr(cast, who))
    assert client.get(URL).status_code == 404
    assert send(client, collection(feature("Nord"))).status_code == 404
    assert client.get(loaded.headers["Location"]).status_code == 404
    assert client.post(loaded.headers["Location"]).status_code == 404
    assert not DistrictMap.objects.get().is_shown


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "kein JSON"),
        ("[" * 100_000, "kein JSON"),
        ('{"type": "FeatureCollection", "features": [NaN]}', "kein JSON"),
        ("[]", "keine FeatureCollection"),
        (collection(), "keine FeatureCollection"),
        (collection(1), "keine FeatureCollection"),
        ('{"type": "Feature", "features": [{}]}', "keine FeatureCollection"),
        (collection({"properties": {"bez": "Nord"}}), "keinen Namen im Merkmal „name“. Es hat: bez."),
        (collection(feature(7)), "keinen Namen"),
        (collection(feature("Nord", {"type": "Point", "coordinates": [7, 51]})), "keine Fläche"),
        (collection(feature("Nord", {"type": "Polygon"})), "keine Fläche"),
        (collection(feature("Nord", {"type": "Polygon", "coordinates": [square(7)[:3]]})), "vier Punkte"),
        (collection(feature("Nord", {"type": "Polygon", "coordinates": [square(393_000)]})), "WGS 84"),
        (collection(feature("Nord", {"type": "Polygon", "coordinates": [["7"] * 4]})), "WGS 84"),
        (collection(feature("Nord"), feature("nord")), "zweimal"),
        (collection(feature("Anderswo")), "ist der eines Stadtbezirks"),
        (b" " * (2 * 1024 * 1024 + 1), "größer als 2 MB"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_with_a_sentence(
    cast: Cast, districts: None, content: str | bytes, said: str
) -> None:
    answer = send(signed_in(cast.administrator), content)
    assert said in " ".join(answer.context["form"].errors["file"])
    assert not DistrictMap.objects.exists()


@pytest.mark.parametrize("field", ["source", "licence", "named_by"])
def test_source_and_licence_have_to_be_said(cast: Cast, districts: None, field: str) -> None:
    answer = send(signed_in(cast.administrator), collection(feature("Nord")), **{field: " "})
    assert list(answer.context["form"].errors) == [field]
