using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

/// <summary>Joins the lines of format=flowed (RFC 3676) to paragraphs again.</summary>
internal static class FlowedText
{
    public static string Join(string text, bool delSp)
    {
        StringBuilder output = new(text.Length);
        var open = -1; // quote depth of the paragraph that goes on
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan()[range];
            var depth = line.IndexOfAnyExcept('>');
            if (depth < 0) depth = line.Length;
            line = line[depth..];
            if (line.StartsWith(" ")) line = line[1..];
            var signature = line is "-- ";
            var flowed = line.EndsWith(" ") && !signature;
            if (open != depth || signature) Begin(output, depth);
            output.Append(flowed && delSp ? line[..^1] : line);
            open = flowed ? depth : -1;
        }

        return output.ToString();
    }

    private static void Begin(StringBuilder output, int depth)
    {
        if (output.Length > 0) output.Append('\n');
        output.Append('>', depth);
        if (depth > 0) output.Append(' ');
    }
}
