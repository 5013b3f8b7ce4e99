using System.Text;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Components.Controls.Forms;

/// <summary>A setting's name in words, for kinds that give none: <c>baseDelayMs</c> is “Base delay”, in ms.</summary>
public static class SettingWords
{
    private static readonly (string End, string Unit)[] Units =
    [
        ("PerMinute", "per minute"), ("PerSecond", "per second"), ("Ms", "ms"), ("Milliseconds", "ms"), ("Seconds", "seconds"), ("Minutes", "minutes"), ("Hours", "hours"), ("Days", "days"),
        ("Bytes", "bytes"), ("Percent", "%"),
    ];

    /// <summary>What the field is called.</summary>
    public static string Label(SettingSpec spec)
    {
        if (spec.Label is not null) return spec.Label;
        var name = IsNumber(spec) && UnitOf(spec.Name) is { } unit ? spec.Name[..^unit.End.Length] : spec.Name;
        return Words(name);
    }

    /// <summary>The unit behind the input, for numbers whose name ends with one.</summary>
    public static string? Unit(SettingSpec spec) => IsNumber(spec) ? UnitOf(spec.Name)?.Unit : null;

    /// <summary>A name of ours in words: <c>allowedOrigins</c> → <c>Allowed origins</c>; of a path, its last part.</summary>
    public static string Words(string name)
    {
        var part = name[(name.LastIndexOf('.') + 1)..];
        var words = new StringBuilder();
        foreach (var letter in part)
        {
            if (char.IsUpper(letter) && words.Length > 0) words.Append(' ').Append(char.ToLowerInvariant(letter));
            else words.Append(letter is '_' or '-' ? ' ' : letter);
        }

        return words.Length == 0 ? part : char.ToUpperInvariant(words[0]) + words.ToString(1, words.Length - 1);
    }

    private static bool IsNumber(SettingSpec spec) => spec.Type is SettingType.Number or SettingType.WholeNumber;

    private static (string End, string Unit)? UnitOf(string name)
    {
        foreach (var unit in Units)
        {
            if (name.Length > unit.End.Length && name.EndsWith(unit.End, StringComparison.Ordinal)) return unit;
        }

        return null;
    }
}
