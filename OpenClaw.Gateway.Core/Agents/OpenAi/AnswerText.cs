using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>
/// Joins the pieces of a text as they stand in JSON, which some servers cut where they like: within a UTF-8 character, or between the two halves of an escaped
/// one. Gives whole characters only; what is no character at all becomes U+FFFD.
/// </summary>
internal sealed class PieceJoiner
{
    private readonly ArrayBufferWriter<byte> _piece = new();
    private readonly byte[] _rest = new byte[4];
    private int _restLength;
    private char _half;

    /// <summary>Takes a JSON string with its quotes; valid until the next call.</summary>
    public ReadOnlySpan<byte> Take(ReadOnlySpan<byte> json)
    {
        _piece.ResetWrittenCount();
        var raw = json[1..^1];
        while (!raw.IsEmpty)
        {
            var escape = raw.IndexOf((byte)'\\');
            if (escape != 0)
            {
                var plain = escape < 0 ? raw : raw[..escape];
                TakeBytes(plain);
                raw = raw[plain.Length..];
            }
            else
            {
                raw = raw[TakeEscape(raw)..];
            }
        }

        return _piece.WrittenSpan;
    }

    /// <summary>What is left when the text has ended in the middle of a character.</summary>
    public ReadOnlySpan<byte> End()
    {
        _piece.ResetWrittenCount();
        Break();
        return _piece.WrittenSpan;
    }

    private void TakeBytes(ReadOnlySpan<byte> bytes)
    {
        if (_half != 0) Break();
        if (_restLength > 0 || !Utf8.IsValid(bytes)) TakeBroken(bytes);
        else _piece.Write(bytes);
    }

    private void TakeBroken(ReadOnlySpan<byte> bytes)
    {
        Span<byte> joined = new byte[_restLength + bytes.Length];
        _rest.AsSpan(0, _restLength).CopyTo(joined);
        bytes.CopyTo(joined[_restLength..]);
        _restLength = 0;
        while (!joined.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(joined, out var rune, out var length);
            if (status == OperationStatus.NeedMoreData)
            {
                joined.CopyTo(_rest);
                _restLength = joined.Length;
                return;
            }

            Write(rune);
            joined = joined[length..];
        }
    }

    /// <summary>Returns how long the escape is.</summary>
    private int TakeEscape(ReadOnlySpan<byte> raw)
    {
        if (raw[1] == 'u')
        {
            TakeUnit((char)ushort.Parse(Encoding.ASCII.GetString(raw.Slice(2, 4)), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            return 6;
        }

        Break();
        Write(new Rune(raw[1] switch { (byte)'n' => '\n', (byte)'t' => '\t', (byte)'r' => '\r', (byte)'b' => '\b', (byte)'f' => '\f', var other => (char)other }));
        return 2;
    }

    private void TakeUnit(char unit)
    {
        if (_half != 0 && char.IsLowSurrogate(unit))
        {
            Write(new Rune(_half, unit));
            _half = default;
            return;
        }

        Break();
        if (char.IsHighSurrogate(unit)) _half = unit;
        else Write(Rune.TryCreate(unit, out var rune) ? rune : Rune.ReplacementChar);
    }

    /// <summary>What is waited for does not come.</summary>
    private void Break()
    {
        if (_half != 0 || _restLength > 0) Write(Rune.ReplacementChar);
        (_half, _restLength) = (default, 0);
    }

    private void Write(Rune rune) => _piece.Advance(rune.EncodeToUtf8(_piece.GetSpan(4)));
}

/// <summary>
/// What of a model's text people are to see: without blank space before it, and without the thoughts that some models write into it
/// (<c>&lt;think&gt;…&lt;/think&gt;</c> at its beginning).
/// </summary>
internal sealed class VisibleText
{
    private const int MostHeld = 4_096;
    private static readonly byte[] Open = "<think>"u8.ToArray();
    private static readonly byte[] Close = "</think>"u8.ToArray();

    private readonly ArrayBufferWriter<byte> _held = new();
    private Part _part = Part.Start;

    private enum Part { Start, Thinking, Text }

    /// <summary>What of a piece is shown now; valid until the next call.</summary>
    public ReadOnlySpan<byte> Take(ReadOnlySpan<byte> piece)
    {
        if (_part == Part.Text) return piece;
        _held.Write(piece);
        return _part == Part.Thinking ? Think() : Begin();
    }

    /// <summary>What was held back when the text ended.</summary>
    public ReadOnlySpan<byte> End() => _part == Part.Start ? _held.WrittenSpan.TrimStart(" \t\r\n"u8) : default;

    private ReadOnlySpan<byte> Begin()
    {
        var text = _held.WrittenSpan.TrimStart(" \t\r\n"u8);
        if (text.IsEmpty)
        {
            if (_held.WrittenCount > MostHeld) _held.ResetWrittenCount();
            return default;
        }

        if (text.StartsWith(Open))
        {
            _part = Part.Thinking;
            return Think();
        }

        if (Open.AsSpan().StartsWith(text)) return default;
        _part = Part.Text;
        return text;
    }

    private ReadOnlySpan<byte> Think()
    {
        var end = _held.WrittenSpan.IndexOf(Close);
        if (end >= 0)
        {
            var after = _held.WrittenSpan[(end + Close.Length)..].ToArray();
            _held.ResetWrittenCount();
            _held.Write(after);
            _part = Part.Start;
            return Begin();
        }

        // only as much is kept as may be the beginning of its end
        if (_held.WrittenCount > MostHeld)
        {
            var tail = _held.WrittenSpan[^(Close.Length - 1)..].ToArray();
            _held.ResetWrittenCount();
            _held.Write(tail);
        }

        return default;
    }
}
