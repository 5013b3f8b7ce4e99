namespace OpenClaw.Portal.Components.Controls.Forms;

/// <summary>One of several to choose from: what is saved, what is read, and a line that helps to choose.</summary>
public sealed record Choice(string Value, string Text, string? Help = null, string? Icon = null)
{
    /// <summary>Choices whose texts are their values in words: <c>allow-list</c> → <c>Allow list</c>.</summary>
    public static IReadOnlyList<Choice> Of(params IEnumerable<string> values) => [.. values.Select(v => new Choice(v, Humanize.Words(v.Replace('-', ' '))))];
}
