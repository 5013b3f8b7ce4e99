using System.Text.Json;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Delivery;

/// <summary>How far one part of a reply is, as it is stored.</summary>
/// <param name="Index">From 0.</param>
/// <param name="State">One of the constants.</param>
/// <param name="Receipt">The platform's id of it, where it gives one.</param>
/// <param name="At">When it came to that.</param>
internal sealed record PartState(int Index, string State, string? Receipt = null, DateTimeOffset? At = null)
{
    /// <summary>Not sent, and certainly not there.</summary>
    public const string Waiting = "waiting";

    /// <summary>Being sent. Read at a start: the process died meanwhile, and nobody knows.</summary>
    public const string Started = "started";

    /// <summary>The sending broke off: nobody knows.</summary>
    public const string Unknown = "unknown";

    /// <summary>The platform had it in hand and refused it.</summary>
    public const string Refused = "refused";

    /// <summary>The platform has it.</summary>
    public const string Sent = "sent";

    private const int LongestReceipt = 400;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    [JsonIgnore]
    public bool IsUnknown => State is Started or Unknown;

    public static PartState Of(int index, SendFailure failure, DateTimeOffset at) => new(
        index,
        failure.Risk switch
        {
            DeadLetterRisks.NeverSent => Waiting,
            DeadLetterRisks.Sent => Refused,
            _ => Unknown,
        },
        At: at);

    /// <summary>A receipt is the platform's to choose: a long one is cut.</summary>
    public static PartState SentAs(int index, string? receipt, DateTimeOffset at) => new(index, Sent, receipt is { Length: > LongestReceipt } ? receipt[..LongestReceipt] : receipt, at);

    public static string ToJson(IReadOnlyList<PartState> parts) => JsonSerializer.Serialize(parts, Json);

    public static List<PartState> FromJson(string json) => JsonSerializer.Deserialize<List<PartState>>(json, Json) ?? [];

    /// <summary>How sure it is that people have seen something of the reply.</summary>
    public static string Risk(IReadOnlyCollection<PartState> parts)
    {
        if (parts.Any(p => p.State == Sent)) return DeadLetterRisks.Sent;
        if (parts.Any(p => p.IsUnknown)) return DeadLetterRisks.Unknown;
        return parts.Any(p => p.State == Refused) ? DeadLetterRisks.Sent : DeadLetterRisks.NeverSent;
    }
}
