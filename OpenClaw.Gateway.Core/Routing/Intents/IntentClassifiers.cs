using System.Runtime.CompilerServices;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Routing.Intents;

/// <summary>Learns each set of intents once, when the first message asks for it, on the thread pool; forgets it when the catalog does.</summary>
internal sealed class IntentClassifiers
{
    private readonly ConditionalWeakTable<IntentSetModel, Lazy<Task<IntentClassifier>>> _learned = [];

    /// <summary>What was learned of a set; not completed while it is being learned.</summary>
    public Task<IntentClassifier> Of(IntentSetModel set) => (_learned.TryGetValue(set, out var learned) ? learned : Add(set)).Value;

    private Lazy<Task<IntentClassifier>> Add(IntentSetModel set) =>
        _learned.GetValue(set, static key => new(() => Task.Run(() => IntentClassifier.Train(key))));
}
