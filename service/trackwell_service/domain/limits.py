"""Every limit on what callers may send or ask for: once, with its unit and the reason for its value."""

from __future__ import annotations

from typing import Final

# -- names and texts, in characters (Unicode code points)

MAX_KEY_CHARS: Final = 250
"""Metric, param, run tag and experiment tag keys (rest-facts §5); fits every database's index entry."""

MAX_PARAM_VALUE_CHARS: Final = 6000
"""Param values (rest-facts §5); longer ones are cut off or refused, see `validation.TextPolicy`."""

MAX_TAG_VALUE_CHARS: Final = 8000
"""Run tag values (rest-facts §5); longer ones are cut off or refused, see `validation.TextPolicy`."""

MAX_EXPERIMENT_TAG_VALUE_CHARS: Final = 20_000
"""Experiment tag values (rest-facts §5); longer ones are always refused."""

MAX_EXPERIMENT_NAME_CHARS: Final = 500
"""Experiment names (rest-facts §5)."""

MAX_RUN_NAME_CHARS: Final = 250
"""Run names, also as tag mlflow.runName; a name is one line of a table, and an index entry."""

MAX_USER_ID_CHARS: Final = 256
"""User ids; the longest names that directories and mail systems allow."""

MAX_RUN_ID_CHARS: Final = 256
"""Run ids (rest-facts §5); generated ones have 32."""

MAX_EXPERIMENT_ID: Final = 2**63 - 1
"""Experiment ids; they are stored as signed 64-bit integers."""

MAX_ARTIFACT_LOCATION_CHARS: Final = 2048
"""Artifact locations (rest-facts §5); the length of URL that every HTTP part accepts."""

MAX_MODEL_JSON_CHARS: Final = 500_000
"""One logged model's description; upstream's own are below 10,000."""

MAX_MODEL_HISTORY_CHARS: Final = 2_000_000
"""Tag mlflow.log-model.history: some hundreds of usual descriptions; it is part of every answer with the run."""

MAX_DATASET_NAME_CHARS: Final = 500
"""Dataset names (rest-facts §5)."""

MAX_DATASET_DIGEST_CHARS: Final = 36
"""Dataset digests (rest-facts §5)."""

MAX_DATASET_SOURCE_TYPE_CHARS: Final = 36
"""Dataset source types: one word, of which the longest in use has 20 characters."""

MAX_DATASET_SOURCE_CHARS: Final = 65_535
"""Dataset sources (rest-facts §5)."""

MAX_DATASET_SCHEMA_CHARS: Final = 1_048_575
"""Dataset schemas (rest-facts §5)."""

MAX_DATASET_PROFILE_CHARS: Final = 16_777_215
"""Dataset profiles (rest-facts §5)."""

MAX_INPUT_TAG_KEY_CHARS: Final = 255
"""Keys of dataset input tags (rest-facts §5)."""

MAX_INPUT_TAG_VALUE_CHARS: Final = 500
"""Values of dataset input tags (rest-facts §5)."""

MAX_MODEL_ID_CHARS: Final = 256
"""Ids of models among inputs and outputs; as long as a run id."""

MAX_REQUEST_ID_CHARS: Final = 128
"""Request ids; a UUID has 36."""

MAX_PAGE_TOKEN_CHARS: Final = 262_144
"""Page tokens; the longest that is made holds the text of a model history's beginning or a few tag values."""

MAX_SHOWN_CHARS: Final = 120
"""How much of a refused value an error message repeats; enough to recognise it, too little to flood a log."""

# -- sizes of requests, in items

MAX_METRICS_PER_BATCH: Final = 1000
"""Metric points in a log-batch (rest-facts §5)."""

MAX_PARAMS_PER_BATCH: Final = 100
"""Params in a log-batch (rest-facts §5)."""

MAX_TAGS_PER_BATCH: Final = 100
"""Tags in a log-batch (rest-facts §5)."""

MAX_ITEMS_PER_BATCH: Final = 1000
"""Metric points, params and tags in a log-batch together (rest-facts §5)."""

MAX_TAGS_PER_CREATE: Final = 1000
"""Tags with which a run or experiment begins; more than a log-batch holds, so that no known client meets it."""

MAX_SERIES_PER_REQUEST: Final = 1000
"""Series in a LogSeries request or a batch of a LogStream: as many keys as a log-batch can carry."""

MAX_POINTS_PER_REQUEST: Final = 500_000
"""Points in a LogSeries request or a batch of a LogStream: 12 MB of columns, below the greatest message."""

MAX_INPUTS_PER_REQUEST: Final = 1000
"""Datasets in a log-inputs request, and models in a log-inputs or outputs request."""

MAX_RUNS_PER_HISTORY_REQUEST: Final = 100
"""Runs in a bulk history request or a GetSeries (rest-facts §4)."""

MAX_KEYS_PER_SERIES_REQUEST: Final = 100
"""Metric keys in a GetSeries; with no key at all it returns every one."""

