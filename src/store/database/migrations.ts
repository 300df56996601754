/**
 * The schema as an ordered list of steps; `PRAGMA user_version` counts those that have run.
 * A released step is never edited: a change is a new step at the end.
 * Times are milliseconds since 1970, UTC.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE arrivals (
    id INTEGER PRIMARY KEY,
    inbox TEXT NOT NULL,
    path TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    mtime_ms REAL NOT NULL,
    revision INTEGER NOT NULL,
    previous_id INTEGER REFERENCES arrivals (id),
    superseded_by INTEGER REFERENCES arrivals (id) ON DELETE SET NULL,
    sha256 TEXT,
    sop_instance_uid TEXT,
    format TEXT,
    status TEXT NOT NULL CHECK (status IN ('discovered', 'settling', 'ready', 'decoding', 'inferring',
      'done', 'not-analysed', 'failed', 'duplicate', 'vanished')),
    attempts INTEGER NOT NULL DEFAULT 0,
    retry_at INTEGER,
    reason_code TEXT,
    reason_message TEXT,
    duplicate_of INTEGER REFERENCES arrivals (id),
    discovered_at INTEGER NOT NULL,
    ready_at INTEGER,
    finished_at INTEGER,
    UNIQUE (inbox, path, revision)
  ) STRICT;
  CREATE UNIQUE INDEX arrivals_current ON arrivals (inbox, path) WHERE superseded_by IS NULL;
  CREATE INDEX arrivals_unsettled ON arrivals (inbox) WHERE status IN ('discovered', 'settling');
  CREATE INDEX arrivals_ready ON arrivals (discovered_at, mtime_ms, id) WHERE status = 'ready';
  CREATE INDEX arrivals_retry ON arrivals (retry_at) WHERE status = 'failed' AND retry_at IS NOT NULL;
  CREATE INDEX arrivals_working ON arrivals (id) WHERE status IN ('decoding', 'inferring');
  CREATE INDEX arrivals_sha256 ON arrivals (sha256) WHERE sha256 IS NOT NULL;
  CREATE INDEX arrivals_sop ON arrivals (sop_instance_uid) WHERE sop_instance_uid IS NOT NULL;
  CREATE INDEX arrivals_previous ON arrivals (previous_id) WHERE previous_id IS NOT NULL;
  CREATE INDEX arrivals_superseded ON arrivals (superseded_by) WHERE superseded_by IS NOT NULL;
  CREATE INDEX arrivals_duplicates ON arrivals (duplicate_of) WHERE duplicate_of IS NOT NULL;
  CREATE INDEX arrivals_received ON arrivals (discovered_at, id) WHERE superseded_by IS NULL;
  CREATE INDEX arrivals_status ON arrivals (status, discovered_at, id) WHERE superseded_by IS NULL;

  CREATE TABLE arrival_counts (status TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TRIGGER arrivals_counted_in AFTER INSERT ON arrivals BEGIN
    INSERT INTO arrival_counts VALUES (new.status, 1) ON CONFLICT DO UPDATE SET count = count + 1;
  END;
  CREATE TRIGGER arrivals_counted_over AFTER UPDATE OF status ON arrivals WHEN old.status <> new.status BEGIN
    UPDATE arrival_counts SET count = count - 1 WHERE status = old.status;
    INSERT INTO arrival_counts VALUES (new.status, 1) ON CONFLICT DO UPDATE SET count = count + 1;
  END;
  CREATE TRIGGER arrivals_counted_out AFTER DELETE ON arrivals BEGIN
    UPDATE arrival_counts SET count = count - 1 WHERE status = old.status;
  END;

  CREATE TABLE results (
    arrival_id INTEGER PRIMARY KEY REFERENCES arrivals (id),
    study_key TEXT,
    sha256 TEXT,
    sop_instance_uid TEXT,
    status TEXT NOT NULL,
    outcome TEXT,
    score REAL,
    body_part TEXT,
    finished_at INTEGER NOT NULL,
    json TEXT NOT NULL
  ) STRICT;
  CREATE INDEX results_study ON results (study_key) WHERE study_key IS NOT NULL;
  CREATE INDEX results_finished ON results (finished_at);

  CREATE TABLE alerts (
    id TEXT PRIMARY KEY,
    study_key TEXT NOT NULL,
    ward TEXT NOT NULL,
    state TEXT NOT NULL,
    priority TEXT NOT NULL,
    rev INTEGER NOT NULL,
    json TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX alerts_one_per_study_and_ward ON alerts (study_key, ward) WHERE state <> 'closed';
  CREATE INDEX alerts_study ON alerts (study_key);
  CREATE INDEX alerts_created ON alerts (created_at);

  CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    topic TEXT NOT NULL,
    payload TEXT NOT NULL,
    qos INTEGER NOT NULL CHECK (qos IN (0, 1)),
    retain INTEGER NOT NULL CHECK (retain IN (0, 1)),
    order_key TEXT,
    created_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    delivered_at INTEGER
  ) STRICT;
  CREATE INDEX outbox_pending ON outbox (seq) WHERE delivered_at IS NULL;
  CREATE INDEX outbox_delivered ON outbox (delivered_at) WHERE delivered_at IS NOT NULL;

  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE TRIGGER audit_is_not_edited BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
  CREATE TRIGGER audit_is_not_cut BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

  CREATE TABLE case_refs (study_key TEXT PRIMARY KEY, ref TEXT NOT NULL UNIQUE) STRICT, WITHOUT ROWID;
  CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
  `,
  // Escalation, rate limit and withdrawal: older alerts get the values they would have had.
  `
  CREATE INDEX alerts_updated ON alerts (updated_at);
  UPDATE alerts SET json = json_set(json,
    '$.newsRev', 1,
    '$.sites', json_array(json_object('bodyPart', json ->> '$.bodyPart', 'laterality', json ->> '$.laterality')),
    '$.wards', json_array(ward),
    '$.isQuiet', json('false'),
    '$.escalation', json('null'),
    '$.withdrawn', json('null'),
    '$.times.raised', json ->> '$.times.received',
    '$.times.sounded', json ->> '$.times.received',
    '$.times.cleared', iif(state = 'closed', json ->> '$.times.published', NULL));
  `,
  `
  ALTER TABLE arrivals ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
  DROP INDEX arrivals_ready;
  CREATE INDEX arrivals_ready ON arrivals (turn, mtime_ms, id) WHERE status = 'ready';
  CREATE INDEX arrivals_turn ON arrivals (turn);
  CREATE INDEX alerts_closed ON alerts (updated_at) WHERE state = 'closed';
  CREATE INDEX alerts_on_wards ON alerts (created_at, id) WHERE state <> 'closed';
  CREATE INDEX outbox_order ON outbox (order_key) WHERE delivered_at IS NULL AND order_key IS NOT NULL;
  CREATE TABLE milestones (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  // Access to the screens: users who sign in, and paired displays.
  `
  CREATE TABLE users (
    name_key TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'nurse', 'radiographer', 'admin')),
    password TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    password_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    user_key TEXT NOT NULL REFERENCES users (name_key) ON DELETE CASCADE,
    began_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sessions_user ON sessions (user_key);
  CREATE TABLE displays (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    ward TEXT NOT NULL,
    paired_by TEXT NOT NULL,
    paired_at INTEGER NOT NULL,
    seen_at INTEGER,
    token_hash BLOB UNIQUE
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE pairings (
    code TEXT PRIMARY KEY,
    secret_hash BLOB NOT NULL UNIQUE,
    ward TEXT NOT NULL,
    address TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    display_id TEXT REFERENCES displays (id) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX pairings_display ON pairings (display_id) WHERE display_id IS NOT NULL;
  `,
  // The console: one index covers every filter of its list; verdicts on findings are stored.
  `
  ALTER TABLE arrivals ADD COLUMN outcome TEXT;
  ALTER TABLE arrivals ADD COLUMN region TEXT;
  ALTER TABLE results ADD COLUMN age_over_75 INTEGER;
  UPDATE arrivals SET outcome = r.outcome, region = r.json ->> '$.image.bodyRegion'
    FROM results r WHERE r.arrival_id = arrivals.id;
  CREATE TRIGGER results_shown AFTER INSERT ON results BEGIN
    UPDATE arrivals SET outcome = new.outcome, region = new.json ->> '$.image.bodyRegion' WHERE id = new.arrival_id;
  END;
  DROP INDEX arrivals_received;
  CREATE INDEX arrivals_shown ON arrivals (discovered_at, id, status, outcome, region) WHERE superseded_by IS NULL;

  CREATE TABLE verdicts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    arrival_id INTEGER REFERENCES arrivals (id) ON DELETE SET NULL,
    study_key TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('agree', 'disagree', 'missed')),
    finding INTEGER,
    reason TEXT,
    box TEXT,
    by TEXT NOT NULL,
    at INTEGER NOT NULL,
    undone_at INTEGER,
    settled_at INTEGER,
    outcome TEXT,
    confidence REAL,
    region TEXT,
    age_over_75 INTEGER,
    model TEXT
  ) STRICT;
  CREATE INDEX verdicts_image ON verdicts (arrival_id) WHERE arrival_id IS NOT NULL;
  CREATE INDEX verdicts_unsettled ON verdicts (at) WHERE settled_at IS NULL AND undone_at IS NULL;
  CREATE INDEX verdicts_at ON verdicts (at);
  CREATE INDEX verdicts_study ON verdicts (study_key) WHERE study_key IS NOT NULL;
  DROP INDEX results_finished;
  CREATE INDEX results_quality ON results (finished_at, status, outcome, score);

  CREATE TABLE reruns (
    arrival_id INTEGER NOT NULL REFERENCES arrivals (id) ON DELETE CASCADE,
    model_sha256 TEXT NOT NULL,
    model TEXT NOT NULL,
    by TEXT NOT NULL,
    at INTEGER NOT NULL,
    status TEXT NOT NULL,
    outcome TEXT,
    score REAL,
    json TEXT NOT NULL,
    PRIMARY KEY (arrival_id, model)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX reruns_model ON reruns (model);
  `,
  // Receipts survive a restart.
  `
  CREATE TABLE receipts (
    alert_id TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    display TEXT NOT NULL,
    rev INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (alert_id, display)
  ) STRICT, WITHOUT ROWID;
  `,
  // The subject of a message has columns. For older rows it is read from their topic, payload and file.
  `
  ALTER TABLE outbox ADD COLUMN target TEXT NOT NULL DEFAULT 'mqtt';
  ALTER TABLE outbox ADD COLUMN ward TEXT;
  ALTER TABLE outbox ADD COLUMN alert_id TEXT;
  ALTER TABLE outbox ADD COLUMN rev INTEGER;
  ALTER TABLE outbox ADD COLUMN written_at REAL;
  UPDATE outbox SET ward = levels ->> '$[4]', alert_id = order_key,
      rev = iif(json_valid(payload), payload ->> '$.rev', NULL)
    FROM (SELECT seq AS of_seq, '[' || replace(json_quote(topic), '/', '","') || ']' AS levels FROM outbox)
    WHERE seq = of_seq AND levels ->> '$[3]' = 'ward' AND levels ->> '$[5]' IS NOT NULL;
  UPDATE outbox SET written_at = a.mtime_ms FROM arrivals a WHERE order_key = 'image-' || a.id;
  CREATE INDEX outbox_alert ON outbox (alert_id) WHERE delivered_at IS NULL AND alert_id IS NOT NULL;
  `,
];
