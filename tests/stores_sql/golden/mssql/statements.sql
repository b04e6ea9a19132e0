ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON

BEGIN TRANSACTION

COMMIT TRANSACTION

CREATE INDEX ix_metric_latest_page ON metric_latest (experiment_id, key_id, value_rank, start_time_ms DESC, run_id)

CREATE INDEX ix_params_page ON params (experiment_id, key_id, head, tail_hash, start_time_ms DESC, run_id)

CREATE INDEX ix_request_outcomes_created_ms ON request_outcomes (created_ms)

CREATE INDEX ix_run_datasets_dataset_id ON run_datasets (dataset_id)

CREATE INDEX ix_runs_name_page ON runs (experiment_id, name, start_time_ms DESC, run_id)

CREATE INDEX ix_runs_page ON runs (experiment_id, start_time_ms DESC, run_id)

CREATE INDEX ix_tags_page ON tags (experiment_id, key_id, head, tail_hash, start_time_ms DESC, run_id)

CREATE TABLE counters (
    name VARBINARY(128) NOT NULL,
    value BIGINT NOT NULL,
    CONSTRAINT pk_counters PRIMARY KEY (name)
)

CREATE TABLE datasets (
    id BIGINT NOT NULL,
    experiment_id BIGINT NOT NULL,
    name VARBINARY(1500) NOT NULL,
    digest VARBINARY(144) NOT NULL,
    source_type VARBINARY(max) NOT NULL,
    source VARBINARY(max) NOT NULL,
    schema_text VARBINARY(max) NULL,
    profile VARBINARY(max) NULL,
    CONSTRAINT pk_datasets PRIMARY KEY (id),
    CONSTRAINT fk_datasets_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (id),
    CONSTRAINT uq_datasets_experiment_id UNIQUE (experiment_id, name, digest)
)

CREATE TABLE experiment_tags (
    experiment_id BIGINT NOT NULL,
    tag_key VARBINARY(1000) NOT NULL,
    tag_value VARBINARY(max) NOT NULL,
    CONSTRAINT pk_experiment_tags PRIMARY KEY NONCLUSTERED (experiment_id, tag_key),
    CONSTRAINT fk_experiment_tags_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (id)
)

CREATE TABLE experiments (
    id BIGINT NOT NULL,
    name VARBINARY(1500) NOT NULL,
    artifact_location VARBINARY(max) NOT NULL,
    stage SMALLINT NOT NULL,
    epoch BIGINT NOT NULL,
    creation_time_ms BIGINT NOT NULL,
    last_update_time_ms BIGINT NOT NULL,
    CONSTRAINT pk_experiments PRIMARY KEY (id),
    CONSTRAINT uq_experiments_name UNIQUE (name)
)

CREATE TABLE merge_backlog (
    run_pk BIGINT NOT NULL,
    CONSTRAINT pk_merge_backlog PRIMARY KEY (run_pk)
)

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
    data VARBINARY(max) NOT NULL,
    CONSTRAINT pk_metric_blocks PRIMARY KEY (run_pk, key_id, seq),
    CONSTRAINT fk_metric_blocks_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
)

CREATE TABLE metric_latest (
    run_pk BIGINT NOT NULL,
    key_id BIGINT NOT NULL,
    experiment_id BIGINT NOT NULL,
    start_time_ms BIGINT NOT NULL,
    run_id VARBINARY(256) NOT NULL,
    value_rank BIGINT NOT NULL,
    negative_zero SMALLINT NOT NULL,
    step BIGINT NOT NULL,
    timestamp_ms BIGINT NOT NULL,
    min_rank BIGINT NULL,
    min_step BIGINT NULL,
    max_rank BIGINT NULL,
    max_step BIGINT NULL,
    CONSTRAINT pk_metric_latest PRIMARY KEY (run_pk, key_id),
    CONSTRAINT fk_metric_latest_key_id FOREIGN KEY(key_id) REFERENCES names (id),
    CONSTRAINT fk_metric_latest_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
)

CREATE TABLE metric_writes (
    run_pk BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    encoding SMALLINT NOT NULL,
    series BIGINT NOT NULL,
    points BIGINT NOT NULL,
    data VARBINARY(max) NOT NULL,
    CONSTRAINT pk_metric_writes PRIMARY KEY (run_pk, seq),
    CONSTRAINT fk_metric_writes_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
)

CREATE TABLE names (
    id BIGINT NOT NULL,
    name VARBINARY(1000) NOT NULL,
    CONSTRAINT pk_names PRIMARY KEY (id),
    CONSTRAINT uq_names_name UNIQUE (name)
)

