using System.Buffers;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

/// <summary>
/// Content as DATA wants it (RFC 5321 4.5.2): every line end becomes CRLF, a dot that begins a line is doubled, and the last line
/// ends. It keeps its place between blocks, so a mail of any size needs one block of memory. A bare CR or LF never
/// gets through: servers that read it as a line end could be told of a second mail (SMTP smuggling).
/// </summary>
internal sealed class DotStuffing
{
    private bool _lineStart = true;
    private bool _afterCr;

    /// <summary>Appends the block to the output.</summary>
    public void Write(ReadOnlySpan<byte> block, IBufferWriter<byte> output)
    {
        foreach (var value in block)
        {
            var lfOfCrLf = _afterCr && value == '\n';
            _afterCr = value == '\r';
            if (lfOfCrLf) continue;
            if (value is (byte)'\r' or (byte)'\n')
            {
                output.Write("\r\n"u8);
                _lineStart = true;
                continue;
            }

            if (_lineStart && value == '.') output.Write("."u8);
            _lineStart = false;
            output.GetSpan(1)[0] = value;
            output.Advance(1);
        }
    }

    /// <summary>Appends what ends the content.</summary>
    public void End(IBufferWriter<byte> output) => output.Write(_lineStart ? ".\r\n"u8 : "\r\n.\r\n"u8);
}
