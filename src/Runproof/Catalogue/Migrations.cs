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
    ];
}
