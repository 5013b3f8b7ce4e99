using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Intents;

namespace OpenClaw.Gateway.Core.Administration.Intents;

/// <summary>What makes an intent hard to recognise. Nothing of it keeps anybody from saving.</summary>
internal sealed class IntentWarnings
{
    private const int MostTold = 3, Longest = 60;
    private readonly Dictionary<string, HashSet<string>> _intentsOf = new(StringComparer.OrdinalIgnoreCase);

    public IntentWarnings(IntentSetModel set)
    {
        foreach (var intent in set.Intents)
            foreach (var example in intent.Examples)
            {
                if (!_intentsOf.TryGetValue(example.Trim(), out var names)) _intentsOf[example.Trim()] = names = new(StringComparer.OrdinalIgnoreCase);
                names.Add(intent.Name);
            }
    }

    public IReadOnlyList<string> Of(string intent, IReadOnlyList<string> examples)
    {
        var warnings = new List<string>();
        if (examples.Count == 0) warnings.Add("It has no examples, so it is never recognised.");
        else if (examples.Count < IntentLimits.FewExamples) warnings.Add($"It has {examples.Count} {(examples.Count == 1 ? "example" : "examples")}; with fewer than {IntentLimits.FewExamples} it is recognised badly.");
        var twice = examples.Select(e => (Text: e, Other: _intentsOf.GetValueOrDefault(e.Trim())?.FirstOrDefault(n => !IntentNames.Same(n, intent)))).Where(e => e.Other is not null).ToList();
        foreach (var (text, other) in twice.Take(MostTold)) warnings.Add($"“{(text.Length > Longest ? text[..Longest] + "…" : text)}” is an example of “{other}” too: a sentence can tell of one intent only.");
        if (twice.Count > MostTold) warnings.Add($"{twice.Count - MostTold} more examples are also examples of other intents.");
        return warnings;
    }
}