CREATE TABLE params (
    run_pk BIGINT NOT NULL,
    key_id BIGINT NOT NULL,
    head VARBINARY(760) NOT NULL,
    tail_hash BIGINT NOT NULL,
    experiment_id BIGINT NOT NULL,
    start_time_ms BIGINT NOT NULL,
    run_id VARBINARY(256) NOT NULL,
    tail VARBINARY(max) NULL,
    CONSTRAINT pk_params PRIMARY KEY (run_pk, key_id),
    CONSTRAINT fk_params_key_id FOREIGN KEY(key_id) REFERENCES names (id),
    CONSTRAINT fk_params_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
)

CREATE TABLE request_outcomes (
    request_id VARBINARY(512) NOT NULL,
    created_ms BIGINT NOT NULL,
    outcome VARBINARY(max) NOT NULL,
    CONSTRAINT pk_request_outcomes PRIMARY KEY (request_id)
)

CREATE TABLE run_datasets (
    run_pk BIGINT NOT NULL,
    position BIGINT NOT NULL,
    dataset_id BIGINT NOT NULL,
    context VARBINARY(max) NULL,
    tags_json VARBINARY(max) NOT NULL,
    CONSTRAINT pk_run_datasets PRIMARY KEY (run_pk, position),
    CONSTRAINT fk_run_datasets_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id),
    CONSTRAINT fk_run_datasets_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
)

CREATE TABLE run_models (
    run_pk BIGINT NOT NULL,
    role SMALLINT NOT NULL,
    position BIGINT NOT NULL,
    model_id VARBINARY(max) NOT NULL,
    step BIGINT NOT NULL,
    CONSTRAINT pk_run_models PRIMARY KEY (run_pk, role, position),
    CONSTRAINT fk_run_models_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
)

CREATE TABLE runs (
    id BIGINT NOT NULL,
    run_id VARBINARY(256) NOT NULL,
    experiment_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    stage SMALLINT NOT NULL,
    epoch BIGINT NOT NULL,
    pending_blocks BIGINT NOT NULL,
    pending_points BIGINT NOT NULL,
    status SMALLINT NOT NULL,
    start_time_ms BIGINT NOT NULL,
    end_time_ms BIGINT NULL,
    name VARBINARY(1000) NOT NULL,
    user_id VARBINARY(max) NOT NULL,
    artifact_uri VARBINARY(max) NOT NULL,
    CONSTRAINT pk_runs PRIMARY KEY (id),
    CONSTRAINT fk_runs_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (id),
    CONSTRAINT uq_runs_run_id UNIQUE (run_id),
    CONSTRAINT uq_runs_version UNIQUE (version)
)

CREATE TABLE tags (
    run_pk BIGINT NOT NULL,
    key_id BIGINT NOT NULL,
    head VARBINARY(760) NOT NULL,
    tail_hash BIGINT NOT NULL,
    experiment_id BIGINT NOT NULL,
    start_time_ms BIGINT NOT NULL,
    run_id VARBINARY(256) NOT NULL,
    tail VARBINARY(max) NULL,
    CONSTRAINT pk_tags PRIMARY KEY (run_pk, key_id),
    CONSTRAINT fk_tags_key_id FOREIGN KEY(key_id) REFERENCES names (id),
    CONSTRAINT fk_tags_run_pk FOREIGN KEY(run_pk) REFERENCES runs (id)
)

CREATE TABLE trackwell_schema_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT trackwell_schema_version_pkc PRIMARY KEY (version_num)
)

DELETE FROM merge_backlog WHERE run_pk = ?

DELETE FROM metric_writes WHERE run_pk = ? AND seq IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j)

DELETE FROM request_outcomes WHERE created_ms <= ?

DELETE t FROM (SELECT j.experiment_id, CONVERT(VARBINARY(8000), j.tag_key, 2) AS tag_key FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (experiment_id BIGINT '$[0]', tag_key VARCHAR(MAX) '$[1]') j) v INNER LOOP JOIN experiment_tags t ON t.experiment_id = v.experiment_id AND t.tag_key = v.tag_key

DELETE t FROM (SELECT j.run_pk, j.key_id FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (run_pk BIGINT '$[0]', key_id BIGINT '$[1]') j) v INNER LOOP JOIN tags t ON t.run_pk = v.run_pk AND t.key_id = v.key_id

DELETE t FROM (SELECT j.run_pk, j.key_id, j.seq FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (run_pk BIGINT '$[0]', key_id BIGINT '$[1]', seq BIGINT '$[2]') j) v INNER LOOP JOIN metric_blocks t ON t.run_pk = v.run_pk AND t.key_id = v.key_id AND t.seq = v.seq

