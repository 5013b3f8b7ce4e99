using System.Text;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>Reads what <see cref="PackWriter"/> wrote. Texts can be taken as parts of the array itself.</summary>
internal ref struct PackReader(byte[] packed)
{
    private readonly byte[] _packed = packed;
    private int _at;

    public byte Byte() => _packed[_at++];

    public long Number()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = _packed[_at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return (long)value;
        }
    }

    public long Signed()
    {
        var value = Number();
        return (long)((ulong)value >> 1) ^ -(value & 1);
    }

    public ReadOnlyMemory<byte> Bytes(int length)
    {
        var bytes = _packed.AsMemory(_at, length);
        _at += length;
        return bytes;
    }

    public string? String()
    {
        var length = (int)Number() - 1;
        return length < 0 ? null : Encoding.UTF8.GetString(Bytes(length).Span);
    }

    public void SkipString()
    {
        var length = (int)Number() - 1;
        if (length > 0) _at += length;
    }
}
