namespace OpenClaw.Gateway.Core.Routing.Patterns;

/// <summary>Finds plain text that every match of an expression must hold: most expressions are then reached by few messages only.</summary>
internal static class RequiredText
{
    private const int MinLength = 2;
    private const int MaxChoices = 16;

    public static IReadOnlyList<string>? Of(PatternNode node) => node switch
    {
        PatternNode.Sequence sequence => OfSequence(sequence.Parts),
        PatternNode.Choice choice => OfChoice(choice.Parts),
        PatternNode.Repeat { Min: > 0 } repeat => Of(repeat.Part),
        _ => null,
    };

    /// <summary>The part whose shortest text is the longest.</summary>
    private static IReadOnlyList<string>? OfSequence(IReadOnlyList<PatternNode> parts)
    {
        IReadOnlyList<string>? best = null;
        var run = "";
        foreach (var part in parts)
        {
            if (part is PatternNode.Place) continue;
            if (Letter(part) is { } letter)
            {
                run += letter;
                best = Better(best, [run]);
                continue;
            }

            run = "";
            best = Better(best, Of(part));
        }

        return best;
    }

    private static IReadOnlyList<string>? OfChoice(IReadOnlyList<PatternNode> parts)
    {
        List<string> all = [];
        foreach (var part in parts)
        {
            if (Of(part) is not { } texts || all.Count + texts.Count > MaxChoices) return null;
            all.AddRange(texts);
        }

        return all;
    }

    private static IReadOnlyList<string>? Better(IReadOnlyList<string>? best, IReadOnlyList<string>? other)
    {
        if (other is null || other.Min(t => t.Length) < MinLength) return best;
        return best is null || other.Min(t => t.Length) > best.Min(t => t.Length) ? other : best;
    }

    /// <summary>ASCII only, and not k: expressions take the Kelvin sign for one, the search for phrases does not.</summary>
    private static char? Letter(PatternNode node) =>
        node is PatternNode.One { Test.Literal: { } c } && char.IsAscii(c) && c is not ('k' or 'K') ? c : null;
}