EXEC sp_getapplock @Resource = N'trackwell schema', @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = 60000

IF @@TRANCOUNT > 0 BEGIN COMMIT TRANSACTION; END

IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION

INSERT INTO counters (name, value) VALUES (0x6368616E6765, 0)

INSERT INTO counters (name, value) VALUES (0x64617461736574, 0)

INSERT INTO counters (name, value) VALUES (0x6578706572696D656E74, 0)

INSERT INTO counters (name, value) VALUES (0x6E616D65, 0)

INSERT INTO counters (name, value) VALUES (0x72756E, 0)

INSERT INTO datasets (id, experiment_id, name, digest, source_type, source, schema_text, profile) SELECT j.id, j.experiment_id, CONVERT(VARBINARY(8000), j.name, 2) AS name, CONVERT(VARBINARY(8000), j.digest, 2) AS digest, CONVERT(VARBINARY(MAX), j.source_type, 2) AS source_type, CONVERT(VARBINARY(MAX), j.source, 2) AS source, CONVERT(VARBINARY(MAX), j.schema_text, 2) AS schema_text, CONVERT(VARBINARY(MAX), j.profile, 2) AS profile FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (id BIGINT '$[0]', experiment_id BIGINT '$[1]', name VARCHAR(MAX) '$[2]', digest VARCHAR(MAX) '$[3]', source_type VARCHAR(MAX) '$[4]', source VARCHAR(MAX) '$[5]', schema_text VARCHAR(MAX) '$[6]', profile VARCHAR(MAX) '$[7]') j

INSERT INTO experiments (name, artifact_location, stage, epoch, creation_time_ms, last_update_time_ms, id) SELECT CONVERT(VARBINARY(8000), j.name, 2) AS name, CONVERT(VARBINARY(MAX), j.artifact_location, 2) AS artifact_location, j.stage, j.epoch, j.creation_time_ms, j.last_update_time_ms, j.id FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (name VARCHAR(MAX) '$[0]', artifact_location VARCHAR(MAX) '$[1]', stage BIGINT '$[2]', epoch BIGINT '$[3]', creation_time_ms BIGINT '$[4]', last_update_time_ms BIGINT '$[5]', id BIGINT '$[6]') j

INSERT INTO merge_backlog (run_pk) SELECT j.run_pk FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (run_pk BIGINT '$[0]') j

INSERT INTO metric_blocks (run_pk, key_id, seq, level, encoding, points, min_timestamp_ms, max_timestamp_ms, min_step, max_step, data) SELECT j.run_pk, j.key_id, j.seq, j.level, j.encoding, j.points, j.min_timestamp_ms, j.max_timestamp_ms, j.min_step, j.max_step, CONVERT(VARBINARY(MAX), j.data, 2) AS data FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (run_pk BIGINT '$[0]', key_id BIGINT '$[1]', seq BIGINT '$[2]', level BIGINT '$[3]', encoding BIGINT '$[4]', points BIGINT '$[5]', min_timestamp_ms BIGINT '$[6]', max_timestamp_ms BIGINT '$[7]', min_step BIGINT '$[8]', max_step BIGINT '$[9]', data VARCHAR(MAX) '$[10]') j

INSERT INTO metric_latest (value_rank, negative_zero, step, timestamp_ms, min_rank, min_step, max_rank, max_step, run_pk, key_id, experiment_id, start_time_ms, run_id) SELECT j.value_rank, j.negative_zero, j.step, j.timestamp_ms, j.min_rank, j.min_step, j.max_rank, j.max_step, j.run_pk, j.key_id, j.experiment_id, j.start_time_ms, CONVERT(VARBINARY(8000), j.run_id, 2) AS run_id FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (value_rank BIGINT '$[0]', negative_zero BIGINT '$[1]', step BIGINT '$[2]', timestamp_ms BIGINT '$[3]', min_rank BIGINT '$[4]', min_step BIGINT '$[5]', max_rank BIGINT '$[6]', max_step BIGINT '$[7]', run_pk BIGINT '$[8]', key_id BIGINT '$[9]', experiment_id BIGINT '$[10]', start_time_ms BIGINT '$[11]', run_id VARCHAR(MAX) '$[12]') j

INSERT INTO metric_writes (run_pk, seq, encoding, series, points, data) SELECT j.run_pk, j.seq, j.encoding, j.series, j.points, CONVERT(VARBINARY(MAX), j.data, 2) AS data FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (run_pk BIGINT '$[0]', seq BIGINT '$[1]', encoding BIGINT '$[2]', series BIGINT '$[3]', points BIGINT '$[4]', data VARCHAR(MAX) '$[5]') j

