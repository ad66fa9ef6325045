"""Every metric, declared once with its meaning. A name that is not here cannot be exported."""

from prometheus_client import Counter, Gauge, Histogram

_FAST = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

HTTP_REQUESTS = Counter(
    "almanac_http_requests", "HTTP requests by route template and status", ["method", "route", "status"]
)
HTTP_SECONDS = Histogram("almanac_http_seconds", "Time to answer a request", ["method", "route"], buckets=_FAST)
CONSUMER_LAG = Gauge("almanac_consumer_lag", "Records not yet applied", ["consumer", "topic", "partition"])
CONSUMER_AGE = Gauge(
    "almanac_consumer_age_seconds", "Age of the newest applied record while others wait; 0 when none do", ["consumer"]
)
CONSUMER_BATCH = Histogram(
    "almanac_consumer_batch_records",
    "Records in a batch",
    ["consumer"],
    buckets=(1, 10, 100, 500, 1000, 2500, 5000, 10000),
)
CONSUMER_SECONDS = Histogram("almanac_consumer_batch_seconds", "Time to apply a batch", ["consumer"], buckets=_FAST)
CONSUMER_EVENTS = Counter("almanac_consumer_events", "Events by outcome", ["consumer", "outcome"])
CONSUMER_LAST_POLL = Gauge("almanac_consumer_last_poll_timestamp", "Unix time of the last poll", ["consumer"])
DEAD_LETTERS = Counter("almanac_dead_letters", "Records stored as dead letters", ["consumer", "code"])
OUTBOX_SENT = Counter("almanac_outbox_sent", "Events of the outbox delivered to the broker", ["topic"])
OUTBOX_AGE = Gauge("almanac_outbox_oldest_age_seconds", "Age of the oldest undelivered outbox row")
OUTBOX_LEADER = Gauge("almanac_outbox_leader", "1 while this process is the relay's leader")
RETENTION_ROWS = Counter("almanac_retention_rows", "Rows that bounded retention took away", ["table"])
JOBS_RUNNING = Gauge("almanac_jobs_running", "Jobs this process is working on", ["kind"])
JWKS_AGE = Gauge("almanac_jwks_age_seconds", "Age of the signing keys in use")
FORECAST_FRESHNESS = Gauge("almanac_event_to_forecast_seconds", "Newest sale in the history to its published forecast")
FORECAST_FRESHNESS.set(float("nan"))  # 0 would say that all is as fresh as can be
