using System.Text;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>Writes numbers and texts one after the other. Its buffer must be large enough: see the bounds.</summary>
internal ref struct PackWriter(Span<byte> buffer)
{
    public const int MostOfNumber = 10;
    private readonly Span<byte> _buffer = buffer;
    private int _at;

    public readonly ReadOnlySpan<byte> Written => _buffer[.._at];

    public static int Most(string? text) => MostOfNumber + Encoding.UTF8.GetMaxByteCount(text?.Length ?? 0);

    public void Byte(byte value) => _buffer[_at++] = value;

    public void Number(long value)
    {
        var rest = (ulong)value;
        for (; rest >= 0x80; rest >>= 7) _buffer[_at++] = (byte)(rest | 0x80);
        _buffer[_at++] = (byte)rest;
    }

    /// <summary>A number that may be below 0, but is near it.</summary>
    public void Signed(long value) => Number((value << 1) ^ (value >> 63));

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer[_at..]);
        _at += bytes.Length;
    }

    public void String(string? text)
    {
        if (text is null)
        {
            Number(0);
            return;
        }

        Number(Encoding.UTF8.GetByteCount(text) + 1);
        _at += Encoding.UTF8.GetBytes(text, _buffer[_at..]);
    }
}
