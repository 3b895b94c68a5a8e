"""A course platform on a loopback address, for the tests of LTI: it signs and checks with nothing but cryptography.

It follows the specifications, not our code: what it calls things is written here once more.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP = "https://purl.imsglobal.org/spec/lti-dl/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
CLIENT, DEPLOYMENT, USER = "client-17", "deployment-1", "user-9f2c"
# The page of a course: our frame, with the storage and the listening of a platform where it has them.
COURSE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>A course</title><h1>Week 3</h1>
<iframe id="tool" title="Tool" src="{src}" width="100%" height="{height}"{more}></iframe>
<script>
const kept = {{}}, frame = document.getElementById("tool");
window.asked = [];
addEventListener("message", ({{ data, source, origin }}) => {{
  if (!data || !data.subject) return;
  asked.push(data.subject);
  if (data.subject === "lti.frameResize") frame.style.height = data.height + "px";
  const answer = (more) => source.postMessage(
    {{ subject: data.subject + ".response", message_id: data.message_id, key: data.key, ...more }}, origin);
  if (!{stores}) return;
  if (data.subject === "lti.put_data") {{ kept[data.key] = data.value; answer({{ value: data.value }}); }}
  if (data.subject === "lti.get_data") answer({{ value: kept[data.key] ?? null }});
}});
</script>"""


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def signed(claims: Mapping[str, Any], key: rsa.RSAPrivateKey, header: Mapping[str, Any]) -> str:
    """A JWT by RS256, whatever its header says."""
    text = ".".join(b64(json.dumps(part).encode()) for part in (header, claims))
    return f"{text}.{b64(key.sign(text.encode(), padding.PKCS1v15(), SHA256()))}"


