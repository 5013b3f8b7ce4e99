using System.Net.Http.Headers;

namespace OpenClaw.Gateway.Core.Agents.Answers;

/// <summary>What a fetched attachment is called. Names come from strangers: no path, no control characters, no end.</summary>
internal static class AttachmentNames
{
    private const int Longest = 200;

    /// <summary>The name that the server gives, else the end of the URL's path, else <c>attachment</c>.</summary>
    public static string Of(ContentDispositionHeaderValue? disposition, Uri url) =>
        Clean(disposition?.FileNameStar) ?? Clean(disposition?.FileName?.Trim('"')) ?? Clean(Uri.UnescapeDataString(url.AbsolutePath)) ?? "attachment";

    /// <summary>The content type without parameters.</summary>
    public static string TypeOf(MediaTypeHeaderValue? type) => type?.MediaType is { Length: > 0 and <= 100 } media ? media.ToLowerInvariant() : "application/octet-stream";

    private static string? Clean(string? name)
    {
        if (name is null) return null;
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = new string([.. last.Where(c => !char.IsControl(c) && !char.IsSurrogate(c))]).Trim(' ', '.');
        if (clean.Length > Longest) clean = Shorten(clean);
        return clean.Length == 0 ? null : clean;
    }

    private static string Shorten(string name)
    {
        var extension = Path.GetExtension(name);
        return extension.Length is > 0 and <= 16 ? name[..(Longest - extension.Length)] + extension : name[..Longest];
    }
}
