"""Documents and images with their content, within the reader's rights."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router
from wagtail.documents.views.serve import serve

from api.readable import given_of
from api.responses import file_link, refuse_unknown_parameters, space_of
from api.schemas import DocumentList, DocumentOut, ImageList, ImageOut, Stretch
from knowledge.basepage.read_log import record_not_given
from knowledge.files.models import KnowledgeDocument, KnowledgeImage
from knowledge.files.views import serve_image

documents = Router(tags=["files"])
images = Router(tags=["files"])


@documents.get("/", response=DocumentList, url_name="documents", operation_id="documents_list")
def list_documents(request: HttpRequest, stretch: Query[Stretch]) -> Any:
    """List the documents that the reader may see, newest first."""
    refuse_unknown_parameters(request, Stretch)
    return _list(request, KnowledgeDocument, stretch, _document)


@documents.get(
    "/{int:file_id}/", response=DocumentOut, url_name="document", operation_id="documents_detail"
)
def get_document(request: HttpRequest, file_id: int) -> Any:
    """Describe one document."""
    return _document(request, _visible(request, KnowledgeDocument, file_id))


@documents.get(
    "/{int:file_id}/file/", url_name="document_file", operation_id="documents_file",
    openapi_extra={"responses": {200: {"description": "The file.", "content": {"*/*": {}}}}},
)  # fmt: skip
def get_document_file(request: HttpRequest, file_id: int) -> HttpResponse:
    """Send the file, as on the site; record it if it belongs to a confidential page."""
    document = _visible(request, KnowledgeDocument, file_id)
    response: HttpResponse = serve(request, document.pk, document.filename)
    return response


@images.get("/", response=ImageList, url_name="images", operation_id="images_list")
def list_images(request: HttpRequest, stretch: Query[Stretch]) -> Any:
    """List the images that the reader may see, newest first."""
    refuse_unknown_parameters(request, Stretch)
    return _list(request, KnowledgeImage, stretch, _image)


@images.get("/{int:file_id}/", response=ImageOut, url_name="image", operation_id="images_detail")
def get_image(request: HttpRequest, file_id: int) -> Any:
    """Describe one image."""
    return _image(request, _visible(request, KnowledgeImage, file_id))


@images.get(
    "/{int:file_id}/file/", url_name="image_file", operation_id="images_file",
    openapi_extra={"responses": {200: {"description": "The file.", "content": {"*/*": {}}}}},
)  # fmt: skip
def get_image_file(request: HttpRequest, file_id: int) -> Any:
    """Send the image in its original size."""
    return serve_image(request, _visible(request, KnowledgeImage, file_id).file.name)


def _list(request: HttpRequest, model: Any, stretch: Stretch, shown: Any) -> dict[str, Any]:
    files = given_of(request, model)
    part = files.select_related("space").order_by("-created_at", "-pk")
    part = part[stretch.offset : stretch.offset + stretch.limit]
    return {"count": files.count(), "items": [shown(request, one) for one in part]}


def _visible(request: HttpRequest, model: Any, file_id: int) -> Any:
    """Return a file that the reader may see; record a refusal after the answer."""
    refuse_unknown_parameters(request, set())
    found = given_of(request, model).select_related("space").filter(pk=file_id)
    file = found.first()
    if file is None:
        record_not_given(model.objects.filter(pk=file_id), file_id)
        raise Http404
    return file


def _document(request: HttpRequest, document: KnowledgeDocument) -> dict[str, Any]:
    return {
        **file_link(document, "document"),
        "space": space_of(request.user, document),
        "file_type": document.file_extension,
        "size_bytes": document.file_size,
        "created_at": document.created_at,
    }


def _image(request: HttpRequest, image: KnowledgeImage) -> dict[str, Any]:
    return {
        **file_link(image, "image"),
        "space": space_of(request.user, image),
        "description": image.description,
        "width": image.width,
        "height": image.height,
        "created_at": image.created_at,
    }
