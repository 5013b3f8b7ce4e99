using System.Text;
using Microsoft.Data.Sqlite;
using OpenClaw.Gateway.Core.Abstractions;
using SQLitePCL;

namespace OpenClaw.Storage.Sqlite;

/// <summary>One prepared statement, bound from spans: EF's and ADO's objects cost more than the row itself. Numbers of parameters from 1.</summary>
internal sealed class Statement : IDisposable
{
    /// <summary>Texts up to so many characters are encoded on the stack: ids and names, of every message.</summary>
    private const int ShortText = 80;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private int _next;

    public Statement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    public Statement Int(long value)
    {
        raw.sqlite3_bind_int64(_statement, ++_next, value);
        return this;
    }

    /// <summary>Binds null for 0: the times and numbers that mean "not yet".</summary>
    public Statement IntOrNull(long value)
    {
        if (value == 0) return Null();
        return Int(value);
    }

    public Statement Id(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        raw.sqlite3_bind_blob(_statement, ++_next, bytes);
        return this;
    }

    public Statement IdOrNull(Guid value) => value == Guid.Empty ? Null() : Id(value);

    public Statement IdOrNothing(Guid? value) => value is { } id ? Id(id) : Null();

    public Statement Text(string? value)
    {
        if (value is null) return Null();
        if (value.Length is 0 or > ShortText)
        {
            raw.sqlite3_bind_text(_statement, ++_next, value);
            return this;
        }

        Span<byte> bytes = stackalloc byte[ShortText * 3];
        raw.sqlite3_bind_text(_statement, ++_next, bytes[..Encoding.UTF8.GetBytes(value, bytes)]);
        return this;
    }

    public Statement Text(Utf8Text value)
    {
        if (value.IsEmpty) return Text(""); // an empty span would bind null
        raw.sqlite3_bind_text(_statement, ++_next, value.Bytes.Span);
        return this;
    }

    public Statement Text(byte[]? utf8)
    {
        if (utf8 is null) return Null();
        raw.sqlite3_bind_text(_statement, ++_next, utf8);
        return this;
    }

    public Statement Null()
    {
        raw.sqlite3_bind_null(_statement, ++_next);
        return this;
    }

    /// <summary>Runs the statement and makes it ready for the next row.</summary>
    public void Run()
    {
        var result = raw.sqlite3_step(_statement);
        raw.sqlite3_reset(_statement);
        _next = 0;
        if (result != raw.SQLITE_DONE && result != raw.SQLITE_ROW) Throw(result);
    }

    public void Dispose() => _statement.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK) Throw(result);
    }

    private void Throw(int result) =>
        throw new SqliteException($"SQLite: {raw.sqlite3_errmsg(_database).utf8_to_string()} (code {result})", result & 0xFF, raw.sqlite3_extended_errcode(_database));
}
