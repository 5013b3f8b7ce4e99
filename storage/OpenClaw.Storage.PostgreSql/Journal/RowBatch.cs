using System.Collections;
using Npgsql;
using NpgsqlTypes;

namespace OpenClaw.Storage.PostgreSql.Journal;

/// <summary>
/// One statement over many rows: each column is an array, which the statement turns into rows (<c>unnest</c>). The lists are kept from group to group.
/// Values are given in the order of the columns, as in <c>Statement</c> of SQLite.
/// </summary>
internal sealed class RowBatch
{
    private readonly IList[] _columns;
    private int _next;

    /// <param name="sql">With <c>$1</c> to <c>$n</c>.</param>
    /// <param name="types">The columns' types in order: <c>uuid</c>, <c>bigint</c>, <c>integer</c>, <c>smallint</c>, <c>boolean</c>, <c>text</c>.</param>
    public RowBatch(string sql, IEnumerable<string> types)
    {
        Command = new(sql);
        _columns = [.. types.Select(Add)];
    }

    public NpgsqlBatchCommand Command { get; }

    /// <summary>Rows so far.</summary>
    public int Count { get; private set; }

    public RowBatch Id(Guid value) => Put<Guid?>(value);

    public RowBatch IdOrNull(Guid value) => Put<Guid?>(value == Guid.Empty ? null : value);

    public RowBatch IdOrNothing(Guid? value) => Put(value);

    public RowBatch Long(long value) => Put<long?>(value);

    /// <summary>Null for 0: the times and numbers that mean "not yet".</summary>
    public RowBatch LongOrNull(long value) => Put<long?>(value == 0 ? null : value);

    public RowBatch Int(int value) => Put<int?>(value);

    public RowBatch IntOrNull(int value) => Put<int?>(value == 0 ? null : value);

    public RowBatch Short(long value) => Put<short?>((short)value);

    public RowBatch ShortOrNull(long value) => Put<short?>(value == 0 ? null : (short)value);

    public RowBatch Bool(bool value) => Put<bool?>(value);

    public RowBatch Text(string? value) => Put(value is null ? null : PostgreSqlText.Storable(value));

    public RowBatch Text(byte[]? utf8) => Put(utf8 is null ? null : PostgreSqlText.Storable(utf8));

    public RowBatch Text(ReadOnlyMemory<byte> utf8) => Put(PostgreSqlText.Storable(utf8.Span));

    /// <summary>The row is complete.</summary>
    public void Run()
    {
        if (_next != _columns.Length) throw new InvalidOperationException($"{_next} values for {_columns.Length} columns: {Command.CommandText}");
        _next = 0;
        Count++;
    }

    /// <summary>Forgets the rows.</summary>
    public void Clear()
    {
        if (Count == 0 && _next == 0) return;
        (_next, Count) = (0, 0);
        foreach (var column in _columns) column.Clear();
    }

    private RowBatch Put<T>(T value)
    {
        ((List<T>)_columns[_next++]).Add(value);
        return this;
    }

    private IList Add(string type) => type switch
    {
        "uuid" => Add<Guid?>(NpgsqlDbType.Uuid),
        "bigint" => Add<long?>(NpgsqlDbType.Bigint),
        "integer" => Add<int?>(NpgsqlDbType.Integer),
        "smallint" => Add<short?>(NpgsqlDbType.Smallint),
        "boolean" => Add<bool?>(NpgsqlDbType.Boolean),
        _ => Add<string?>(NpgsqlDbType.Text),
    };

    private List<T> Add<T>(NpgsqlDbType type)
    {
        var list = new List<T>();
        Command.Parameters.Add(new NpgsqlParameter<List<T>> { TypedValue = list, NpgsqlDbType = NpgsqlDbType.Array | type });
        return list;
    }
}
