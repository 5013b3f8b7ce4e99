using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Programs;

/// <summary>
/// The channel kinds of programs, which are made at first use: the program asks and waits for the answer in the same call, so there is nothing to connect and
/// nothing to send.
/// </summary>
public static class ProgramKinds
{
    /// <summary>Programs that speak OpenAI's Chat Completions.</summary>
    public const string OpenAi = "openai";

    /// <summary>Agents and gateways of others that speak A2A.</summary>
    public const string A2a = "a2a";

    /// <summary>Seconds that a call waits for its answer at most.</summary>
    public const string AnswerWithin = "answerWithinSeconds";

    private const int UsualSeconds = 600;

    /// <summary>Settings of a channel that is made at first use: sessions go by their name alone, and the key's and tenant's limits hold in place of one per user.</summary>
    public static string FirstSettings { get; } = JsonSerializer.Serialize(new { scope = "conversation", rateLimitPerUserPerMinute = 0 });

    /// <summary>What the channel is called that is made at first use.</summary>
    public static string NameOf(string kind) => kind == A2a ? "A2A" : "OpenAI API";

    /// <summary>How long a call of that channel waits for its answer.</summary>
    public static TimeSpan AnswerTime(JsonElement settings) =>
        TimeSpan.FromSeconds(settings.TryGetProperty(AnswerWithin, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var seconds) && seconds > 0 ? seconds : UsualSeconds);

    internal static IReadOnlyList<SettingSpec> Settings { get; } =
    [
        new(AnswerWithin, SettingType.WholeNumber)
        {
            Default = "600", Min = 1, Max = 3_600, Label = "Answer within",
            Help = "Seconds that a call waits for its answer. After that it ends with an error; the message and its answer stay in the conversation.",
        },
    ];

    internal static IEnumerable<(string Field, string Message)> Validate(JsonElement settings)
    {
        if (settings.TryGetProperty("scope", out var scope) && scope.ValueKind == JsonValueKind.String && !scope.ValueEquals("conversation"))
            yield return ("settings.scope", "Must be “conversation”: programs name the session they mean, whoever they write for.");
    }

    internal static IReadOnlyList<PreflightCheck> Test(ChannelModel channel) =>
        [new("enabled", channel.Enabled, channel.Enabled ? "Programs with an API key of scope converse are let in." : "The channel is switched off.", channel.Enabled ? null : "Set enabled to true.")];
}

/// <summary>The channel kind <c>openai</c>: programs that speak OpenAI's Chat Completions, at <c>/v1</c>.</summary>
internal sealed class OpenAiKind : IChannelKind
{
    public string Kind => ProgramKinds.OpenAi;

    public string Title => "OpenAI API";

    public string Summary => "Programs written for OpenAI's Chat Completions talk with your agents at /v1, with an API key. Made by itself at the first call.";

    public IReadOnlyList<SettingSpec> Settings => ProgramKinds.Settings;

    public bool IsMadeAtFirstUse => true;

    public IReadOnlyList<string> Secrets => [];

    public IReadOnlyList<string> MadeSecrets => [];

    public IEnumerable<(string Field, string Message)> Validate(JsonElement settings) => ProgramKinds.Validate(settings);

    public string MakeSecret(string name) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<PreflightCheck>> TestAsync(ChannelModel channel, CancellationToken cancellationToken) => new(ProgramKinds.Test(channel));
}

/// <summary>The channel kind <c>a2a</c>: agents and gateways of others that ask a tenant's agents by the Agent2Agent protocol.</summary>
internal sealed class A2aKind : IChannelKind
{
    public string Kind => ProgramKinds.A2a;

    public string Title => "A2A";

    public string Summary => "Agents and gateways of others ask your agents by the Agent2Agent protocol, with an API key. Made by itself at the first call.";

    public IReadOnlyList<SettingSpec> Settings => ProgramKinds.Settings;

    public bool IsMadeAtFirstUse => true;

    public IReadOnlyList<string> Secrets => [];

    public IReadOnlyList<string> MadeSecrets => [];

    public IEnumerable<(string Field, string Message)> Validate(JsonElement settings) => ProgramKinds.Validate(settings);

    public string MakeSecret(string name) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<PreflightCheck>> TestAsync(ChannelModel channel, CancellationToken cancellationToken) => new(ProgramKinds.Test(channel));
}
