using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Runproof.Catalogue;

/// <summary>
/// The catalogue file: SQLite in WAL mode, one connection, one writer at a time. A row that was written stays, whatever kills the program after.
/// </summary>
public sealed class Database : IDisposable
{
    private const int DiskFull = 13;
    private const int ReadOnly = 8;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;
    private const int Corrupt = 11;
    private readonly SqliteConnection _connection;
    private readonly Lock _using = new();
    private bool _isTogether;

    private Database(SqliteConnection connection) => _connection = connection;

    /// <exception cref="InputException">The file is not a catalogue, comes from a newer version, or cannot be written.</exception>
    public static Database Open(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 30 }.ToString());
        try
        {
            connection.Open();
            connection.CreateFunction("unpacked", (byte[] data) => Blobs.TextOf(data), isDeterministic: true);
            connection.CreateFunction("draw", (string id) => Blobs.Draw(id), isDeterministic: true);
            var database = new Database(connection);
            database.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA mmap_size=268435456;");
            database.Migrate(file);
            return database;
        }
        catch (SqliteException error)
        {
            connection.Dispose();
            throw Translated(error, file);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public int Execute(string sql, params (string Name, object? Value)[] parameters)
    {
        lock (_using)
        {
            try
            {
                using var command = Command(sql, parameters);
                return command.ExecuteNonQuery();
            }
            catch (SqliteException error)
            {
                throw Translated(error, _connection.DataSource);
            }
        }
    }

    /// <summary>All the statements or none of them; those of a call within a call belong to the outer one.</summary>
    public void Together(Action work)
    {
        lock (_using)
        {
            if (_isTogether)
            {
                work();
                return;
            }

            Execute("BEGIN IMMEDIATE");
            _isTogether = true;
            try
            {
                work();
                Execute("COMMIT");
            }
            catch
            {
                RollBack();
                throw;
            }
            finally
            {
                _isTogether = false;
            }
        }
    }

    public IReadOnlyList<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params (string Name, object? Value)[] parameters)
    {
        lock (_using)
        {
            try
            {
                using var command = Command(sql, parameters);
                using var reader = command.ExecuteReader();
                List<T> rows = [];
                while (reader.Read()) rows.Add(read(reader));
                return rows;
            }
            catch (SqliteException error)
            {
                throw Translated(error, _connection.DataSource);
            }
        }
    }

    public void Dispose() => _connection.Dispose();

    private void Migrate(string file)
    {
        var version = Query("PRAGMA user_version", row => row.GetInt32(0))[0];
        if (version > Migrations.Steps.Count)
            throw new InputException($"'{file}' was written by a newer version of Runproof: update, or give another --workspace");
        for (; version < Migrations.Steps.Count; version++)
        {
            var step = version;
            Together(() =>
            {
                Execute(Migrations.Steps[step]);
                Execute("PRAGMA user_version=" + (step + 1).ToString(CultureInfo.InvariantCulture));
            });
        }
    }

    private SqliteCommand Command(string sql, (string Name, object? Value)[] parameters)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // all statements are literals of this program
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    private void RollBack()
    {
        try
        {
            using var command = Command("ROLLBACK", []);
            command.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // On a full disk SQLite has rolled back already; the first error is the one to tell.
        }
    }

    private static Exception Translated(SqliteException error, string file) => error.SqliteErrorCode switch
    {
        DiskFull => new MachineException($"the disk is full at '{file}': free some space and run again; what was judged is kept", error),
        ReadOnly => new InputException($"'{file}' cannot be written: give another --workspace", error),
        CannotOpen => new InputException($"'{file}' cannot be opened: {error.Message}", error),
        NotADatabase or Corrupt => new InputException($"'{file}' is not a catalogue of Runproof (or is damaged): move it away, or give another --workspace", error),
        _ => error,
    };
}
