using System.Buffers.Binary;
using System.Text;

namespace OpenClaw.Portal.Tests.Telemetry;

/// <summary>The fields of one protobuf message, as they stand in it: enough to read OTLP without its package.</summary>
internal sealed class ProtoReader
{
    private readonly List<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> _fields = [];

    public ProtoReader(ReadOnlyMemory<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            var tag = Varint(bytes.Span, ref at);
            var (field, number, content) = ((int)(tag >> 3), 0UL, ReadOnlyMemory<byte>.Empty);
            switch (tag & 7)
            {
                case 0:
                    number = Varint(bytes.Span, ref at);
                    break;
                case 1:
                    number = BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span[at..]);
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(bytes.Span, ref at);
                    content = bytes.Slice(at, length);
                    at += length;
                    break;
                case 5:
                    number = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[at..]);
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7}");
            }

            _fields.Add((field, number, content));
        }
    }

    public IEnumerable<ProtoReader> All(int field) => _fields.Where(f => f.Field == field).Select(f => new ProtoReader(f.Bytes));

    /// <summary>What stands at the end of that way through nested messages, of all of them.</summary>
    public IEnumerable<ProtoReader> Along(params int[] fields) => fields.Aggregate((IEnumerable<ProtoReader>)[this], (found, field) => found.SelectMany(m => m.All(field)));

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field).Span);

    public string Hex(int field) => Convert.ToHexStringLower(Bytes(field).Span);

    public ulong Number(int field) => _fields.LastOrDefault(f => f.Field == field).Number;

    /// <summary>KeyValues of that field, their values as text.</summary>
    public IReadOnlyDictionary<string, string> Attributes(int field)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in All(field)) all[pair.Text(1)] = pair.All(2).Select(Value).FirstOrDefault("");
        return all;
    }

    /// <summary>An AnyValue as text.</summary>
    public static string Value(ProtoReader any) =>
        any._fields is [var only] ? only.Field is 1 ? Encoding.UTF8.GetString(only.Bytes.Span) : only.Number.ToString(System.Globalization.CultureInfo.InvariantCulture) : "";

    private ReadOnlyMemory<byte> Bytes(int field) => _fields.LastOrDefault(f => f.Field == field).Bytes;

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }
}