INSERT INTO names (id, name) SELECT j.id, CONVERT(VARBINARY(8000), j.name, 2) AS name FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (id BIGINT '$[0]', name VARCHAR(MAX) '$[1]') j

INSERT INTO params (run_pk, key_id, experiment_id, start_time_ms, run_id, head, tail_hash, tail) SELECT j.run_pk, j.key_id, j.experiment_id, j.start_time_ms, CONVERT(VARBINARY(8000), j.run_id, 2) AS run_id, CONVERT(VARBINARY(8000), j.head, 2) AS head, j.tail_hash, CONVERT(VARBINARY(MAX), j.tail, 2) AS tail FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (run_pk BIGINT '$[0]', key_id BIGINT '$[1]', experiment_id BIGINT '$[2]', start_time_ms BIGINT '$[3]', run_id VARCHAR(MAX) '$[4]', head VARCHAR(MAX) '$[5]', tail_hash BIGINT '$[6]', tail VARCHAR(MAX) '$[7]') j

INSERT INTO run_datasets (run_pk, position, dataset_id, context, tags_json) SELECT j.run_pk, j.position, j.dataset_id, CONVERT(VARBINARY(MAX), j.context, 2) AS context, CONVERT(VARBINARY(MAX), j.tags_json, 2) AS tags_json FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (run_pk BIGINT '$[0]', position BIGINT '$[1]', dataset_id BIGINT '$[2]', context VARCHAR(MAX) '$[3]', tags_json VARCHAR(MAX) '$[4]') j

INSERT INTO run_models (run_pk, role, position, model_id, step) SELECT j.run_pk, j.role, j.position, CONVERT(VARBINARY(MAX), j.model_id, 2) AS model_id, j.step FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (run_pk BIGINT '$[0]', role BIGINT '$[1]', position BIGINT '$[2]', model_id VARCHAR(MAX) '$[3]', step BIGINT '$[4]') j

INSERT INTO runs (id, run_id, experiment_id, version, stage, epoch, pending_blocks, pending_points, status, start_time_ms, end_time_ms, name, user_id, artifact_uri) SELECT j.id, CONVERT(VARBINARY(8000), j.run_id, 2) AS run_id, j.experiment_id, j.version, j.stage, j.epoch, j.pending_blocks, j.pending_points, j.status, j.start_time_ms, j.end_time_ms, CONVERT(VARBINARY(8000), j.name, 2) AS name, CONVERT(VARBINARY(MAX), j.user_id, 2) AS user_id, CONVERT(VARBINARY(MAX), j.artifact_uri, 2) AS artifact_uri FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (id BIGINT '$[0]', run_id VARCHAR(MAX) '$[1]', experiment_id BIGINT '$[2]', version BIGINT '$[3]', stage BIGINT '$[4]', epoch BIGINT '$[5]', pending_blocks BIGINT '$[6]', pending_points BIGINT '$[7]', status BIGINT '$[8]', start_time_ms BIGINT '$[9]', end_time_ms BIGINT '$[10]', name VARCHAR(MAX) '$[11]', user_id VARCHAR(MAX) '$[12]', artifact_uri VARCHAR(MAX) '$[13]') j

INSERT INTO trackwell_schema_version (version_num) VALUES ('0001')

MERGE INTO experiment_tags WITH (HOLDLOCK) AS t USING (SELECT j.experiment_id, CONVERT(VARBINARY(8000), j.tag_key, 2) AS tag_key, CONVERT(VARBINARY(MAX), j.tag_value, 2) AS tag_value FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (experiment_id BIGINT '$[0]', tag_key VARCHAR(MAX) '$[1]', tag_value VARCHAR(MAX) '$[2]') j) AS v ON t.experiment_id = v.experiment_id AND t.tag_key = v.tag_key WHEN MATCHED THEN UPDATE SET t.tag_value = v.tag_value WHEN NOT MATCHED THEN INSERT (experiment_id, tag_key, tag_value) VALUES (v.experiment_id, v.tag_key, v.tag_value);

MERGE INTO request_outcomes WITH (HOLDLOCK) AS t USING (SELECT CONVERT(VARBINARY(8000), j.request_id, 2) AS request_id, j.created_ms, CONVERT(VARBINARY(MAX), j.outcome, 2) AS outcome FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (request_id VARCHAR(MAX) '$[0]', created_ms BIGINT '$[1]', outcome VARCHAR(MAX) '$[2]') j) AS v ON t.request_id = v.request_id WHEN MATCHED THEN UPDATE SET t.created_ms = v.created_ms, t.outcome = v.outcome WHEN NOT MATCHED THEN INSERT (request_id, created_ms, outcome) VALUES (v.request_id, v.created_ms, v.outcome);

