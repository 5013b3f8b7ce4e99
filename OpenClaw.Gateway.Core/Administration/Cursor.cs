using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace OpenClaw.Gateway.Core.Administration;

/// <summary>Where a list goes on: a place in time and the id that tells equal ones apart, as URL-safe text.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Cursor(long Place, Guid Id)
{
    private const int Length = 24;

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Place);
        Id.TryWriteBytes(bytes[8..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Null for null; throws <see cref="InvalidInputException"/> for what is no cursor.</summary>
    public static Cursor? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length != 32 || !Base64Url.IsValid(text, out var length) || length != Length || Base64Url.DecodeFromChars(text, bytes) != Length)
            throw new InvalidInputException("after", "This is not a cursor that a list has given.");
        return new(BinaryPrimitives.ReadInt64BigEndian(bytes), new Guid(bytes[8..], bigEndian: true));
    }
}
