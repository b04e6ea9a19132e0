CREATE TABLE trackwell_schema_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT trackwell_schema_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE counters (
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    CONSTRAINT pk_counters PRIMARY KEY (name)
)
 WITHOUT ROWID;

CREATE TABLE experiments (
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    artifact_location TEXT NOT NULL,
    stage INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    creation_time_ms INTEGER NOT NULL,
    last_update_time_ms INTEGER NOT NULL,
    CONSTRAINT pk_experiments PRIMARY KEY (id),
    CONSTRAINT uq_experiments_name UNIQUE (name)
);

CREATE TABLE merge_backlog (
    run_pk INTEGER NOT NULL,
    CONSTRAINT pk_merge_backlog PRIMARY KEY (run_pk)
);

CREATE TABLE names (
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT pk_names PRIMARY KEY (id),
    CONSTRAINT uq_names_name UNIQUE (name)
);

CREATE TABLE request_outcomes (
    request_id TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    CONSTRAINT pk_request_outcomes PRIMARY KEY (request_id)
)
 WITHOUT ROWID;

CREATE INDEX ix_request_outcomes_created_ms ON request_outcomes (created_ms);

CREATE TABLE datasets (
    id INTEGER NOT NULL,
    experiment_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    source_type TEXT NOT NULL,
    source TEXT NOT NULL,
    schema_text TEXT,
    profile TEXT,
    CONSTRAINT pk_datasets PRIMARY KEY (id),
    CONSTRAINT fk_datasets_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (id),
    CONSTRAINT uq_datasets_experiment_id UNIQUE (experiment_id, name, digest)
);

CREATE TABLE experiment_tags (
    experiment_id INTEGER NOT NULL,
    tag_key TEXT NOT NULL,
    tag_value TEXT NOT NULL,
    CONSTRAINT pk_experiment_tags PRIMARY KEY (experiment_id, tag_key),
    CONSTRAINT fk_experiment_tags_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (id)
)
 WITHOUT ROWID;

CREATE TABLE runs (
    id INTEGER NOT NULL,
    run_id TEXT NOT NULL,
    experiment_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    stage INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    pending_blocks INTEGER NOT NULL,
    pending_points INTEGER NOT NULL,
    status INTEGER NOT NULL,
    start_time_ms INTEGER NOT NULL,
    end_time_ms INTEGER,
    name TEXT NOT NULL,
    user_id TEXT NOT NULL,
    artifact_uri TEXT NOT NULL,
    CONSTRAINT pk_runs PRIMARY KEY (id),
    CONSTRAINT fk_runs_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (id),
    CONSTRAINT uq_runs_run_id UNIQUE (run_id),
    CONSTRAINT uq_runs_version UNIQUE (version)
);

CREATE INDEX ix_runs_page ON runs (experiment_id, start_time_ms DESC, run_id);

CREATE INDEX ix_runs_name_page ON runs (experiment_id, name, start_time_ms DESC, run_id);

CREATE TABLE metric_writes (
    run_pk INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    encoding INTEGER NOT NULL,
    series INTEGER NOT NULL,
    points INTEGER NOT NULL,
    data BLOB NOT NULL,
    CONSTRAINT pk_metric_writes PRIMARY KEY (run_pk, seq),
    CONSTRAINT fk_metric_writes_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
)
 WITHOUT ROWID;

CREATE TABLE metric_blocks (
    run_pk INTEGER NOT NULL,
    key_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    level INTEGER NOT NULL,
    encoding INTEGER NOT NULL,
    points INTEGER NOT NULL,
    min_timestamp_ms INTEGER NOT NULL,
    max_timestamp_ms INTEGER NOT NULL,
    min_step INTEGER NOT NULL,
    max_step INTEGER NOT NULL,
    data BLOB NOT NULL,
    CONSTRAINT pk_metric_blocks PRIMARY KEY (run_pk, key_id, seq),
    CONSTRAINT fk_metric_blocks_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
)
 WITHOUT ROWID;

