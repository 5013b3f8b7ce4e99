using OpenClaw.Gateway.Core.Routing.Intents.Learning;
using OpenClaw.Gateway.Core.Routing.Intents.Text;

namespace OpenClaw.Gateway.Core.Routing.Intents;

/// <summary>How much a tenant's intents may hold. What these allow is learned within some seconds and recognised in microseconds.</summary>
public static class IntentLimits
{
    /// <summary>Intents of a tenant.</summary>
    public const int Intents = 200;

    /// <summary>Examples of an intent.</summary>
    public const int ExamplesPerIntent = 500;

    /// <summary>Examples of all intents together.</summary>
    public const int Examples = 20_000;

    /// <summary>Characters of an example.</summary>
    public const int ExampleLength = 2_000;

    /// <summary>Characters of a description.</summary>
    public const int DescriptionLength = 400;

    /// <summary>Characters of a message that are looked at.</summary>
    public const int TextLength = IntentText.Longest;

    /// <summary>With fewer examples an intent is recognised badly.</summary>
    public const int FewExamples = 5;

    /// <summary>The size of what is learned of one tenant, in bytes, at most.</summary>
    public const int LearnedBytes = LinearTrainer.MostWeights * sizeof(float);
}
