using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>
/// A system prompt with variables: <c>{{user.name}}</c>. Each is put in once, as it is: what a person calls themselves is never read as a variable. What has no
/// value is empty; other things in double braces stay as they are.
/// </summary>
internal sealed partial class PromptTemplate
{
    /// <summary>Characters of a prompt.</summary>
    public const int Longest = 100_000;

    /// <summary>All variables, for people.</summary>
    public const string Known = "user.name, user.id, user.locale, channel.name, channel.kind, tenant, agent, date, time, context.…, preferences.…, settings.…";

    private const int LongestName = 200;
    private static readonly string[] Fixed = ["user.name", "user.id", "user.locale", "channel.name", "channel.kind", "tenant", "agent", "date", "time"];
    private static readonly string[] Roots = ["context.", "preferences.", "settings."];

    private readonly string _text;
    private readonly IReadOnlyList<Match> _variables;

    private PromptTemplate(string text)
    {
        _text = text;
        _variables = [.. Variable().Matches(text).Cast<Match>()];
    }

    /// <summary>Names of variables that do not exist.</summary>
    public IEnumerable<string> Unknown => _variables.Select(NameOf).Where(n => !Fixed.Contains(n) && !Roots.Any(r => n.StartsWith(r, StringComparison.Ordinal))).Distinct();

    public static PromptTemplate Parse(string? text) => new(text ?? "");

    /// <summary>The prompt for a request.</summary>
    public string Fill(AgentRequest request, DateTimeOffset now)
    {
        if (_variables.Count == 0) return _text;
        var filled = new StringBuilder(_text.Length + 64);
        var done = 0;
        foreach (var variable in _variables)
        {
            filled.Append(_text, done, variable.Index - done).Append(ValueOf(NameOf(variable), request, now));
            done = variable.Index + variable.Length;
        }

        return filled.Append(_text, done, _text.Length - done).ToString();
    }

    private static string NameOf(Match variable) => variable.Groups["name"].Value;

    private static string ValueOf(string name, AgentRequest request, DateTimeOffset now) => name switch
    {
        "user.name" => Line(request.Address.UserName),
        "user.id" => Line(request.Address.UserId),
        "user.locale" => Line(request.Address.Locale),
        "channel.name" => request.Channel.Name,
        "channel.kind" => request.Channel.Kind,
        "tenant" => request.Agent.Tenant.Name,
        "agent" => request.Agent.Name,
        "date" => now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        "time" => now.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture),
        _ when name.StartsWith("context.", StringComparison.Ordinal) => Find(request.Context, name["context.".Length..]),
        _ when name.StartsWith("preferences.", StringComparison.Ordinal) => Find(request.Preferences, name["preferences.".Length..]),
        _ when name.StartsWith("settings.", StringComparison.Ordinal) => Find(request.AgentSettings, name["settings.".Length..]),
        _ => "",
    };

    /// <summary>What people call themselves: one line, not too long.</summary>
    private static string Line(string? name)
    {
        var line = Excerpt.Short(name);
        return line.Length <= LongestName ? line : line[..LongestName];
    }

    /// <summary>A text as it is, anything else as JSON.</summary>
    private static string Find(byte[]? json, string path)
    {
        if (json is not { Length: > 0 }) return "";
        try
        {
            using var document = JsonDocument.Parse(json);
            var element = document.RootElement;
            foreach (var name in path.Split('.'))
            {
                if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element)) return "";
            }

            return element.ValueKind switch { JsonValueKind.String => element.GetString()!, JsonValueKind.Null => "", _ => element.GetRawText() };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return ""; // not JSON, or half of a surrogate pair
        }
    }

    [GeneratedRegex(@"\{\{\s*(?<name>[A-Za-z][\w-]*(\.[\w-]+)*)\s*\}\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Variable();
}
