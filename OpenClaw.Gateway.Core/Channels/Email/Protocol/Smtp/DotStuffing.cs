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
        while (!block.IsEmpty)
        {
            if (_afterCr && block[0] == '\n') // its CR has ended the line already
            {
                _afterCr = false;
                block = block[1..];
                continue;
            }

            _afterCr = false;
            if (_lineStart && block[0] == '.') output.Write("."u8);
            var end = block.IndexOfAny((byte)'\r', (byte)'\n');
            output.Write(end < 0 ? block : block[..end]);
            _lineStart = end >= 0;
            if (end < 0) return;
            output.Write("\r\n"u8);
            _afterCr = block[end] == '\r';
            block = block[(end + 1)..];
        }
    }

    /// <summary>Appends what ends the content.</summary>
    public void End(IBufferWriter<byte> output) => output.Write(_lineStart ? ".\r\n"u8 : "\r\n.\r\n"u8);
}