MERGE INTO tags WITH (HOLDLOCK) AS t USING (SELECT j.run_pk, j.key_id, j.experiment_id, j.start_time_ms, CONVERT(VARBINARY(8000), j.run_id, 2) AS run_id, CONVERT(VARBINARY(8000), j.head, 2) AS head, j.tail_hash, CONVERT(VARBINARY(MAX), j.tail, 2) AS tail FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (run_pk BIGINT '$[0]', key_id BIGINT '$[1]', experiment_id BIGINT '$[2]', start_time_ms BIGINT '$[3]', run_id VARCHAR(MAX) '$[4]', head VARCHAR(MAX) '$[5]', tail_hash BIGINT '$[6]', tail VARCHAR(MAX) '$[7]') j) AS v ON t.run_pk = v.run_pk AND t.key_id = v.key_id WHEN MATCHED THEN UPDATE SET t.experiment_id = v.experiment_id, t.start_time_ms = v.start_time_ms, t.run_id = v.run_id, t.head = v.head, t.tail_hash = v.tail_hash, t.tail = v.tail WHEN NOT MATCHED THEN INSERT (run_pk, key_id, experiment_id, start_time_ms, run_id, head, tail_hash, tail) VALUES (v.run_pk, v.key_id, v.experiment_id, v.start_time_ms, v.run_id, v.head, v.tail_hash, v.tail);

SELECT CASE APPLOCK_MODE('public', N'trackwell schema', 'Transaction') WHEN 'Exclusive' THEN 1 ELSE 0 END AS is_ours

SELECT CASE WHEN r.epoch >= e.epoch THEN r.stage ELSE e.stage END, r.id, r.run_id, r.experiment_id, r.version, r.stage, r.epoch, r.pending_blocks, r.pending_points, r.status, r.start_time_ms, r.end_time_ms, r.name, r.user_id, r.artifact_uri FROM runs r JOIN experiments e ON e.id = r.experiment_id WHERE r.run_id IN (SELECT CONVERT(VARBINARY(8000), j.v, 2) FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v VARCHAR(MAX) '$') j)

SELECT COUNT(*) FROM (SELECT k.id FROM runs k WHERE k.experiment_id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) AND k.name = ? ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY) few

SELECT COUNT(*) FROM (SELECT k.id FROM runs k WHERE k.run_id = ? ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY) few

SELECT COUNT(*) FROM (SELECT k.id FROM runs k WHERE k.run_id IN (SELECT CONVERT(VARBINARY(8000), j.v, 2) FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v VARCHAR(MAX) '$') j) ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY) few

SELECT COUNT(*) FROM (SELECT k.run_pk FROM metric_latest k WHERE k.experiment_id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) AND k.key_id = ? AND (k.value_rank < ?) ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY) few

SELECT COUNT(*) FROM (SELECT k.run_pk FROM metric_latest k WHERE k.experiment_id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) AND k.key_id = ? AND (k.value_rank <= ?) ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY) few

SELECT COUNT(*) FROM (SELECT k.run_pk FROM metric_latest k WHERE k.experiment_id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) AND k.key_id = ? AND (k.value_rank = ?) ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY) few

SELECT COUNT(*) FROM (SELECT k.run_pk FROM metric_latest k WHERE k.experiment_id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) AND k.key_id = ? AND (k.value_rank > ? AND k.value_rank < ?) ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY) few

SELECT COUNT(*) FROM (SELECT k.run_pk FROM metric_latest k WHERE k.experiment_id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) AND k.key_id = ? AND (k.value_rank >= ? AND k.value_rank < ?) ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY) few

SELECT COUNT(*) FROM (SELECT k.run_pk FROM params k WHERE k.experiment_id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) AND k.key_id = ? AND ((k.head = ? AND k.tail_hash = ? AND k.tail = ?) OR (k.tail_hash = 0 AND k.head IN (SELECT CONVERT(VARBINARY(8000), j.v, 2) FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v VARCHAR(MAX) '$') j))) ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY) few

SELECT COUNT(*) FROM (SELECT k.run_pk FROM params k WHERE k.experiment_id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) AND k.key_id = ? AND (k.head = ? AND k.tail_hash = 0) ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY) few

