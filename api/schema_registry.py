"""The read half of the Schema Registry's REST interface, so that stock Avro consumers read the topics.

Its clients know HTTP Basic, so these routes take the login that way as well as a bearer token. Answers, errors
included, have the registry's own forms and media type.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, cast

from fastapi import APIRouter, FastAPI, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from api.auth import READING
from api.problems import Problem
from schemas.catalogue import SchemaVersion, versions
from streams.topics import TOPICS

MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"
VERSION_MAX = 2**31 - 1


class RegistryJson(JSONResponse):
    """An answer of the registry."""

    media_type = MEDIA_TYPE


class RegistryError(Exception):
    """Answered as the registry's {error_code, message}."""

    def __init__(self, status: int, error_code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.error_code, self.message = status, error_code, message


class RegistryErrorBody(BaseModel):
    """What is wrong, in the registry's own words."""

    error_code: int
    message: str


class SchemaText(BaseModel):
    """A schema by its id."""

    schema_text: str = Field(alias="schema", description="Avro as JSON text")


class SubjectVersion(BaseModel):
    """Where a schema is."""

    subject: str
    version: int


class RegisteredSchema(SubjectVersion):
    """One version of a subject."""

    id: int
    schemaType: str = "AVRO"
    schema_text: str = Field(alias="schema", description="Avro as JSON text")


class Compatibility(BaseModel):
    """What a new version must be able to do."""

    compatibilityLevel: str = "BACKWARD_TRANSITIVE"


class Mode(BaseModel):
    """Whether versions can be added here."""

    mode: str = "READONLY"


class _RegistryRoute(APIRoute):
    """A route whose refusals have the registry's form too."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        handle: Callable[[Request], Awaitable[Response]] = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except Problem as problem:
                body = {"error_code": problem.status * 100 + 1, "message": problem.detail}
                return RegistryJson(body, status_code=problem.status, headers=problem.headers)
            except RequestValidationError as invalid:
                fields = ", ".join(f"{error['loc'][-1]}: {error['msg']}" for error in invalid.errors())
                return RegistryJson({"error_code": 42201, "message": fields}, status_code=422)

        return handled


Subject = Annotated[str, Path(max_length=300)]

router = APIRouter(
    tags=["schema registry"],
    default_response_class=RegistryJson,
    route_class=_RegistryRoute,
    dependencies=[READING],
    responses={
        status: {"model": RegistryErrorBody, "description": text}
        for status, text in (
            (401, "Unauthorized"),
            (403, "Forbidden"),
            (404, "Not Found"),
            (422, "Not a version"),
            (503, "Service Unavailable"),
        )
    },
)


def install(app: FastAPI) -> None:
    """Serve the registry from an app."""

    async def on_error(_: Request, error: Exception) -> Response:
        refused = cast(RegistryError, error)
        body = {"error_code": refused.error_code, "message": refused.message}
        return RegistryJson(body, status_code=refused.status)

    app.add_exception_handler(RegistryError, on_error)
    app.include_router(router)


def _subjects() -> dict[str, list[SchemaVersion]]:
    """Return the versions of each subject, oldest first."""
    return {
        topic.subject: sorted(
            (entry for entry in versions().values() if entry.name == topic.record.__name__),
            key=lambda entry: entry.version,
        )
        for topic in TOPICS
    }


def _versions_of(subject: str) -> list[SchemaVersion]:
    found = _subjects().get(subject)
    if not found:
        raise RegistryError(404, 40401, f"Subject '{subject}' not found.")
    return found


def _version_of(subject: str, version: str) -> SchemaVersion:
    stored = _versions_of(subject)
    if version in ("latest", "-1"):
        return stored[-1]
    if not (version.isascii() and version.isdigit()) or not 1 <= int(version[:11]) <= VERSION_MAX:
        raise RegistryError(422, 42202, f"The specified version '{version}' is not a valid version id.")
    for entry in stored:
        if entry.version == int(version):
            return entry
    raise RegistryError(404, 40402, f"Version {version} not found.")


def _places_of(schema_id: str, subject: str | None) -> tuple[SchemaVersion, list[SubjectVersion]]:
    number = int(schema_id) if schema_id.isascii() and schema_id.isdigit() and len(schema_id) < 11 else -1
    entry = versions().get(number)
    places = [
        SubjectVersion(subject=name, version=stored.version)
        for name, known in _subjects().items()
        for stored in known
        if stored.schema_id == number and subject in (None, "", name)
    ]
    if entry is None or not places:
        raise RegistryError(404, 40403, f"Schema {schema_id} not found")
    return entry, places


def _text(entry: SchemaVersion) -> str:
    return json.dumps(entry.schema, separators=(",", ":"))


@router.get("/subjects", operation_id="list_subjects", summary="Subjects")
async def subjects(subject_prefix: Annotated[str, Query(alias="subjectPrefix", max_length=300)] = "") -> list[str]:
    """The subjects of the registry: one a topic, of its values."""
    return sorted(name for name in _subjects() if name.startswith(subject_prefix))


@router.get("/subjects/{subject}/versions", operation_id="list_versions", summary="Versions of a subject")
async def subject_versions(subject: Subject) -> list[int]:
    """The versions of a subject."""
    return [entry.version for entry in _versions_of(subject)]


@router.get("/subjects/{subject}/versions/{version}", operation_id="get_version", summary="A version of a subject")
async def subject_version(subject: Subject, version: str) -> RegisteredSchema:
    """A version by its number, or `latest`."""
    entry = _version_of(subject, version)
    return RegisteredSchema(subject=subject, version=entry.version, id=entry.schema_id, schema=_text(entry))


@router.get(
    "/subjects/{subject}/versions/{version}/schema", operation_id="get_version_schema", summary="A version's schema"
)
async def subject_version_schema(subject: Subject, version: str) -> dict[str, Any]:
    """The Avro schema itself."""
    return _version_of(subject, version).schema


@router.get("/schemas/types", operation_id="list_schema_types", summary="Kinds of schemas")
async def schema_types() -> list[str]:
    """Avro, and nothing else."""
    return ["AVRO"]


@router.get("/schemas/ids/{schema_id}", operation_id="get_schema", summary="A schema by its id")
async def schema_by_id(schema_id: str, subject: Annotated[str | None, Query(max_length=300)] = None) -> SchemaText:
    """The schema that the wire format's four bytes name."""
    return SchemaText(schema=_text(_places_of(schema_id, subject)[0]))


@router.get("/schemas/ids/{schema_id}/schema", operation_id="get_schema_itself", summary="A schema, bare")
async def schema_itself(schema_id: str, subject: Annotated[str | None, Query(max_length=300)] = None) -> dict[str, Any]:
    """The Avro schema itself."""
    return _places_of(schema_id, subject)[0].schema


@router.get("/schemas/ids/{schema_id}/subjects", operation_id="list_subjects_of_schema", summary="A schema's subjects")
async def schema_subjects(schema_id: str, subject: Annotated[str | None, Query(max_length=300)] = None) -> list[str]:
    """The subjects that have the schema."""
    return [place.subject for place in _places_of(schema_id, subject)[1]]


@router.get("/schemas/ids/{schema_id}/versions", operation_id="list_versions_of_schema", summary="A schema's versions")
async def schema_versions(
    schema_id: str, subject: Annotated[str | None, Query(max_length=300)] = None
) -> list[SubjectVersion]:
    """The subjects and versions that are the schema."""
    return _places_of(schema_id, subject)[1]


@router.get("/config", operation_id="get_compatibility", summary="Compatibility")
async def compatibility() -> Compatibility:
    """What is checked before a version is added."""
    return Compatibility()


@router.get("/config/{subject}", operation_id="get_compatibility_of_subject", summary="Compatibility of a subject")
async def compatibility_of(subject: Subject) -> Compatibility:
    """The same for every subject."""
    _versions_of(subject)
    return Compatibility()


@router.get("/mode", operation_id="get_mode", summary="Mode")
async def mode() -> Mode:
    """Versions are added in the repository, not here."""
    return Mode()
