using System.Runtime.InteropServices;

namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>What an agent does with messages that come while it works on an earlier one of the session (contract: settings.busy).</summary>
public enum BusyMode : byte
{
    /// <summary>They wait and are answered one after the other.</summary>
    Queue,

    /// <summary>They wait and are given to it together.</summary>
    Collect,

    /// <summary>What it works on is broken off: the newest message wins.</summary>
    Interrupt,
}

/// <summary>How a pool chooses among its members.</summary>
public enum PoolStrategy : byte
{
    /// <summary>Whoever has the fewest open requests for what it can hold, and answers soonest.</summary>
    LeastLoaded,

    /// <summary>In proportion to the weights.</summary>
    Weighted,

    /// <summary>One after the other.</summary>
    RoundRobin,
}

/// <summary>An agent of a pool. <c>Weight</c> from 0 (nothing new) to 1,000; null = the agent's own.</summary>
public sealed record PoolMember(Guid Agent, int? Weight = null);

/// <summary>A pool as the running gateway uses it; replaced whole on change.</summary>
public sealed record PoolModel
{
    /// <summary>The pool's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The tenant that owns it.</summary>
    public required Guid TenantId { get; init; }

    /// <summary>Unique per tenant.</summary>
    public required string Name { get; init; }

    /// <summary>How one of the members is chosen.</summary>
    public required PoolStrategy Strategy { get; init; }

    /// <summary>In the order in which people listed them.</summary>
    public required IReadOnlyList<PoolMember> Members { get; init; }

    /// <summary>How long a session that nobody writes in keeps its member; null = as long as it lives; zero: chosen anew for each message.</summary>
    public TimeSpan? AffinityFor { get; init; }

    /// <summary>The row's version.</summary>
    public int Version { get; init; }

    /// <summary>The strategies' names in the contract.</summary>
    public static IReadOnlyDictionary<string, PoolStrategy> Strategies { get; } = new Dictionary<string, PoolStrategy>(StringComparer.Ordinal)
    {
        ["least-loaded"] = PoolStrategy.LeastLoaded, ["weighted"] = PoolStrategy.Weighted, ["round-robin"] = PoolStrategy.RoundRobin,
    };
}

/// <summary>An intent and its examples.</summary>
public sealed record IntentModel(Guid Id, string Name, IReadOnlyList<string> Examples);

/// <summary>A tenant's intents and how they are recognised; the same instance until something of it is changed.</summary>
public sealed record IntentSetModel
{
    /// <summary>The tenant; empty for none.</summary>
    public Guid TenantId { get; init; }

    /// <summary>In order of their names.</summary>
    public IReadOnlyList<IntentModel> Intents { get; init; } = [];

    /// <summary>What scores less is none of them; null = as the examples suggest.</summary>
    public double? Threshold { get; init; }

    /// <summary>A server of embeddings that is asked; null = the examples are learned in process.</summary>
    public EmbeddingsModel? Embeddings { get; init; }

    /// <summary>Tells one state from another: the versions of all rows.</summary>
    public string Mark { get; init; } = "";

    /// <summary>No intents.</summary>
    public static IntentSetModel Empty { get; } = new();
}

/// <summary>An OpenAI-compatible server of embeddings.</summary>
/// <param name="BaseUrl">As in <c>https://api.openai.com/v1</c>.</param>
/// <param name="Model">The model's name there.</param>
/// <param name="Key">The API key; null = none. Never logged.</param>
public sealed record EmbeddingsModel(string BaseUrl, string Model, string? Key)
{
    /// <inheritdoc />
    public override string ToString() => $"embeddings {Model}";
}

/// <summary>What a text seems to want. <c>Name</c> is null when it is none of the intents; <c>Score</c> (0 to 1) is the best one's all the same.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct IntentGuess(string? Name, double Score)
{
    /// <summary>What people should know of how it was recognised (a server that could not be asked); null = nothing.</summary>
    public string? Note { get; init; }
}

/// <summary>Recognises intents.</summary>
public interface IIntentRecognizer
{
    /// <summary>What a text seems to want of the tenant's intents. At once where they are learned in process. Never throws for a text, nor for a server that fails.</summary>
    ValueTask<IntentGuess> RecognizeAsync(Guid tenant, Utf8Text text, CancellationToken cancellationToken);
}

/// <summary>What an agent tells of how it came to its outcome.</summary>
/// <param name="Model">The model as the server named it.</param>
/// <param name="InputTokens">Tokens that it read; null = not told.</param>
/// <param name="OutputTokens">Tokens that it wrote; null = not told.</param>
/// <param name="FirstToken">From the request until the first piece of the answer; null = there was none, or it did not stream.</param>
/// <param name="Steps">What it did on the way, in order.</param>
public sealed record AgentReport(string? Model, long? InputTokens, long? OutputTokens, TimeSpan? FirstToken, IReadOnlyList<AgentStep> Steps);

/// <summary>A step on the way to an answer. Input and output are cut to 2 KB and hold no secrets.</summary>
/// <param name="Kind">One of <see cref="AgentStepKinds"/>.</param>
/// <param name="Name">The tool's name, or what the note is about.</param>
/// <param name="Input">The tool's arguments.</param>
/// <param name="Output">The tool's result, or the note.</param>
/// <param name="Error">What went wrong; null = nothing.</param>
/// <param name="At">When it began.</param>
/// <param name="TookMs">How long it took, in milliseconds.</param>
public sealed record AgentStep(string Kind, string Name, string? Input, string? Output, string? Error, DateTimeOffset At, double TookMs);

/// <summary>Kinds of steps.</summary>
public static class AgentStepKinds
{
    /// <summary>A tool was called.</summary>
    public const string Tool = "tool";

    /// <summary>Something happened that people should know: the history was shortened, a server of tools was away.</summary>
    public const string Note = "note";
}
