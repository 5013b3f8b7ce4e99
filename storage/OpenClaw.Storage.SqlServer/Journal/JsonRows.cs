using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OpenClaw.Storage.SqlServer.Journal;

/// <summary>One column of rows that travel as JSON.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="Type">As in the table; texts without their length, so that one that is too long is refused by the table and never cut on the way.</param>
/// <param name="Write">Writes its value.</param>
internal sealed record JsonColumn<T>(string Name, string Type, Action<Utf8JsonWriter, T> Write);

/// <summary>Names and types, for the tests that hold them against EF's model.</summary>
internal interface IJsonRows
{
    string Parameter { get; }

    IReadOnlyList<(string Name, string Type)> Shape { get; }
}

/// <summary>
/// Rows as one parameter: an array of arrays, which <c>OPENJSON</c> makes a table of. So a list of any length is one value, needs no type of its own
/// in the schema (as table-valued parameters do, which then stand in the way of migrations), and the statement's text and plan are the same always.
/// Ids are written as hex, whose conversion to bytes T-SQL promises.
/// </summary>
internal sealed class JsonRows<T>(string parameter, params JsonColumn<T>[] columns) : IJsonRows
{
    private const string Id = "binary(16)";

    /// <summary>A burst's buffer is given back.</summary>
    private const int KeptBytes = 1024 * 1024;

    // what HTML would trip over is no danger here, and escaping it would make text longer
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private ArrayBufferWriter<byte> _buffer = new();

    /// <inheritdoc />
    public string Parameter => parameter;

    /// <inheritdoc />
    public IReadOnlyList<(string Name, string Type)> Shape { get; } = [.. columns.Select(c => (c.Name, c.Type))];

    /// <summary>The columns' names, for a list.</summary>
    public string Names { get; } = string.Join(", ", columns.Select(c => $"[{c.Name}]"));

    /// <summary>Their values, from the table <c>j</c>.</summary>
    public string Values => string.Join(", ", columns.Select(c => Value(c.Name)));

    /// <summary>The rows as the table <c>j</c>.</summary>
    public string Source { get; } =
        $"OPENJSON(@{parameter}) WITH ({string.Join(", ", columns.Select((c, i) => $"[{c.Name}] {(c.Type == Id ? "char(32)" : c.Type)} '$[{i}]'"))}) AS j";

    /// <summary>A column's value from the table <c>j</c>.</summary>
    public string Value(string name)
    {
        var column = columns.Single(c => c.Name == name);
        return column.Type == Id ? $"CONVERT(binary(16), j.[{name}], 2)" : $"j.[{name}]";
    }

    /// <summary>As in <c>[State] = j.[State]</c>, for an update.</summary>
    public string Set(params IEnumerable<string> names) => string.Join(", ", names.Select(n => $"[{n}] = {Value(n)}"));

    /// <summary>The rows' JSON; null where there are none. Used by one thread.</summary>
    public string? Write(IReadOnlyCollection<T> rows)
    {
        if (rows.Count == 0) return null;
        using (var json = new Utf8JsonWriter(_buffer, Options))
        {
            json.WriteStartArray();
            foreach (var row in rows)
            {
                json.WriteStartArray();
                foreach (var column in columns) column.Write(json, row);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        var text = Encoding.UTF8.GetString(_buffer.WrittenSpan);
        if (_buffer.Capacity > KeptBytes) _buffer = new();
        else _buffer.ResetWrittenCount();
        return text;
    }
}
