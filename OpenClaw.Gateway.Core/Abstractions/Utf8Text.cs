using System.Text;
using System.Text.Json.Serialization;

namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>
/// Immutable text kept as UTF-8 bytes, as it arrives from and goes to the wire and the database.
/// A string costs three times the memory; most messages are never looked at as one.
/// </summary>
[JsonConverter(typeof(Utf8TextConverter))]
public readonly struct Utf8Text(ReadOnlyMemory<byte> bytes) : IEquatable<Utf8Text>
{
    /// <summary>Text without a character.</summary>
    public static Utf8Text Empty => default;

    /// <summary>The text as well-formed UTF-8, without a byte-order mark.</summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>Number of UTF-8 bytes.</summary>
    public int Length => Bytes.Length;

    /// <summary>True when there is no character.</summary>
    public bool IsEmpty => Bytes.IsEmpty;

    /// <summary>Encodes a string; null gives <see cref="Empty"/>.</summary>
    public static Utf8Text From(string? text) => string.IsNullOrEmpty(text) ? default : new(Encoding.UTF8.GetBytes(text));

    /// <summary>The first <paramref name="bytes"/> bytes at most, cut between characters.</summary>
    public Utf8Text Truncate(int bytes)
    {
        if (Length <= bytes) return this;
        while (bytes > 0 && (Bytes.Span[bytes] & 0xC0) == 0x80) bytes--;
        return new(Bytes[..bytes]);
    }

    /// <inheritdoc />
    public bool Equals(Utf8Text other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is Utf8Text other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    /// <summary>The text as a string.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>Compares the bytes.</summary>
    public static bool operator ==(Utf8Text left, Utf8Text right) => left.Equals(right);

    /// <summary>Compares the bytes.</summary>
    public static bool operator !=(Utf8Text left, Utf8Text right) => !left.Equals(right);
}
