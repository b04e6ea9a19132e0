CREATE TABLE trackwell_schema_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT trackwell_schema_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE counters (
    name VARCHAR(32) NOT NULL,
    value BIGINT NOT NULL,
    CONSTRAINT pk_counters PRIMARY KEY (name)
);

CREATE TABLE experiments (
    id BIGINT NOT NULL,
    name VARCHAR(500) NOT NULL,
    artifact_location TEXT NOT NULL,
    stage SMALLINT NOT NULL,
    epoch BIGINT NOT NULL,
    creation_time_ms BIGINT NOT NULL,
    last_update_time_ms BIGINT NOT NULL,
    CONSTRAINT pk_experiments PRIMARY KEY (id),
    CONSTRAINT uq_experiments_name UNIQUE (name)
);

CREATE TABLE merge_backlog (
    run_pk BIGINT NOT NULL,
    CONSTRAINT pk_merge_backlog PRIMARY KEY (run_pk)
);

CREATE TABLE names (
    id BIGINT NOT NULL,
    name VARCHAR(250) NOT NULL,
    CONSTRAINT pk_names PRIMARY KEY (id),
    CONSTRAINT uq_names_name UNIQUE (name)
);

CREATE TABLE request_outcomes (
    request_id VARCHAR(128) NOT NULL,
    created_ms BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    CONSTRAINT pk_request_outcomes PRIMARY KEY (request_id)
);

CREATE INDEX ix_request_outcomes_created_ms ON request_outcomes (created_ms);

CREATE TABLE datasets (
    id BIGINT NOT NULL,
    experiment_id BIGINT NOT NULL,
    name VARCHAR(500) NOT NULL,
    digest VARCHAR(36) NOT NULL,
    source_type TEXT NOT NULL,
    source TEXT NOT NULL,
    schema_text TEXT,
    profile TEXT,
    CONSTRAINT pk_datasets PRIMARY KEY (id),
    CONSTRAINT fk_datasets_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (id),
    CONSTRAINT uq_datasets_experiment_id UNIQUE (experiment_id, name, digest)
);

CREATE TABLE experiment_tags (
    experiment_id BIGINT NOT NULL,
    tag_key VARCHAR(250) NOT NULL,
    tag_value TEXT NOT NULL,
    CONSTRAINT pk_experiment_tags PRIMARY KEY (experiment_id, tag_key),
    CONSTRAINT fk_experiment_tags_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (id)
);

CREATE TABLE runs (
    id BIGINT NOT NULL,
    run_id VARCHAR(256) NOT NULL,
    experiment_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    stage SMALLINT NOT NULL,
    epoch BIGINT NOT NULL,
    pending_blocks BIGINT NOT NULL,
    pending_points BIGINT NOT NULL,
    status SMALLINT NOT NULL,
    start_time_ms BIGINT NOT NULL,
    end_time_ms BIGINT,
    name VARCHAR(250) NOT NULL,
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
    run_pk BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    encoding SMALLINT NOT NULL,
    series BIGINT NOT NULL,
    points BIGINT NOT NULL,
    data BYTEA NOT NULL,
    CONSTRAINT pk_metric_writes PRIMARY KEY (run_pk, seq),
    CONSTRAINT fk_metric_writes_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
);

CREATE TABLE metric_blocks (
    run_pk BIGINT NOT NULL,
    key_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    level SMALLINT NOT NULL,
    encoding SMALLINT NOT NULL,
    points BIGINT NOT NULL,
    min_timestamp_ms BIGINT NOT NULL,
    max_timestamp_ms BIGINT NOT NULL,
    min_step BIGINT NOT NULL,
    max_step BIGINT NOT NULL,
    data BYTEA NOT NULL,
    CONSTRAINT pk_metric_blocks PRIMARY KEY (run_pk, key_id, seq),
    CONSTRAINT fk_metric_blocks_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
);

CREATE TABLE metric_latest (
    run_pk BIGINT NOT NULL,
    key_id BIGINT NOT NULL,
    experiment_id BIGINT NOT NULL,
    start_time_ms BIGINT NOT NULL,
    run_id VARCHAR(256) NOT NULL,
    value_rank BIGINT NOT NULL,
    negative_zero SMALLINT NOT NULL,
    step BIGINT NOT NULL,
    timestamp_ms BIGINT NOT NULL,
    min_rank BIGINT,
    min_step BIGINT,
    max_rank BIGINT,
    max_step BIGINT,
    CONSTRAINT pk_metric_latest PRIMARY KEY (run_pk, key_id),
    CONSTRAINT fk_metric_latest_key_id FOREIGN KEY(key_id) REFERENCES names (id),
    CONSTRAINT fk_metric_latest_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
);

CREATE INDEX ix_metric_latest_page ON metric_latest (experiment_id, key_id, value_rank, start_time_ms DESC, run_id);

CREATE TABLE params (
    run_pk BIGINT NOT NULL,
    key_id BIGINT NOT NULL,
    head VARCHAR(190) NOT NULL,
    tail_hash BIGINT NOT NULL,
    experiment_id BIGINT NOT NULL,
    start_time_ms BIGINT NOT NULL,
    run_id VARCHAR(256) NOT NULL,
    tail TEXT,
    CONSTRAINT pk_params PRIMARY KEY (run_pk, key_id),
    CONSTRAINT fk_params_key_id FOREIGN KEY(key_id) REFERENCES names (id),
    CONSTRAINT fk_params_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
);

CREATE INDEX ix_params_page ON params (experiment_id, key_id, head, tail_hash, start_time_ms DESC, run_id);

CREATE TABLE run_datasets (
    run_pk BIGINT NOT NULL,
    position BIGINT NOT NULL,
    dataset_id BIGINT NOT NULL,
    context TEXT,
    tags_json TEXT NOT NULL,
    CONSTRAINT pk_run_datasets PRIMARY KEY (run_pk, position),
    CONSTRAINT fk_run_datasets_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id),
    CONSTRAINT fk_run_datasets_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
);

CREATE INDEX ix_run_datasets_dataset_id ON run_datasets (dataset_id);

CREATE TABLE run_models (
    run_pk BIGINT NOT NULL,
    role SMALLINT NOT NULL,
    position BIGINT NOT NULL,
    model_id TEXT NOT NULL,
    step BIGINT NOT NULL,
    CONSTRAINT pk_run_models PRIMARY KEY (run_pk, role, position),
    CONSTRAINT fk_run_models_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
);

CREATE TABLE tags (
    run_pk BIGINT NOT NULL,
    key_id BIGINT NOT NULL,
    head VARCHAR(190) NOT NULL,
    tail_hash BIGINT NOT NULL,
    experiment_id BIGINT NOT NULL,
    start_time_ms BIGINT NOT NULL,
    run_id VARCHAR(256) NOT NULL,
    tail TEXT,
    CONSTRAINT pk_tags PRIMARY KEY (run_pk, key_id),
    CONSTRAINT fk_tags_key_id FOREIGN KEY(key_id) REFERENCES names (id),
    CONSTRAINT fk_tags_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
);

CREATE INDEX ix_tags_page ON tags (experiment_id, key_id, head, tail_hash, start_time_ms DESC, run_id);

INSERT INTO counters (name, value) VALUES ('change', 0);

INSERT INTO counters (name, value) VALUES ('dataset', 0);

INSERT INTO counters (name, value) VALUES ('experiment', 0);

INSERT INTO counters (name, value) VALUES ('name', 0);

INSERT INTO counters (name, value) VALUES ('run', 0);

INSERT INTO trackwell_schema_version (version_num) VALUES ('0001') RETURNING trackwell_schema_version.version_num;
