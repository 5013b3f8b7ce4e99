using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.Webhook;

/// <summary>The kind <c>webhook</c>: an HTTP POST per message, signed; answered by JSON, by server-sent events, or later.</summary>
internal sealed class WebhookKind(OutgoingHttp http, RequestWriter writer, ReplyAttachments attachments, TimeProvider time) : IAgentKind
{
    /// <summary>Signs every request.</summary>
    public const string SigningSecret = "signingSecret";

    /// <summary>The one before, present while a rotation's overlap lasts: it signs too.</summary>
    public const string PreviousSigningSecret = "signingSecret.previous";

    private const string Prefix = "whsec_";

    public string Kind => "webhook";

    public string Title => "Webhook";

    public string Summary => "Your own program, in any language: the gateway POSTs each message to its URL and takes the answer from the response, whole or streamed.";

    public SecretText? DescribeSecret(string name) => name == SigningSecret
        ? new("Signing secret", "Every request is signed with it (Standard Webhooks), so that your program can tell the gateway from anybody else. Put it into your program's configuration.")
        : null;

    public IReadOnlyList<string> MadeSecrets { get; } = [SigningSecret];

    public IReadOnlyList<SettingSpec> Settings { get; } =
    [
        new("url", SettingType.Text) { Required = true, Label = "URL", Help = "Where messages are POSTed: http or https. A private address must be allowed by the owner of the installation.", Example = "https://agent.example.com/messages" },
        new("healthUrl", SettingType.Text) { Advanced = true, Label = "Health URL", Help = "Where the gateway looks whether the agent is well: a GET must be answered with a status from 200 to 299. Left empty: it does not look.", Example = "https://agent.example.com/health" },
        new("timeoutSeconds", SettingType.WholeNumber) { Default = "60", Min = 1, Max = 600, Label = "Time-out", Help = "Seconds until a whole answer must be there, and the longest pause within a streamed one." },
        new("answerWithinSeconds", SettingType.WholeNumber) { Default = "600", Min = 1, Max = 86_400, Advanced = true, Label = "Late answer within", Help = "Seconds that an answer may take which the agent promised with status 202 and sends by the API." },
    ];

    public IEnumerable<(string Field, string Message)> Validate(JsonElement settings)
    {
        var reader = new SettingsReader(settings);
        WebhookSettings.Read(reader);
        if (settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty("healthUrl", out var health) && health.ValueKind != JsonValueKind.Null) reader.HttpUrl("healthUrl");
        return reader.Faults.Concat(CommonSettings.Validate(settings)).Distinct();
    }

    /// <summary>Standard Webhooks: the key is 24 to 64 bytes.</summary>
    public string? CheckSecret(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (name != SigningSecret) return null;
        var key = new byte[value.Length];
        return value.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(value[Prefix.Length..], key, out var length) && length is >= 24 and <= 64
            ? null
            : "Must be whsec_ followed by the base64 of 24 to 64 random bytes (Standard Webhooks), or null for one that the gateway makes.";
    }

    public int HealthEverySeconds(JsonElement settings) => HealthUrl(settings) is null ? 0 : 30;

    public async ValueTask<IReadOnlyList<PreflightCheck>> CheckAsync(AgentModel model, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        return HealthUrl(model.Settings) is { } url ? [await WebhookHealth.AskAsync(url, http, time, cancellationToken).ConfigureAwait(false)] : [];
    }

    private static Uri? HealthUrl(JsonElement settings) => settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty("healthUrl", out var url) && url.ValueKind == JsonValueKind.String && HttpUrls.TryParse(url.GetString(), out var uri) ? uri : null;

    public IAgent Create(AgentModel model)
    {
        var settings = WebhookSettings.Read(new(model.Settings)) ?? throw new ArgumentException("settings.url is missing or wrong", nameof(model));
        return new WebhookAgent(settings, new(settings.Url, model, writer, time), http, attachments, time);
    }
}