MAX_EXPERIMENTS_PER_DATASET_SEARCH: Final = 20
"""Experiments in a search-datasets request (rest-facts §4)."""

MAX_EXPERIMENTS_PER_SEARCH: Final = 50_000
"""Experiments in a runs/search request: as many as one page of experiments/search can return."""

MAX_EXPERIMENTS_PER_WATCH: Final = 20
"""Experiments that one Watch looks at, since it looks again and again."""

MAX_RUNS_PER_WATCH: Final = 1000
"""Runs that one Watch looks at, since it looks again and again."""

# -- sizes of answers

DEFAULT_PAGE_ITEMS: Final = 1000
"""Experiments or runs a page when the request does not say (rest-facts §8)."""

MAX_PAGE_ITEMS: Final = 50_000
"""Experiments or runs a page (rest-facts §8)."""

MAX_PAGE_BYTES: Final = 4 * 1024 * 1024 - 64 * 1024
"""Encoded size at which a page ends early, with a token: a gRPC client in its default settings takes 4 MiB at most."""

MAX_HISTORY_PAGE_POINTS: Final = 1_000_000
"""Points that a request may ask for in one get-history (contract, GetMetricHistoryRequest.max_results)."""

MAX_SERIES_CHUNK_POINTS: Final = 65_536
"""Points in one message of a GetSeries: 1.5 MiB of columns."""

MAX_BULK_HISTORY_POINTS: Final = 25_000
"""Points in a get-history-bulk answer, of all runs together (rest-facts §4)."""

DEFAULT_INTERVAL_POINTS: Final = 320
"""Points of each run in a get-history-bulk-interval answer by default: one for 2-4 pixels of a chart."""

MAX_INTERVAL_POINTS: Final = 2500
"""Points of each run in a get-history-bulk-interval answer (rest-facts §4)."""

MAX_DATASET_SUMMARIES: Final = 1000
"""Datasets in a search-datasets answer (rest-facts §4)."""

MAX_ARTIFACTS_PER_PAGE: Final = 10_000
"""Entries in one page of an artifact listing (contract, ListArtifactsResponse.files)."""

MAX_ARTIFACT_FILES_PER_MESSAGE: Final = 1000
"""Whole files in one message of an upload, or asked for in one download: their work holds one thread for 0.1 s."""

MAX_SMALL_ARTIFACT_BYTES: Final = 256 * 1024
"""A file that DownloadArtifacts returns (contract, DownloadArtifactsResponse): several fit into one message."""

MAX_ARTIFACT_MESSAGE_BYTES: Final = 1024 * 1024
"""File contents in one message (contract): bounds the memory of a transfer."""

MAX_CHANGES_PER_ANSWER: Final = 1000
"""Runs in one answer of a Watch (contract, WatchResponse.changes)."""

DEFAULT_WATCH_INTERVAL_MS: Final = 1000
"""How often a Watch looks for changes when the request does not say, in milliseconds."""

MIN_WATCH_INTERVAL_MS: Final = 100
"""The most often that a Watch looks for changes, in milliseconds: below it polling costs more than it shows."""

MAX_WATCH_INTERVAL_MS: Final = 60_000
"""The least often that a Watch looks for changes, in milliseconds: beyond it proxies take a stream for dead."""

# -- searches

MAX_FILTER_CHARS: Final = 65_536
"""A filter's text: room for a list of 1000 run ids, and read in a fraction of a second whatever it holds."""

MAX_FILTER_PREDICATES: Final = 500
"""Comparisons in one filter: each becomes a level of an SQL expression, of which SQLite takes 1000."""

MAX_FILTER_LIST_ITEMS: Final = 1000
"""Values in all IN lists of one filter; with the predicates' own they stay below the 2100 parameters of MSSQL."""

MAX_FILTER_DEPTH: Final = 64
"""Open parentheses and NOTs around one comparison, so that walking the tree needs little stack anywhere."""

MAX_PATTERN_CHARS: Final = 1000
"""A LIKE, ILIKE or RLIKE pattern; matching costs at most its length times that of the text."""

MAX_REGEX_INSTRUCTIONS: Final = 10_000
"""Size of a compiled RLIKE pattern: what the longest LIKE pattern needs, far below what repetition counts can reach."""

MAX_PATTERN_BYTES: Final = 1024 * 1024
"""Memory of one compiled pattern with what it learns while matching; the longest LIKE pattern fits in a half."""

MAX_FILTER_PATTERNS: Final = 100
"""LIKE, ILIKE and RLIKE patterns in one filter, which bounds their memory."""

MAX_ORDER_COLUMNS: Final = 20
"""Items in an order_by: each becomes a join, and beyond a few they only break ties."""

MAX_ORDER_ITEM_CHARS: Final = 1000
"""One order_by item: a key of the greatest length with its entity, quotes and direction, four times over."""
