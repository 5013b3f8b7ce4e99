namespace OpenClaw.Portal.Components.Controls.Forms;

/// <summary>One of several to choose from: what is saved, what is read, and a line that helps to choose.</summary>
public sealed record Choice(string Value, string Text, string? Help = null, string? Icon = null)
{
    /// <summary>Names that are written in another way than words are.</summary>
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal) { ["tls"] = "TLS", ["starttls"] = "STARTTLS", ["oauth2"] = "OAuth 2.0" };

    /// <summary>Choices whose texts are their values in words: <c>allow-list</c> → <c>Allow list</c>.</summary>
    public static IReadOnlyList<Choice> Of(params IEnumerable<string> values) => [.. values.Select(v => new Choice(v, Names.GetValueOrDefault(v) ?? Humanize.Words(v.Replace('-', ' '))))];
}
