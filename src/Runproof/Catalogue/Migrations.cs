namespace Runproof.Catalogue;

/// <summary>The schema, as steps that are only ever added to. <c>user_version</c> counts those that a file has had.</summary>
internal static class Migrations
{
    public static IReadOnlyList<string> Steps { get; } =
    [
        """
        CREATE TABLE blobs (hash TEXT PRIMARY KEY, size INTEGER NOT NULL, data BLOB NOT NULL) WITHOUT ROWID;

        CREATE TABLE environments (
            hash TEXT PRIMARY KEY, name TEXT NOT NULL, commit_hash TEXT NOT NULL, language TEXT NOT NULL,
            record TEXT NOT NULL REFERENCES blobs(hash), reach TEXT NOT NULL REFERENCES blobs(hash), functions TEXT NOT NULL REFERENCES blobs(hash),
            created_at TEXT NOT NULL) WITHOUT ROWID;

        -- One row per judged candidate, kept or not. `plan` is the seeded order it belongs to, `place` its place there.
        CREATE TABLE candidates (
            id TEXT NOT NULL, plan TEXT NOT NULL, place INTEGER NOT NULL, environment TEXT NOT NULL REFERENCES environments(hash),
            operator TEXT NOT NULL, family TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL, function TEXT NOT NULL,
            verdict TEXT NOT NULL, reason TEXT NOT NULL, seconds REAL NOT NULL, tests_run INTEGER NOT NULL, effect TEXT,
            record TEXT NOT NULL REFERENCES blobs(hash), judged_at TEXT NOT NULL,
            PRIMARY KEY (plan, place)) WITHOUT ROWID;
        CREATE INDEX candidates_by_id ON candidates(id);

        CREATE TABLE tasks (
            instance_id TEXT PRIMARY KEY, environment TEXT NOT NULL REFERENCES environments(hash), candidate TEXT NOT NULL, origin TEXT NOT NULL,
            file TEXT NOT NULL, function TEXT NOT NULL, record TEXT NOT NULL REFERENCES blobs(hash), created_at TEXT NOT NULL) WITHOUT ROWID;

        -- One row per judgement of a task made afresh; `session` groups those of one call of `verify`, which a later call goes on with.
        CREATE TABLE verifications (
            session TEXT NOT NULL, instance_id TEXT NOT NULL, holds INTEGER NOT NULL, reason TEXT NOT NULL, seconds REAL NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (session, instance_id)) WITHOUT ROWID;
        CREATE TABLE verification_sessions (session TEXT PRIMARY KEY, scope TEXT NOT NULL, started_at TEXT NOT NULL, ended_at TEXT) WITHOUT ROWID;
        """,
        """
        -- One row per attack on a task; `session` as in `verifications`.
        CREATE TABLE attacks (
            session TEXT NOT NULL, instance_id TEXT NOT NULL, attack TEXT NOT NULL, passed INTEGER NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL, seconds REAL NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (session, instance_id, attack)) WITHOUT ROWID;

        ALTER TABLE verifications ADD COLUMN unsteady INTEGER NOT NULL DEFAULT 0;

        -- Tasks that are not to be used any more, and why.
        CREATE TABLE quarantine (instance_id TEXT PRIMARY KEY, reason TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
        """,
        """
        -- One row per change of a repository's history, kept or not. `plan` names the repository and the way of judging.
        CREATE TABLE changes (
            plan TEXT NOT NULL, base TEXT NOT NULL, head TEXT NOT NULL, subject TEXT NOT NULL, commits TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL,
            seconds REAL NOT NULL, instance_id TEXT, fingerprint TEXT, functions TEXT NOT NULL, judged_at TEXT NOT NULL,
            PRIMARY KEY (plan, base, head)) WITHOUT ROWID;
        """,
        """
        -- One row per graded prediction; `session` as in `verifications`.
        CREATE TABLE predictions (
            session TEXT NOT NULL, instance_id TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL, failing TEXT NOT NULL, seconds REAL NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (session, instance_id)) WITHOUT ROWID;
        """,
        """
        -- What lists, filters and samples need stands in columns and indexes that hold all of it: none of them opens a record. `draw` is a number that follows from the id and looks like chance.
        CREATE TABLE listed_tasks (
            instance_id TEXT PRIMARY KEY, environment TEXT NOT NULL REFERENCES environments(hash), candidate TEXT NOT NULL, repo TEXT NOT NULL, language TEXT NOT NULL, origin TEXT NOT NULL, family TEXT NOT NULL,
            operator TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL, function TEXT NOT NULL, base_commit TEXT NOT NULL, tests TEXT NOT NULL, fail_to_pass INTEGER NOT NULL, pass_to_pass INTEGER NOT NULL,
            statement_by TEXT NOT NULL, draw INTEGER NOT NULL, record TEXT NOT NULL REFERENCES blobs(hash), created_at TEXT NOT NULL) WITHOUT ROWID;
        INSERT INTO listed_tasks
            SELECT instance_id, environment, candidate, json_extract(text, '$.repo'), language, origin, json_extract(text, '$.measurements.family'), json_extract(text, '$.measurements.operator'), file,
                json_extract(text, '$.measurements.line'), function, json_extract(text, '$.base_commit'), json_extract(text, '$.tests'), json_array_length(text, '$.fail_to_pass'),
                json_extract(text, '$.measurements.pass_to_pass'), coalesce(json_extract(text, '$.statement.writer'), 'template'), draw(instance_id), record, created_at
            FROM (SELECT tasks.*, environments.language, unpacked(blobs.data) AS text FROM tasks JOIN environments ON environments.hash = tasks.environment JOIN blobs ON blobs.hash = tasks.record);
        DROP TABLE tasks;
        ALTER TABLE listed_tasks RENAME TO tasks;
        CREATE INDEX tasks_by_environment ON tasks(environment);
        CREATE INDEX tasks_by_repo ON tasks(repo, instance_id, language, origin, family);
        CREATE INDEX tasks_by_language ON tasks(language, instance_id, origin, family);
        CREATE INDEX tasks_by_origin ON tasks(origin, instance_id, family);
        CREATE INDEX tasks_by_family ON tasks(family, instance_id);
        CREATE INDEX tasks_by_draw ON tasks(draw, language, origin, family, repo);

        -- How many there are of each kind, quarantined ones left out.
        CREATE TABLE task_counts (repo TEXT NOT NULL, language TEXT NOT NULL, origin TEXT NOT NULL, family TEXT NOT NULL, tasks INTEGER NOT NULL, PRIMARY KEY (repo, language, origin, family)) WITHOUT ROWID;
        INSERT INTO task_counts SELECT repo, language, origin, family, count(*) FROM tasks WHERE instance_id NOT IN (SELECT instance_id FROM quarantine) GROUP BY repo, language, origin, family;
        CREATE TRIGGER task_added AFTER INSERT ON tasks WHEN NOT EXISTS (SELECT 1 FROM quarantine WHERE instance_id = new.instance_id) BEGIN
            INSERT INTO task_counts VALUES (new.repo, new.language, new.origin, new.family, 1) ON CONFLICT DO UPDATE SET tasks = tasks + 1;
        END;
        CREATE TRIGGER task_removed AFTER DELETE ON tasks WHEN NOT EXISTS (SELECT 1 FROM quarantine WHERE instance_id = old.instance_id) BEGIN
            UPDATE task_counts SET tasks = tasks - 1 WHERE (repo, language, origin, family) = (old.repo, old.language, old.origin, old.family);
        END;
        CREATE TRIGGER task_quarantined AFTER INSERT ON quarantine BEGIN
            UPDATE task_counts SET tasks = tasks - 1 WHERE (repo, language, origin, family) = (SELECT repo, language, origin, family FROM tasks WHERE instance_id = new.instance_id);
        END;
        CREATE TRIGGER task_released AFTER DELETE ON quarantine BEGIN
            UPDATE task_counts SET tasks = tasks + 1 WHERE (repo, language, origin, family) = (SELECT repo, language, origin, family FROM tasks WHERE instance_id = old.instance_id);
        END;
        """,
        """
        -- Attempts of agents at tasks. Those of one plan (agent, model, limits, seed) belong together; `outcome` is null while one goes on. Turns are written as they happen.
        CREATE TABLE rollout_plans (plan TEXT PRIMARY KEY, record TEXT NOT NULL, created_at TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE rollouts (
            plan TEXT NOT NULL, instance_id TEXT NOT NULL, attempt INTEGER NOT NULL, outcome TEXT, reason TEXT, kept INTEGER, turns INTEGER, seconds REAL NOT NULL, record TEXT REFERENCES blobs(hash),
            started_at TEXT NOT NULL, ended_at TEXT,
            PRIMARY KEY (plan, instance_id, attempt)) WITHOUT ROWID;
        CREATE TABLE rollout_turns (plan TEXT NOT NULL, instance_id TEXT NOT NULL, attempt INTEGER NOT NULL, turn INTEGER NOT NULL, record BLOB NOT NULL, PRIMARY KEY (plan, instance_id, attempt, turn));
        """,
    ];
}