CREATE TABLE metric_latest (
    run_pk INTEGER NOT NULL,
    key_id INTEGER NOT NULL,
    experiment_id INTEGER NOT NULL,
    start_time_ms INTEGER NOT NULL,
    run_id TEXT NOT NULL,
    value_rank INTEGER NOT NULL,
    negative_zero INTEGER NOT NULL,
    step INTEGER NOT NULL,
    timestamp_ms INTEGER NOT NULL,
    min_rank INTEGER,
    min_step INTEGER,
    max_rank INTEGER,
    max_step INTEGER,
    CONSTRAINT pk_metric_latest PRIMARY KEY (run_pk, key_id),
    CONSTRAINT fk_metric_latest_key_id FOREIGN KEY(key_id) REFERENCES names (id),
    CONSTRAINT fk_metric_latest_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
)
 WITHOUT ROWID;

CREATE INDEX ix_metric_latest_page ON metric_latest (experiment_id, key_id, value_rank, start_time_ms DESC, run_id);

CREATE TABLE params (
    run_pk INTEGER NOT NULL,
    key_id INTEGER NOT NULL,
    head TEXT NOT NULL,
    tail_hash INTEGER NOT NULL,
    experiment_id INTEGER NOT NULL,
    start_time_ms INTEGER NOT NULL,
    run_id TEXT NOT NULL,
    tail TEXT,
    CONSTRAINT pk_params PRIMARY KEY (run_pk, key_id),
    CONSTRAINT fk_params_key_id FOREIGN KEY(key_id) REFERENCES names (id),
    CONSTRAINT fk_params_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
)
 WITHOUT ROWID;

CREATE INDEX ix_params_page ON params (experiment_id, key_id, head, tail_hash, start_time_ms DESC, run_id);

CREATE TABLE run_datasets (
    run_pk INTEGER NOT NULL,
    position INTEGER NOT NULL,
    dataset_id INTEGER NOT NULL,
    context TEXT,
    tags_json TEXT NOT NULL,
    CONSTRAINT pk_run_datasets PRIMARY KEY (run_pk, position),
    CONSTRAINT fk_run_datasets_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id),
    CONSTRAINT fk_run_datasets_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
)
 WITHOUT ROWID;

CREATE INDEX ix_run_datasets_dataset_id ON run_datasets (dataset_id);

CREATE TABLE run_models (
    run_pk INTEGER NOT NULL,
    role INTEGER NOT NULL,
    position INTEGER NOT NULL,
    model_id TEXT NOT NULL,
    step INTEGER NOT NULL,
    CONSTRAINT pk_run_models PRIMARY KEY (run_pk, role, position),
    CONSTRAINT fk_run_models_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
)
 WITHOUT ROWID;

CREATE TABLE tags (
    run_pk INTEGER NOT NULL,
    key_id INTEGER NOT NULL,
    head TEXT NOT NULL,
    tail_hash INTEGER NOT NULL,
    experiment_id INTEGER NOT NULL,
    start_time_ms INTEGER NOT NULL,
    run_id TEXT NOT NULL,
    tail TEXT,
    CONSTRAINT pk_tags PRIMARY KEY (run_pk, key_id),
    CONSTRAINT fk_tags_key_id FOREIGN KEY(key_id) REFERENCES names (id),
    CONSTRAINT fk_tags_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
)
 WITHOUT ROWID;

CREATE INDEX ix_tags_page ON tags (experiment_id, key_id, head, tail_hash, start_time_ms DESC, run_id);

INSERT INTO "counters" VALUES('change',0);

INSERT INTO "counters" VALUES('dataset',0);

INSERT INTO "counters" VALUES('experiment',0);

INSERT INTO "counters" VALUES('name',0);

INSERT INTO "counters" VALUES('run',0);

INSERT INTO "trackwell_schema_version" VALUES('0001');