SELECT COUNT(*) FROM (SELECT k.run_pk FROM params k WHERE k.experiment_id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) AND k.key_id = ? AND (k.head = ? AND k.tail_hash = ? AND k.tail = ?) ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY) few

SELECT COUNT(*) FROM (SELECT k.run_pk FROM params k WHERE k.experiment_id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) AND k.key_id = ? AND (k.tail_hash = 0 AND k.head IN (SELECT CONVERT(VARBINARY(8000), j.v, 2) FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v VARCHAR(MAX) '$') j)) ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY) few

SELECT COUNT(*) FROM (SELECT k.run_pk FROM tags k WHERE k.experiment_id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) AND k.key_id = ? AND ((k.head = ? AND k.tail_hash = ? AND k.tail = ?) OR (k.tail_hash = 0 AND k.head IN (SELECT CONVERT(VARBINARY(8000), j.v, 2) FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v VARCHAR(MAX) '$') j))) ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY) few

SELECT COUNT(*) FROM (SELECT k.run_pk FROM tags k WHERE k.experiment_id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) AND k.key_id = ? AND (k.head = ? AND k.tail_hash = 0) ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY) few

SELECT COUNT(*) FROM (SELECT k.run_pk FROM tags k WHERE k.experiment_id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) AND k.key_id = ? AND (k.head = ? AND k.tail_hash = ? AND k.tail = ?) ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY) few

SELECT COUNT(*) FROM (SELECT k.run_pk FROM tags k WHERE k.experiment_id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) AND k.key_id = ? AND (k.tail_hash = 0 AND k.head IN (SELECT CONVERT(VARBINARY(8000), j.v, 2) FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v VARCHAR(MAX) '$') j)) ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY) few

SELECT COUNT(*) FROM merge_backlog

SELECT b.run_pk, r.run_id FROM merge_backlog b JOIN runs r ON r.id = b.run_pk ORDER BY b.run_pk OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY

SELECT compatibility_level, snapshot_isolation_state FROM sys.databases WHERE database_id = DB_ID()

SELECT e.id, e.name, e.artifact_location, e.stage, e.epoch, e.creation_time_ms, e.last_update_time_ms FROM experiments e WHERE e.id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j)

SELECT e.id, e.name, e.artifact_location, e.stage, e.epoch, e.creation_time_ms, e.last_update_time_ms FROM experiments e WHERE e.name IN (SELECT CONVERT(VARBINARY(8000), j.v, 2) FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v VARCHAR(MAX) '$') j)

SELECT encoding, points, data FROM metric_blocks WHERE run_pk = ? AND key_id = ? AND seq IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j)

SELECT encoding, series, points, data FROM metric_writes WHERE run_pk = ?

SELECT encoding, series, points, data FROM metric_writes WHERE run_pk = ? AND seq IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j)

SELECT experiment_id, name, digest, id FROM datasets WHERE experiment_id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) AND name IN (SELECT CONVERT(VARBINARY(8000), j.v, 2) FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v VARCHAR(MAX) '$') j)

SELECT experiment_id, tag_key, tag_value FROM experiment_tags WHERE experiment_id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j)

SELECT held.name, info.name FROM sys.tables AS held JOIN sys.columns AS info ON info.object_id = held.object_id WHERE held.schema_id = SCHEMA_ID()

SELECT held.name, info.name FROM sys.tables AS held JOIN sys.indexes AS info ON info.object_id = held.object_id WHERE held.schema_id = SCHEMA_ID() AND info.name IS NOT NULL AND info.is_disabled = 0

SELECT i.run_pk, d.name, d.digest FROM run_datasets i JOIN datasets d ON d.id = i.dataset_id WHERE i.run_pk IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j)

SELECT i.run_pk, d.name, d.digest, d.source_type, d.source, d.schema_text, d.profile, i.tags_json FROM run_datasets i JOIN datasets d ON d.id = i.dataset_id WHERE i.run_pk IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) ORDER BY i.run_pk, i.position

SELECT id, name FROM names WHERE id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j)

SELECT id, name FROM names WHERE name IN (SELECT CONVERT(VARBINARY(8000), j.v, 2) FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v VARCHAR(MAX) '$') j)

SELECT id, stage, epoch FROM experiments WHERE id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j)

SELECT key_id, MAX(max_timestamp_ms) FROM metric_blocks WHERE run_pk = ? AND level = 1 AND points >= ? AND max_timestamp_ms < ? GROUP BY key_id

SELECT key_id, seq, level, points, min_timestamp_ms, max_timestamp_ms FROM metric_blocks WHERE run_pk = ? AND level = 0 ORDER BY key_id, min_timestamp_ms, max_timestamp_ms, seq

