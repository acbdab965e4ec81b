"""The HTTP service: health, descriptions and the log for everybody, the work itself for whoever is signed in."""

from fastapi import FastAPI

from services.bootstrap import House
from services.http.access import deciding
from services.http.cases import reading
from services.http.commands import commands
from services.http.description import describe
from services.http.events import receiving
from services.http.faults import Faults
from services.http.fhir import fhir
from services.http.health import health
from services.http.inzage import inzage
from services.http.ledger import ledger
from services.http.log import transparency
from services.http.oversight import oversight
from services.http.problems import install
from services.http.reports import reports
from services.http.rights import rights
from services.http.shielding import Shielding


def make_api(house: House) -> FastAPI:
    """Return the application for one house."""
    api = FastAPI(
        title="zvh", version="1", description="Logbook of a Zorg- en Veiligheidshuis.", docs_url=None, redoc_url=None
    )
    install(api, house.reference)
    api.add_middleware(Faults, reference=house.reference)
    api.add_middleware(Shielding)
    api.include_router(health(house))
    api.include_router(reading(house))
    api.include_router(ledger(house))
    api.include_router(inzage(house))
    api.include_router(fhir(house))
    api.include_router(commands(house))
    api.include_router(rights(house))
    api.include_router(receiving(house))
    api.include_router(deciding(house))
    api.include_router(transparency(house))
    api.include_router(reports(house))
    api.include_router(oversight(house))
    api.openapi = lambda: describe(api)  # type: ignore[method-assign]  # as FastAPI documents it
    return api
