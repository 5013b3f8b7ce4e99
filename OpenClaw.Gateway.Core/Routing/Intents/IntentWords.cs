using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Matching;

namespace OpenClaw.Gateway.Core.Routing.Intents;

/// <summary>Says in plain words what was recognised.</summary>
internal static class IntentWords
{
    /// <summary>A whole sentence for a decision, and what people should know beside it.</summary>
    public static string Of(in IntentGuess guess)
    {
        var said = guess.Name is { } name
            ? string.Create(CultureInfo.InvariantCulture, $"Recognised intent {RuleWords.Quote(name)} with {guess.Score:0.00}.")
            : guess.Score > 0
                ? string.Create(CultureInfo.InvariantCulture, $"Recognised none of the intents (the best scored {guess.Score:0.00}).")
                : "Recognised none of the intents.";
        return guess.Note is null ? said : $"{said} {guess.Note}";
    }

    /// <summary>Why a rule that asks for an intent does not match, as half a sentence.</summary>
    public static string Obstacle(string wanted, in IntentGuess guess) => guess.Name is { } name
        ? string.Create(CultureInfo.InvariantCulture, $"the intent is {RuleWords.Quote(name)} (score {guess.Score:0.00}), not {RuleWords.Quote(wanted)}")
        : guess.Score > 0
            ? string.Create(CultureInfo.InvariantCulture, $"none of the intents was recognised (the best scored {guess.Score:0.00}), and the rule asks for {RuleWords.Quote(wanted)}")
            : $"none of the intents was recognised, and the rule asks for {RuleWords.Quote(wanted)}";

    /// <summary>Whether what was recognised is what a rule asks for; names are compared whatever their case, as they are unique so.</summary>
    public static bool Is(string wanted, in IntentGuess guess) => IntentNames.Same(wanted, guess.Name);
}