SELECT key_id, seq, level, points, min_timestamp_ms, max_timestamp_ms FROM metric_blocks WHERE run_pk = ? AND level = 1 AND (points < ? OR max_timestamp_ms >= ?) ORDER BY key_id, min_timestamp_ms, max_timestamp_ms, seq

SELECT m.run_pk, m.key_id FROM runs r JOIN metric_latest m ON m.run_pk = r.id JOIN names n ON n.id = m.key_id WHERE r.run_id = ? AND n.name = ?

SELECT m.run_pk, m.key_id, m.value_rank, m.negative_zero, m.step, m.timestamp_ms, m.min_rank, m.min_step, m.max_rank, m.max_step FROM metric_latest m WHERE m.run_pk IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j)

SELECT m.run_pk, m.key_id, m.value_rank, m.negative_zero, m.step, m.timestamp_ms, m.min_rank, m.min_step, m.max_rank, m.max_step FROM metric_latest m WHERE m.run_pk IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) AND key_id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j)

SELECT name FROM counters

SELECT name, id FROM names WHERE name IN (SELECT CONVERT(VARBINARY(8000), j.v, 2) FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v VARCHAR(MAX) '$') j)

SELECT name, value FROM counters WITH (UPDLOCK, HOLDLOCK) ORDER BY name

SELECT r.id, r.run_id, r.experiment_id, r.version, r.stage, r.epoch, r.pending_blocks, r.pending_points, r.status, r.start_time_ms, r.end_time_ms, r.name, r.user_id, r.artifact_uri, e.id, e.name, e.artifact_location, e.stage, e.epoch, e.creation_time_ms, e.last_update_time_ms FROM runs r JOIN experiments e ON e.id = r.experiment_id WHERE r.run_id IN (SELECT CONVERT(VARBINARY(8000), j.v, 2) FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v VARCHAR(MAX) '$') j)

SELECT r.run_id, r.version, CASE WHEN r.epoch >= e.epoch THEN r.stage ELSE e.stage END FROM runs r JOIN experiments e ON e.id = r.experiment_id WHERE r.run_id IN (SELECT CONVERT(VARBINARY(8000), j.v, 2) FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v VARCHAR(MAX) '$') j)

SELECT request_id, outcome FROM request_outcomes WHERE request_id IN (SELECT CONVERT(VARBINARY(8000), j.v, 2) FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v VARCHAR(MAX) '$') j) AND created_ms > ?

SELECT run_id, experiment_id, version FROM runs WHERE version > ? AND (experiment_id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) OR run_id IN (SELECT CONVERT(VARBINARY(8000), j.v, 2) FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v VARCHAR(MAX) '$') j)) ORDER BY version OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY

SELECT run_pk, key_id, head, tail FROM params WHERE run_pk IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j)

SELECT run_pk, key_id, head, tail FROM params WHERE run_pk IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) AND key_id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j)

SELECT run_pk, key_id, head, tail FROM tags WHERE run_pk IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j)

SELECT run_pk, key_id, head, tail FROM tags WHERE run_pk IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) AND key_id IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j)

SELECT run_pk, role, model_id, step FROM run_models WHERE run_pk IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j)

SELECT run_pk, role, model_id, step FROM run_models WHERE run_pk IN (SELECT j.v FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (v BIGINT '$') j) ORDER BY run_pk, role, position

SELECT seq, level, points, min_timestamp_ms, max_timestamp_ms FROM metric_blocks WHERE run_pk = ? AND key_id = ? AND max_timestamp_ms >= ?

SELECT seq, points FROM metric_writes WHERE run_pk = ? ORDER BY seq

SELECT snapshot_isolation_state FROM sys.databases WHERE database_id = DB_ID()

SELECT t.key_id, t.seq, t.encoding, t.points, t.data FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (a BIGINT '$[0]', b BIGINT '$[1]') p INNER LOOP JOIN metric_blocks t ON t.key_id = p.a AND t.seq = p.b WHERE t.run_pk = ?

SELECT t.run_pk, t.key_id, t.head, t.tail FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (a BIGINT '$[0]', b BIGINT '$[1]') p INNER LOOP JOIN params t ON t.run_pk = p.a AND t.key_id = p.b

SELECT t.run_pk, t.key_id, t.head, t.tail FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (a BIGINT '$[0]', b BIGINT '$[1]') p INNER LOOP JOIN tags t ON t.run_pk = p.a AND t.key_id = p.b

