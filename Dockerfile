# Ask a Neuron in one image: pages, API and chat. See docs/deploying.md.
#     docker build -t ask-neuron .
#     docker run --rm -p 127.0.0.1:8501:8501 ask-neuron

FROM debian:bookworm-slim AS build
# Debian's Python is the one that the tests run on. PyTorch's CPU build is found by uv; the plain one brings CUDA along.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY constraints.txt ./
RUN python3 -m venv /opt/uv && /opt/uv/bin/pip install --no-cache-dir --constraint constraints.txt uv \
    && /opt/uv/bin/uv venv /opt/ask-neuron
COPY . .
ARG UV_TORCH_BACKEND=cpu
RUN /opt/uv/bin/uv build --wheel --build-constraint constraints.txt --out-dir /wheels . \
    && /opt/uv/bin/uv pip install --no-cache --python /opt/ask-neuron/bin/python --constraint constraints.txt \
        "$(echo /wheels/*.whl)[postgres,redis]"

FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home --home-dir /var/lib/ask-neuron neuron
COPY --from=build /opt/ask-neuron /opt/ask-neuron
ENV PATH=/opt/ask-neuron/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ASK_NEURON_CACHE=/var/lib/ask-neuron/cache
USER 10001
WORKDIR /var/lib/ask-neuron
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=3 \
    CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/healthz', timeout=8)"]
CMD ["ask-neuron", "serve", "--host", "0.0.0.0"]
