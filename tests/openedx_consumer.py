"""Open edX's own LTI 1.3 consumer (lti-consumer-xblock) as a program: a line of JSON asks, a line of JSON answers.

Run by an interpreter that has that package. Its classes are used as they are; what it needs of Django is set here.
"""

import json
import sys

import django
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings

settings.configure(
    PLATFORM_NAME="Open edX", SECRET_KEY="for tests", USE_TZ=True, FEATURES={}, LMS_ROOT_URL="http://lms.invalid",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "lti_consumer"],
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
django.setup()

from lti_consumer.data import Lti1p3LaunchData  # noqa: E402  (Django has to be set up before)
from lti_consumer.lti_1p3.consumer import LtiAdvantageConsumer  # noqa: E402
from lti_consumer.lti_1p3.extensions.rest_framework.serializers import LtiAgsScoreSerializer  # noqa: E402

KEY = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


class Consumer:
    """One configured tool, and what its block would call."""

    def __init__(self, given):
        tool, here = given["tool"], given["issuer"]
        self.consumer = LtiAdvantageConsumer(
            iss=here, lti_oidc_url=f"{tool}/lti/login", lti_launch_url=f"{tool}/lti/launch", client_id="edx-1",
            deployment_id="1", rsa_key=KEY, rsa_key_id="edx", redirect_uris=[f"{tool}/lti/launch"],
            tool_key=given["tool_key"])
        self.consumer.enable_ags(lineitems_url=f"{here}/lineitems", lineitem_url=f"{here}/lineitems/1")
        self.consumer.enable_deep_linking(f"{tool}/lti/launch", f"{here}/deep-linking")

    def keys(self, _):
        return self.consumer.get_public_keyset()

    def login(self, given):
        """Where the block sends the browser at first."""
        data = Lti1p3LaunchData(user_id="7", user_role=given["role"], config_id="c", resource_link_id="link",
                                message_type=given["message"], external_user_id="opaque-7")
        return self.consumer.prepare_preflight_url(data)

    def launch(self, given):
        """What the block posts to the tool."""
        self.consumer.set_user_data(user_id="opaque-7", role=given["role"])
        self.consumer.set_resource_link_claim("link")
        self.consumer.set_launch_presentation_claim(document_target="iframe")
        self.consumer.set_context_claim("course-v1:X+Y+Z")
        if given.get("url"):
            self.consumer.set_dl_content_launch_parameters(url=given["url"], custom=given.get("custom"))
        return self.consumer.generate_launch_request(given["query"])

    def picked(self, given):
        return self.consumer.check_and_decode_deep_linking_token(given["token"])

    def token(self, given):
        return self.consumer.access_token(given["form"])

    def score(self, given):
        """Whether a token may write scores, and what its serializer finds wrong with one."""
        may = self.consumer.check_token(given["token"], ["https://purl.imsglobal.org/spec/lti-ags/scope/score"])
        read = LtiAgsScoreSerializer(data=given["score"])
        return {"may": may, "valid": read.is_valid(), "errors": read.errors}


consumer = Consumer(json.loads(sys.stdin.readline()))
print(json.dumps("ready"), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    try:
        answer = {"ok": getattr(consumer, asked["do"])(asked)}
    except Exception as error:
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
