"""The API against its own description, by schemathesis: what it answers is described, and it refuses what is wrong."""

import pytest
import schemathesis
from hypothesis import HealthCheck, seed, settings
from schemathesis import Case

from bot.service import shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings

pytestmark = pytest.mark.slow

# which settings an entry takes is told by /api/experiments; the description's types are wider
CONFIG = schemathesis.Config.from_dict({
    "request-timeout": 600,  # the first question waits for the large encoder
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "422"]},
               "negative_data_rejection": {"expected-statuses": ["400", "404", "405", "413", "415", "422"]}},
})
SITE = alone(shared_bot(), WebSettings(public_url="http://localhost"))
API = schemathesis.openapi.from_asgi("/openapi.json", SITE, config=CONFIG)


@API.parametrize()
@seed(7)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_the_description_is_true(case: Case) -> None:
    case.call_and_validate()
