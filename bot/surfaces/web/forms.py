"""What a form sends."""

from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.surfaces.web.clients import LARGEST_BODY

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 100


async def fields_of(request: Request) -> dict[str, str]:
    """The fields of a form; an HTTPException where there is none, or it is too long."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        raise HTTPException(415, f"Send a form, with Content-Type: {FORM}.")
    body = await request.body()
    if len(body) > LARGEST_BODY:
        raise HTTPException(413, f"A request has at most {LARGEST_BODY:,} bytes.")
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError as error:
        raise HTTPException(400, "The form cannot be read.") from error
