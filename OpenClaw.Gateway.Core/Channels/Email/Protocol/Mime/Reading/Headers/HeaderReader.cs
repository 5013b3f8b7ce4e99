using System.Buffers;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

/// <summary>
/// Reads one header (RFC 5322 2.2) up to and with the empty line. A delimiter or the end of the mail ends it too;
/// so does a line that can be no field when no field follows it: then the separator is missing.
/// </summary>
internal sealed class HeaderReader(MailSource source, Boundaries boundaries, MailLimits limits)
{
    private const int MostName = 256;
    private const int Peek = 4096;

    private readonly ArrayBufferWriter<byte> _field = new(256);
    private List<HeaderField> _fields = [];
    private int _used;

    /// <summary>What a line is judged by: never more than is there in any case, so that the pieces in which a mail comes change nothing.</summary>
    private ReadOnlySpan<byte> Judged => source.Window[..Math.Min(source.Length, Peek)];

    public async ValueTask<MailHeader> ReadAsync(CancellationToken cancellationToken)
    {
        (_fields, _used) = ([], 0);
        _field.ResetWrittenCount();
        while (await AtLineAsync(cancellationToken).ConfigureAwait(false)) await LineAsync(cancellationToken).ConfigureAwait(false);
        Finish();
        return new(_fields);
    }

    /// <summary>True when a line of the header stands at the start of the window.</summary>
    private async ValueTask<bool> AtLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await HaveLineAsync(cancellationToken).ConfigureAwait(false);
            if (source.Length == 0) return false;
            if (boundaries.Count > 0 && boundaries.Match(source.Window, source.Ended, out _) == DelimiterMatch.Yes) return false;
            if (Boundaries.LineEnd(source.Window) is var end and > 0)
            {
                Count(end);
                return false;
            }

            if (source.Window[0] is (byte)' ' or (byte)'\t') return true;
            Finish();
            if (IsField(Judged)) return true;
            if (!IsMailbox(Judged) && !FieldFollows(Judged)) return false;
            await LineAsync(cancellationToken).ConfigureAwait(false);
            _field.ResetWrittenCount();
        }
    }

    /// <summary>Takes one line, of any length, to the field.</summary>
    private async ValueTask LineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var end = source.Window.IndexOfAny((byte)'\r', (byte)'\n');
            var piece = end < 0 ? source.Window : source.Window[..end];
            if (_field.WrittenCount + piece.Length > limits.FieldBytes) throw new MailLimitException(MailLimit.FieldBytes, limits.FieldBytes);
            _field.Write(piece);
            Count(piece.Length);
            if (end >= 0)
            {
                if (source.Length == 1) await source.FillAsync(cancellationToken).ConfigureAwait(false);
                Count(Boundaries.LineEnd(source.Window));
                return;
            }

            if (!await source.FillAsync(cancellationToken).ConfigureAwait(false)) return;
        }
    }

    /// <summary>Enough in the window to judge a line: it and the beginning of the one after it.</summary>
    private async ValueTask HaveLineAsync(CancellationToken cancellationToken)
    {
        while (source.Length < Peek && !HasTwoLines(source.Window) && await source.FillAsync(cancellationToken).ConfigureAwait(false))
        {
        }
    }

    private static bool HasTwoLines(ReadOnlySpan<byte> window)
    {
        var first = window.IndexOf((byte)'\n');
        return first >= 0 && window[(first + 1)..].Contains((byte)'\n');
    }

    private void Count(int bytes)
    {
        source.Advance(bytes);
        _used += bytes;
        if (_used > limits.HeaderBytes) throw new MailLimitException(MailLimit.HeaderBytes, limits.HeaderBytes);
    }

    private void Finish()
    {
        var bytes = _field.WrittenSpan;
        var colon = bytes.IndexOf((byte)':');
        if (colon > 0)
        {
            if (_fields.Count == limits.HeaderFields) throw new MailLimitException(MailLimit.HeaderFields, limits.HeaderFields);
            _fields.Add(new(HeaderBytes.ToText(bytes[..colon]).Trim(), HeaderBytes.ToText(bytes[(colon + 1)..]).Trim()));
        }

        _field.ResetWrittenCount();
    }

    private static bool IsField(ReadOnlySpan<byte> line)
    {
        var name = line.IndexOfAnyExceptInRange((byte)33, (byte)126);
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || colon > MostName) return false;
        return name < 0 || name >= colon || line[name..colon].IndexOfAnyExcept((byte)' ', (byte)'\t') < 0;
    }

    private static bool IsMailbox(ReadOnlySpan<byte> line) => line.StartsWith("From "u8) || line.StartsWith(">From "u8);

    private static bool FieldFollows(ReadOnlySpan<byte> window)
    {
        var end = window.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0) return false;
        var next = window[(end + Boundaries.LineEnd(window[end..]))..];
        return IsField(next) || Boundaries.LineEnd(next) > 0;
    }
}
