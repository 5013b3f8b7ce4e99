using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenClaw.Gateway.Core.Channels.Email.Threads;

/// <summary>What of a mail's header its answer needs. Addresses are without names, in lower case; Message-IDs with their angle brackets.</summary>
internal sealed record MailHead
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public required string MessageId { get; init; }

    public required string From { get; init; }

    /// <summary>The name beside it.</summary>
    public string? FromName { get; init; }

    /// <summary>Where its sender wants answers (<c>Reply-To</c>); empty = <see cref="From"/>.</summary>
    public IReadOnlyList<string> ReplyTo { get; init; } = [];

    public IReadOnlyList<string> To { get; init; } = [];

    public IReadOnlyList<string> Cc { get; init; } = [];

    public string? Subject { get; init; }

    /// <summary>What it answers, oldest first (<c>References</c>, <c>In-Reply-To</c>).</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    public DateTimeOffset? Date { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public static MailHead FromJson(string json) => JsonSerializer.Deserialize<MailHead>(json, Json)!;
}
