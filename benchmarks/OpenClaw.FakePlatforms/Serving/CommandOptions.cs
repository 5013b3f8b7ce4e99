using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OpenClaw.FakePlatforms.Serving;

/// <summary>The options after a verb: <c>--name value</c> pairs of known names.</summary>
internal sealed class CommandOptions
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>False when a name is unknown or a value is missing.</summary>
    public static bool TryRead(string[] args, string[] names, [NotNullWhen(true)] out CommandOptions? options)
    {
        options = new();
        foreach (var pair in args.Chunk(2))
        {
            if (pair is not [['-', '-', .. var name], var value] || !names.Contains(name, StringComparer.Ordinal))
            {
                options = null;
                return false;
            }

            options._values[name] = value;
        }

        return true;
    }

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise) =>
        _values.TryGetValue(name, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