SELECT t.run_pk, t.key_id, t.value_rank, t.negative_zero, t.step, t.timestamp_ms, t.min_rank, t.min_step, t.max_rank, t.max_step FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (a BIGINT '$[0]', b BIGINT '$[1]') p INNER LOOP JOIN metric_latest t ON t.run_pk = p.a AND t.key_id = p.b

SELECT value FROM counters WHERE name = 0x6368616E6765

SELECT version_num FROM trackwell_schema_version

SET LOCK_TIMEOUT 10000

SET TEXTSIZE 2147483647

SET TRANSACTION ISOLATION LEVEL READ COMMITTED

SET TRANSACTION ISOLATION LEVEL SNAPSHOT

SET XACT_ABORT ON

UPDATE runs SET pending_blocks = ?, pending_points = ? WHERE id = ?

UPDATE t SET t.level = v.level FROM (SELECT j.level, j.run_pk, j.key_id, j.seq FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (level BIGINT '$[0]', run_pk BIGINT '$[1]', key_id BIGINT '$[2]', seq BIGINT '$[3]') j) v INNER LOOP JOIN metric_blocks t ON t.run_pk = v.run_pk AND t.key_id = v.key_id AND t.seq = v.seq

UPDATE t SET t.name = v.name FROM (SELECT CONVERT(VARBINARY(8000), j.name, 2) AS name, j.id FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (name VARCHAR(MAX) '$[0]', id BIGINT '$[1]') j) v INNER LOOP JOIN experiments t ON t.id = v.id

UPDATE t SET t.name = v.name, t.stage = v.stage, t.epoch = v.epoch, t.last_update_time_ms = v.last_update_time_ms FROM (SELECT CONVERT(VARBINARY(8000), j.name, 2) AS name, j.stage, j.epoch, j.last_update_time_ms, j.id FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (name VARCHAR(MAX) '$[0]', stage BIGINT '$[1]', epoch BIGINT '$[2]', last_update_time_ms BIGINT '$[3]', id BIGINT '$[4]') j) v INNER LOOP JOIN experiments t ON t.id = v.id

UPDATE t SET t.value = v.value FROM (SELECT j.value, CONVERT(VARBINARY(8000), j.name, 2) AS name FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (value BIGINT '$[0]', name VARCHAR(MAX) '$[1]') j) v INNER LOOP JOIN counters t ON t.name = v.name

UPDATE t SET t.value_rank = v.value_rank, t.negative_zero = v.negative_zero, t.step = v.step, t.timestamp_ms = v.timestamp_ms, t.min_rank = v.min_rank, t.min_step = v.min_step, t.max_rank = v.max_rank, t.max_step = v.max_step FROM (SELECT j.value_rank, j.negative_zero, j.step, j.timestamp_ms, j.min_rank, j.min_step, j.max_rank, j.max_step, j.run_pk, j.key_id FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (value_rank BIGINT '$[0]', negative_zero BIGINT '$[1]', step BIGINT '$[2]', timestamp_ms BIGINT '$[3]', min_rank BIGINT '$[4]', min_step BIGINT '$[5]', max_rank BIGINT '$[6]', max_step BIGINT '$[7]', run_pk BIGINT '$[8]', key_id BIGINT '$[9]') j) v INNER LOOP JOIN metric_latest t ON t.run_pk = v.run_pk AND t.key_id = v.key_id

UPDATE t SET t.version = v.version, t.pending_blocks = v.pending_blocks, t.pending_points = v.pending_points FROM (SELECT j.version, j.pending_blocks, j.pending_points, j.id FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (version BIGINT '$[0]', pending_blocks BIGINT '$[1]', pending_points BIGINT '$[2]', id BIGINT '$[3]') j) v INNER LOOP JOIN runs t ON t.id = v.id

UPDATE t SET t.version = v.version, t.pending_blocks = v.pending_blocks, t.pending_points = v.pending_points, t.stage = v.stage, t.epoch = v.epoch, t.status = v.status, t.end_time_ms = v.end_time_ms, t.name = v.name FROM (SELECT j.version, j.pending_blocks, j.pending_points, j.stage, j.epoch, j.status, j.end_time_ms, CONVERT(VARBINARY(8000), j.name, 2) AS name, j.id FROM OPENJSON(CAST(? AS NVARCHAR(MAX))) WITH (version BIGINT '$[0]', pending_blocks BIGINT '$[1]', pending_points BIGINT '$[2]', stage BIGINT '$[3]', epoch BIGINT '$[4]', status BIGINT '$[5]', end_time_ms BIGINT '$[6]', name VARCHAR(MAX) '$[7]', id BIGINT '$[8]') j) v INNER LOOP JOIN runs t ON t.id = v.id
