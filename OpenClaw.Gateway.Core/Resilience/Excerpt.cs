using System.Text;

namespace OpenClaw.Gateway.Core.Resilience;

/// <summary>The beginning of what the other side sent, fit to be shown to people.</summary>
internal static class Excerpt
{
    /// <summary>Bytes that are shown at most.</summary>
    public const int Bytes = 2_048;

    private const int ShortChars = 200;

    /// <summary>Decodes leniently; control characters but line breaks and tabs become spaces.</summary>
    public static string Of(ReadOnlySpan<byte> body)
    {
        if (body.Length > Bytes) body = body[..CutAt(body)];
        return string.Create(Encoding.UTF8.GetCharCount(body), body, static (chars, bytes) =>
        {
            Encoding.UTF8.GetChars(bytes, chars);
            foreach (ref var c in chars)
            {
                if (char.IsControl(c) && c is not ('\n' or '\r' or '\t')) c = ' ';
            }
        });
    }

    /// <summary>The same for a name or a header's value: short, on one line.</summary>
    public static string Short(string? text)
    {
        var line = Of(Encoding.UTF8.GetBytes(text ?? "")).ReplaceLineEndings(" ");
        return line.Length <= ShortChars ? line : line[..ShortChars] + "…";
    }

    private static int CutAt(ReadOnlySpan<byte> body)
    {
        var end = Bytes;
        while (end > Bytes - 4 && (body[end] & 0xC0) == 0x80) end--;
        return end;
    }
}
