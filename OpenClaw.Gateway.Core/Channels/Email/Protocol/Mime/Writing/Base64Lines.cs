using System.Buffers.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;

/// <summary>Bytes as base64 in lines of 76 characters (RFC 2045 6.8), encoded as they come.</summary>
internal static class Base64Lines
{
    private const int BytesOfLine = 57;
    private const int LineLength = 78;
    private const int LinesAtOnce = 256;

    /// <summary>Length of the encoded form of so many bytes.</summary>
    public static long LengthOf(long bytes) => bytes / BytesOfLine * LineLength + (bytes % BytesOfLine is var rest and > 0 ? (rest + 2) / 3 * 4 + 2 : 0);

    /// <summary>Gives the number of bytes that were read.</summary>
    public static async Task<long> WriteAsync(Stream input, Stream output, CancellationToken cancellationToken)
    {
        var block = new byte[BytesOfLine * LinesAtOnce];
        var lines = new byte[LineLength * LinesAtOnce];
        long total = 0;
        while (await input.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancellationToken) is var read and > 0)
        {
            total += read;
            await output.WriteAsync(lines.AsMemory(0, Encode(block.AsSpan(0, read), lines)), cancellationToken);
        }

        return total;
    }

    private static int Encode(ReadOnlySpan<byte> bytes, Span<byte> lines)
    {
        var length = 0;
        while (!bytes.IsEmpty)
        {
            var line = bytes[..Math.Min(BytesOfLine, bytes.Length)];
            bytes = bytes[line.Length..];
            Base64.EncodeToUtf8(line, lines[length..], out _, out var written);
            length += written;
            lines[length++] = (byte)'\r';
            lines[length++] = (byte)'\n';
        }

        return length;
    }
}
