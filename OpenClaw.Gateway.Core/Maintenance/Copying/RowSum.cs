using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Metadata;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Maintenance.Copying;

/// <summary>
/// A checksum over a table's rows that is the same in every database and in any order of rows: the sum of the first halves of their SHA-256. Texts count
/// as every database can hold them: U+0000 and halves of surrogate pairs as U+FFFD.
/// </summary>
internal sealed class RowSum(IEntityType type)
{
    private readonly IProperty[] _columns = [.. type.GetProperties().OrderBy(p => p.Name, StringComparer.Ordinal)];
    private readonly INavigation[] _parts = [.. type.GetNavigations().Where(n => n.TargetEntityType.IsOwned()).OrderBy(n => n.Name, StringComparer.Ordinal)];
    private readonly ArrayBufferWriter<byte> _row = new();
    private UInt128 _sum;

    public long Rows { get; private set; }

    public string Text => _sum.ToString("x32", CultureInfo.InvariantCulture);

    public void Add(object row)
    {
        _row.ResetWrittenCount();
        foreach (var column in _columns) Write(column, column.GetGetter().GetClrValue(row));
        foreach (var part in _parts) Bytes(4, JsonSerializer.SerializeToUtf8Bytes(part.GetGetter().GetClrValue(row)));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_row.WrittenSpan, hash);
        _sum = unchecked(_sum + BinaryPrimitives.ReadUInt128BigEndian(hash));
        Rows++;
    }

    private void Write(IProperty column, object? value)
    {
        switch (value)
        {
            case null: Bytes(0, []); break;
            case string text: Bytes(1, Encoding.UTF8.GetBytes(text.Replace('\0', '\uFFFD'))); break;
            case byte[] bytes: Bytes(2, bytes); break;
            case Guid id: Bytes(2, id.ToByteArray(bigEndian: true)); break;
            case DateTimeOffset time: Number(Micros.From(time)); break;
            case TimeSpan span: Number(span.Ticks); break;
            case bool flag: Number(flag ? 1 : 0); break;
            case double number: Number(BitConverter.DoubleToInt64Bits(number)); break;
            case float number: Number(BitConverter.DoubleToInt64Bits(number)); break;
            case decimal number: Bytes(1, Encoding.UTF8.GetBytes(number.ToString("0.############################", CultureInfo.InvariantCulture))); break;
            case Enum or sbyte or byte or short or ushort or int or uint or long: Number(Convert.ToInt64(value, CultureInfo.InvariantCulture)); break;
            default: Other(column, value); break;
        }
    }

    /// <summary>Lists and the like, as they are stored.</summary>
    private void Other(IProperty column, object value)
    {
        var stored = (column.GetValueConverter() ?? column.GetTypeMapping().Converter)?.ConvertToProvider(value);
        if (stored is null || stored.GetType() == value.GetType()) Bytes(4, JsonSerializer.SerializeToUtf8Bytes(value));
        else Write(column, stored);
    }

    private void Number(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        Bytes(3, bytes);
    }

    private void Bytes(byte kind, ReadOnlySpan<byte> value)
    {
        var to = _row.GetSpan(5 + value.Length);
        to[0] = kind;
        BinaryPrimitives.WriteInt32BigEndian(to[1..], value.Length);
        value.CopyTo(to[5..]);
        _row.Advance(5 + value.Length);
    }
}
