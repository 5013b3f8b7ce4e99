using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenClaw.Gateway.Core.Administration.Erasures;

/// <summary>
/// By what a person is recognised in texts that others wrote: the platform's id and the names that came with it. A mark counts where it stands by
/// itself, not within another word; one that is short or common (a first name, a small number) counts only where it is the whole text, so that
/// erasing Ada does not erase what is said of Adam, nor of every other Ada.
/// </summary>
internal sealed class PersonMarks
{
    private const int DistinctId = 4;
    private const int DistinctNumber = 6;
    private const int DistinctName = 6;
    private readonly List<(string Text, StringComparison How, bool IsDistinct)> _marks = [];

    public PersonMarks(string user, IEnumerable<string> names)
    {
        _marks.Add((user, StringComparison.Ordinal, user.Length >= (user.All(char.IsAsciiDigit) ? DistinctNumber : DistinctId)));
        foreach (var name in names.Where(n => n.Trim().Length > 1).Distinct(StringComparer.OrdinalIgnoreCase))
            _marks.Add((name, StringComparison.OrdinalIgnoreCase, name.Length >= DistinctName || name.Contains(' ', StringComparison.Ordinal)));
    }

    /// <summary>Whether a text names the person.</summary>
    public bool AreIn(string? text)
    {
        if (string.IsNullOrEmpty(text)) return false;
        foreach (var (mark, how, isDistinct) in _marks)
            if (string.Equals(text, mark, how) || (isDistinct && Stands(text, mark, how))) return true;
        return false;
    }

    /// <summary>Whether a value or a field's name in JSON names the person; what is no JSON is a text.</summary>
    public bool AreInJson(string? json)
    {
        if (string.IsNullOrEmpty(json)) return false;
        try
        {
            return AreIn(JsonNode.Parse(json));
        }
        catch (JsonException)
        {
            return AreIn(json);
        }
    }

    private bool AreIn(JsonNode? node) => node switch
    {
        JsonObject fields => fields.Any(f => AreIn(f.Key) || AreIn(f.Value)),
        JsonArray items => items.Any(AreIn),
        JsonValue value when value.TryGetValue(out string? text) => AreIn(text),
        _ => false,
    };

    private static bool Stands(string text, string mark, StringComparison how)
    {
        for (var at = text.IndexOf(mark, how); at >= 0; at = text.IndexOf(mark, at + 1, how))
        {
            var end = at + mark.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end]))) return true;
        }

        return false;
    }
}
