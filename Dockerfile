# The wheel is built apart: what builds it does not come along.
FROM python:3.13-slim AS build
WORKDIR /source
RUN pip install --no-cache-dir "hatchling>=1.27"
COPY . .
RUN python -m hatchling build -t wheel -d /wheel

FROM python:3.13-slim
# Inside the container everybody is beyond it: who reaches it is decided where its port is published. With a login
# (docs/access.md) the variable means nothing.
ENV PYTHONUNBUFFERED=1 NPS_WITHOUT_LOGIN=1
# Dependencies in a layer of their own: they change seldom. With what a login and a workspace on PostgreSQL take.
COPY docs/deploy/requirements.lock /tmp/
RUN pip install --no-cache-dir --require-hashes -r /tmp/requirements.lock && rm /tmp/requirements.lock
COPY --from=build /wheel/*.whl /tmp/
RUN pip install --no-cache-dir --no-deps /tmp/*.whl && rm /tmp/*.whl \
    && useradd --create-home --shell /usr/sbin/nologin nps
USER nps
WORKDIR /home/nps
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://localhost:8501/_stcore/health', timeout=4)"]
# All interfaces of the container. Publish it to this machine alone: docker run -p 127.0.0.1:8501:8501
ENTRYPOINT ["nps-dashboard", "--server.port=8501"]
CMD ["--server.address=0.0.0.0"]