def checked(token: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """The claims of a JWT that one of these JWKs signed; AssertionError where none did."""
    head, body, signature = token.split(".")
    header = json.loads(unb64(head))
    assert header["alg"] == "RS256"
    (jwk,) = [key for key in keys["keys"] if key["kid"] == header["kid"]]
    public = rsa.RSAPublicNumbers(*(int.from_bytes(unb64(jwk[part]), "big") for part in "en")).public_key()
    try:
        public.verify(unb64(signature), f"{head}.{body}".encode(), padding.PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise AssertionError("not signed by that key") from error
    return dict(json.loads(unb64(body)))


@dataclass
class Platform:
    """A platform. `tool` is the address of what it launches, `scores` what its gradebook was sent, `picked` what came
    back from a picker; `claims` are added to each launch (None takes one away)."""

    address: str = ""
    tool: str = ""
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    claims: dict[str, Any] = field(default_factory=dict)
    deep: bool = False
    stores: bool = False
    sandbox: str | None = None
    target: str = ""
    scores: list[dict[str, Any]] = field(default_factory=list)
    results: dict[str, float] = field(default_factory=dict)
    picked: list[dict[str, Any]] = field(default_factory=list)
    registered: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    token_lasts: int = 3600
    refuses: int = 0  # so many scores are answered with 503
    tokens: set[str] = field(default_factory=set)

    @property
    def jwks(self) -> dict[str, Any]:
        public = self.key.public_key().public_numbers()
        return {"keys": [{"kty": "RSA", "kid": self.kid, "use": "sig", "alg": "RS256", "n": number(public.n),
                          "e": number(public.e)}]}

    @property
    def kid(self) -> str:
        return hashlib.sha256(str(self.key.public_key().public_numbers().n).encode()).hexdigest()[:8]

    @property
    def registration(self) -> dict[str, Any]:
        return {"issuer": self.address, "client_id": CLIENT, "authorization_endpoint": f"{self.address}/auth",
                "token_endpoint": f"{self.address}/token", "jwks_uri": f"{self.address}/jwks",
                "deployments": (DEPLOYMENT,)}

    def login(self, target: str = "") -> dict[str, str]:
        """What a login begins with."""
        storage = {"lti_storage_target": "_parent"} if self.stores else {}
        return {"iss": self.address, "login_hint": USER, "lti_message_hint": "7", "client_id": CLIENT,
                "lti_deployment_id": DEPLOYMENT, "target_link_uri": target or f"{self.tool}/lti/launch", **storage}

    def message(self, nonce: str, **changes: Any) -> dict[str, Any]:
        """The claims of a launch."""
        now = int(time.time())
        base = {"iss": self.address, "aud": CLIENT, "azp": CLIENT, "sub": USER, "iat": now, "exp": now + 600,
                "nonce": nonce, "name": "Ada Lovelace", "email": "ada@example.org",
                f"{LTI}version": "1.3.0", f"{LTI}deployment_id": DEPLOYMENT, f"{LTI}roles": [LEARNER],
                f"{LTI}target_link_uri": self.target or f"{self.tool}/lti/launch"}
        if self.deep:
            base |= {f"{LTI}message_type": "LtiDeepLinkingRequest", f"{DEEP}deep_linking_settings": {
                "deep_link_return_url": f"{self.address}/back", "accept_types": ["ltiResourceLink"],
                "accept_presentation_document_targets": ["iframe", "window"], "accept_multiple": False,
                "accept_lineitem": True, "data": "csrf-5"}}
        else:
            base |= {f"{LTI}message_type": "LtiResourceLinkRequest", f"{LTI}resource_link": {"id": "link-1"},
                     f"{AGS}claim/endpoint": {"scope": [f"{AGS}scope/score", f"{AGS}scope/result.readonly"],
                                              "lineitem": f"{self.address}/lines/1?type_id=3",
                                              "lineitems": f"{self.address}/lines?type_id=3"}}
        every = {**base, **self.claims, **changes}
        return {name: value for name, value in every.items() if value not in (None, "")}

    def id_token(self, nonce: str, key: rsa.RSAPrivateKey | None = None, header: Mapping[str, Any] | None = None,
                 **changes: Any) -> str:
        """A launch, signed."""
        head = header or {"alg": "RS256", "typ": "JWT", "kid": self.kid}
        return signed(self.message(nonce, **changes), key or self.key, head)

    def tool_keys(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.tool}/lti/jwks.json", timeout=60) as response:
            return dict(json.load(response))

    def answer(self, method: str, path: str, query: Mapping[str, str], body: bytes, token: str) -> tuple[int, str, str]:
        """Status, kind and text for a request."""
        self.asked.append(f"{method} {path}")
        if path == "/jwks":
            return 200, "application/json", json.dumps(self.jwks)
        if path == "/course":
            src = f"{self.tool}/lti/login?{urlencode(self.login(self.target))}"
            more = "" if self.sandbox is None else f' sandbox="{self.sandbox}"'
            return 200, "text/html", COURSE.format(src=escape(src), stores=json.dumps(self.stores), more=more,
                                                   height=query.get("height", "500"))
        if path == "/auth":
            return self._authorize(query)
        if path == "/token":
            return self._token(dict(parse_qsl(body.decode())))
        if path == "/back":
            return self._back(dict(parse_qsl(body.decode())))
        if path in ("/lines/1/scores", "/lines/1/results"):
            return self._line(path, query, body, token)
        if path == "/config":
            return (401, "text/plain", "no") if token != "reg-token" else (200, "application/json", json.dumps(
                {**{name: value for name, value in self.registration.items() if name != "client_id"},
                 "registration_endpoint": f"{self.address}/register",
                 "scopes_supported": [f"{AGS}scope/score", f"{AGS}scope/result.readonly"],
                 "https://purl.imsglobal.org/spec/lti-platform-configuration": {"product_family_code": "reference"}}))
        if path == "/register" and token == "reg-token":
            self.registered.append(json.loads(body))
            return 200, "application/json", json.dumps({**self.registered[-1], "client_id": CLIENT,
                "https://purl.imsglobal.org/spec/lti-tool-configuration": {"deployment_id": DEPLOYMENT}})
        return 404, "text/plain", "nothing here"

    def _authorize(self, query: Mapping[str, str]) -> tuple[int, str, str]:
        wanted = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none",
                  "client_id": CLIENT, "redirect_uri": f"{self.tool}/lti/launch", "login_hint": USER,
                  "lti_message_hint": "7"}
        self.wrong += [f"{name}={query.get(name)!r}" for name, value in wanted.items() if query.get(name) != value]
        fields = {"id_token": self.id_token(query["nonce"]), "state": query["state"]}
        inputs = "".join(f'<input name="{name}" value="{escape(value)}">' for name, value in fields.items())
        return 200, "text/html", (f'<form method="post" action="{escape(query["redirect_uri"])}">{inputs}</form>'
                                  "<script>document.forms[0].submit()</script>")

    def _token(self, form: Mapping[str, str]) -> tuple[int, str, str]:
        claims = checked(form["client_assertion"], self.tool_keys())
        assert form["grant_type"] == "client_credentials"
        assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        assert claims["iss"] == claims["sub"] == CLIENT
        assert claims["aud"] == f"{self.address}/token"
        assert claims["iat"] <= time.time() + 5 < claims["exp"]
        assert claims["jti"]
        token = secrets.token_hex(8)
        self.tokens.add(token)
        return 200, "application/json", json.dumps({"access_token": token, "token_type": "bearer",
                                                    "expires_in": self.token_lasts, "scope": form["scope"]})

    def _back(self, form: Mapping[str, str]) -> tuple[int, str, str]:
        claims = checked(form["JWT"], self.tool_keys())
        self.picked.append(claims)
        return 200, "text/html", "<!doctype html><title>Back</title><h1>Added to the course</h1>"

    def _line(self, path: str, query: Mapping[str, str], body: bytes, token: str) -> tuple[int, str, str]:
        if token not in self.tokens or query.get("type_id") != "3":
            return 401, "text/plain", "no"
        if path.endswith("results"):
            told = [{"userId": user, "resultScore": share, "resultMaximum": 1} for user, share in self.results.items()
                    if user == query["user_id"]]
            return 200, "application/json", json.dumps(told)
        if self.refuses:
            self.refuses -= 1
            return 503, "text/plain", "later"
        score = json.loads(body)
        self.scores.append(score)
        self.results[score["userId"]] = score["scoreGiven"] / score["scoreMaximum"]
        return 200, "application/json", "{}"


P = TypeVar("P", bound=Platform)


@contextmanager
def platform_at_work(host: str = "127.0.0.1", kind: type[P] = Platform, **values: Any) -> Iterator[P]:  # type: ignore
    """A platform on a free port."""
    made = kind(**values)

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            query = {name: value[-1] for name, value in parse_qs(parts.query).items()}
            token = self.headers.get("authorization", "").removeprefix("Bearer ")
            try:
                status, kind, text = made.answer(self.command, parts.path, query, body, token)
            except (AssertionError, KeyError, ValueError) as error:
                made.wrong.append(f"{self.command} {parts.path}: {error!r}")
                status, kind, text = 400, "text/plain", "wrong"
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = _do

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.address = f"http://{host}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
