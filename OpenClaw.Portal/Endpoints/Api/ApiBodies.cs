using System.Text;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>A channel as it is sent. All fields are optional in a patch.</summary>
internal sealed record ChannelBody(string? Kind, string? Name, bool? Enabled, Guid? Agent, Dictionary<string, JsonElement>? Settings, Dictionary<string, string?>? Secrets);

/// <summary>An agent as it is sent. All fields are optional in a patch.</summary>
internal sealed record AgentBody(
    string? Kind, string? Name, bool? Enabled, Dictionary<string, JsonElement>? Settings, Dictionary<string, string?>? Secrets,
    IReadOnlyList<string>? Intents, int? MaxConcurrency, int? Weight);

/// <summary>A pool as it is sent. A member is an agent's id, or <c>{"agent":id,"weight":1}</c>.</summary>
internal sealed record PoolBody(string? Name, string? Strategy, IReadOnlyList<JsonElement>? Members, double? AffinityMinutes);

/// <summary>A tenant's settings as they are sent.</summary>
internal sealed record SettingsBody(
    Guid? DefaultAgent, double? DormantAfterMinutes, double? ExpireAfterDays, double? ArchiveAfterDays, double? RetentionDays,
    int? RateLimitPerUserPerMinute, int? RateLimitPerMinute, int? MaxMessageBytes, long? MaxAttachmentBytes);

/// <summary>Somebody to invite: role <c>viewer</c>, <c>operator</c> or <c>admin</c>; days 1 to 30, 7 where none are given.</summary>
internal sealed record InvitationBody(string? Email, string? Role, int? Days);

/// <summary>What can be changed of a member.</summary>
internal sealed record MemberBody(string? Role);

/// <summary>An API key as it is sent.</summary>
internal sealed record ApiKeyBody(string? Name, IReadOnlyList<string>? Scopes, DateTimeOffset? ExpiresAt);

/// <summary>What a tenant may have or use at most; null = no limit.</summary>
internal sealed record QuotasBody(long? MessagesPerDay, int? Channels, int? Agents, long? StorageBytes);

/// <summary>A tenant as it is sent. <c>Admin</c> (whom to invite) and <c>ApiKey</c> (make its first key) are for making one.</summary>
internal sealed record TenantBody(string? Slug, string? Name, QuotasBody? Quotas, string? Admin, bool? ApiKey);

/// <summary>Why a tenant is suspended; its members read it.</summary>
internal sealed record SuspendBody(string? Reason);

/// <summary>When a job runs by itself: five fields of cron, or six or seven with seconds, UTC; null puts the default back.</summary>
internal sealed record JobBody(string? Cron, bool? Paused);

/// <summary>What can be changed of a session.</summary>
internal sealed record SessionBody(
    Dictionary<string, JsonElement>? Preferences, Dictionary<string, JsonElement>? Context, Dictionary<string, JsonElement>? AgentSettings, IReadOnlyList<JsonElement>? Tools);

/// <summary>What the agent is to know when a session is handed back.</summary>
internal sealed record ReleaseBody
{
    public string? Note { get; init; }
}

/// <summary>The agent that gets a session; null = the rules decide again.</summary>
internal sealed record AssignBody(Guid? Agent);

/// <summary>A private note.</summary>
internal sealed record NoteBody(string? Text);

/// <summary>A test question.</summary>
internal sealed record TestBody(string? Text);

/// <summary>How long the former secret also holds.</summary>
internal sealed record RotateBody
{
    public double OverlapHours { get; init; }
}

/// <summary>Why a channel or agent is paused, drained or resumed.</summary>
internal sealed record FlowBody
{
    public string? Reason { get; init; }
}

/// <summary>How a circuit is held: state <c>open</c>, <c>closed</c> or <c>auto</c>; no minutes = until it is set to auto again.</summary>
internal sealed record ForceBody(string? State, string? Reason, double? Minutes);

/// <summary>An entry to be written.</summary>
internal sealed record EntryBody(string? Text, IReadOnlyList<MessageButton>? Buttons, MessageCard? Card, IReadOnlyList<JsonElement>? Attachments);

/// <summary>Entries to be written into a session. <c>As</c> is <c>agent</c> or <c>operator</c>.</summary>
internal sealed record AppendBody(string? As, IReadOnlyList<EntryBody>? Messages, Guid? InReplyTo)
{
    private const int MaxMessages = 20;
    private const int MaxButtons = 25;
    private const int MaxFields = 50;
    private const int MaxShort = 2_000;

    /// <summary>What is wrong, by field; empty when nothing is.</summary>
    public Dictionary<string, string[]> Check(int maxBytes)
    {
        var errors = new Dictionary<string, string[]>();
        if (As is not ("agent" or "operator")) errors["as"] = ["Must be agent or operator."];
        if (Messages is not { Count: > 0 and <= MaxMessages }) errors["messages"] = [$"1 to {MaxMessages} messages are needed."];
        foreach (var (index, entry) in (Messages ?? []).Index()) Check(entry, $"messages[{index}]", maxBytes, errors);
        return errors;
    }

    public IReadOnlyList<AgentReply> ToReplies() => [.. (Messages ?? []).Select(ToReply)];

    private static AgentReply ToReply(EntryBody entry)
    {
        var extras = entry.Buttons is { Count: > 0 } || entry.Card is not null ? new MessageExtras(Buttons: entry.Buttons, Card: entry.Card) : null;
        return new(Utf8Text.From(entry.Text), extras);
    }

    private static void Check(EntryBody? entry, string path, int maxBytes, Dictionary<string, string[]> errors)
    {
        if (entry is null || string.IsNullOrEmpty(entry.Text) && entry.Buttons is not { Count: > 0 } && entry.Card is null && entry.Attachments is not { Count: > 0 })
        {
            errors[path] = ["A message has a text, buttons or a card."];
            return;
        }
        if (Encoding.UTF8.GetByteCount(entry.Text ?? "") > maxBytes) errors[$"{path}.text"] = [$"Must have at most {maxBytes} bytes of UTF-8 (Limits:MaxMessageBytes)."];
        if (entry.Attachments is { Count: > 0 }) errors[$"{path}.attachments"] = ["This version takes no attachments here."];
        if (entry.Buttons is { } buttons && (buttons.Count > MaxButtons || buttons.Any(b => b is null || !Fits(b.Text) || !Fits(b.Value))))
            errors[$"{path}.buttons"] = [$"At most {MaxButtons} buttons, each with a text and a value of 1 to {MaxShort} characters."];
        if (entry.Card is { } card && (card.Fields is { } fields && (fields.Count > MaxFields || fields.Any(f => f is null || !Fits(f.Name) || f.Value is null)) || !IsWeb(card.ImageUrl)))
            errors[$"{path}.card"] = [$"A card has at most {MaxFields} fields, each with a name and a value, and an imageUrl of http or https."];
    }

    private static bool Fits(string? text) => text is { Length: > 0 and <= MaxShort };

    private static bool IsWeb(string? url) => url is null || (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https");
}
