using System.Globalization;
using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

/// <summary>Reads replies from a stream, within bounds: a server that talks without end is cut off.</summary>
internal sealed class SmtpReplyReader(Stream stream)
{
    /// <summary>RFC 5321 says 512; some servers say more.</summary>
    private const int MaxLine = 2_048;

    private const int MaxLines = 128;

    private readonly byte[] _buffer = new byte[4_096];
    private int _start;
    private int _end;

    /// <summary>Something was sent that nobody asked for. After STARTTLS that is an injection (CVE-2011-0411).</summary>
    public bool HasUnread => _start < _end;

    /// <summary>The whole reply. Throws <see cref="EndOfStreamException"/> and <see cref="InvalidDataException"/>.</summary>
    public async Task<SmtpReply> ReadAsync(CancellationToken cancellationToken)
    {
        List<string> lines = [];
        int? code = null;
        while (lines.Count < MaxLines)
        {
            var line = await ReadLineAsync(cancellationToken);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var given) || given is < 200 or > 599)
                throw new InvalidDataException("a line without a reply code");
            if (line.Length > 3 && line[3] is not (' ' or '-')) throw new InvalidDataException("a reply code that does not end");
            if (code is { } first && first != given) throw new InvalidDataException("lines of one reply with different codes");
            code = given;
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ') return new(given, lines);
        }

        throw new InvalidDataException("a reply that does not end");
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new MemoryStream();
        while (true)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = await stream.ReadAsync(_buffer, cancellationToken);
                if (_end == 0) throw new EndOfStreamException("the server hung up");
            }

            var rest = _buffer.AsMemory(_start, _end - _start);
            var lf = rest.Span.IndexOf((byte)'\n');
            var piece = lf < 0 ? rest : rest[..lf];
            if (line.Length + piece.Length > MaxLine) throw new InvalidDataException("a line that is too long");
            line.Write(piece.Span);
            _start += lf < 0 ? piece.Length : lf + 1;
            if (lf >= 0) return Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length).TrimEnd('\r');
        }
    }
}
