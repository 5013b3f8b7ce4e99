using System.Text.Json;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Routing.Trials;

namespace OpenClaw.Gateway.Core.Administration.Routing.Backtests;

/// <summary>What was found, as it is stored: numbers and ids, no text of anybody.</summary>
internal sealed record BacktestResult
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    public BacktestCounts Counts { get; init; } = new();

    public IReadOnlyList<StoredHits> Rules { get; init; } = [];

    public IReadOnlyList<StoredMove> Moves { get; init; } = [];

    public IReadOnlyList<StoredExample> Unmatched { get; init; } = [];

    public IReadOnlyList<StoredExample> Dropped { get; init; } = [];

    public IReadOnlyList<StoredExample> NoRoute { get; init; } = [];

    /// <summary>Expressions did more work than a message may cost, for at least one message.</summary>
    public bool CutShort { get; init; }

    /// <summary>Transcripts that could not be read.</summary>
    public int Unreadable { get; init; }

    /// <summary>The rules look at what messages want.</summary>
    public bool Intents { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    public static BacktestResult FromJson(string json) => JsonSerializer.Deserialize<BacktestResult>(json, Options) ?? new();
}

/// <summary>How often a rule decided.</summary>
internal sealed record StoredHits(Guid Rule, long Before, long After);

/// <summary>A place.</summary>
internal sealed record StoredPlace(DestinationKind Kind, Guid Id, string? Intent)
{
    public static StoredPlace Of(Destination place) => new(place.Kind, place.Id, place.Intent);
}

/// <summary>A pair of places.</summary>
internal sealed record StoredMove(StoredPlace From, StoredPlace To, long Count, IReadOnlyList<StoredExample> Examples);

/// <summary>One message by its ids.</summary>
internal sealed record StoredExample(Guid Message, Guid Session, long Seq, long Position, StoredPlace From, StoredPlace To, Guid? Before, Guid? After);
