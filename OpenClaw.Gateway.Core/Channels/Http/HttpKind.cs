using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Http;

/// <summary>The channel kind <c>http</c> in configuration: messages come in by the API, replies are POSTed to the tenant's own program.</summary>
internal sealed class HttpKind(HttpSender sender) : IChannelKind
{
    public const string Name = "http";

    private const string UrlSetting = "callbackUrl";

    public string Kind => Name;

    public string Title => "HTTP";

    public string Summary => "Your own program brings messages in by the API and gets each reply POSTed to its URL. For a chat platform that has no channel of its own here.";

    public SecretText? DescribeSecret(string name) => name == SecretNames.SigningSecret
        ? new("Signing secret", "Every reply is signed with it (Standard Webhooks), so that your program can tell the gateway from anybody else. Put it into your program's configuration.")
        : null;

    public IReadOnlyList<SettingSpec> Settings { get; } =
    [
        new(UrlSetting, SettingType.Text)
        {
            Required = true, Label = "Callback URL", Example = "https://chat.example.com/replies",
            Help = "Where replies are POSTed: http or https. A private address must be allowed by the owner of the installation.",
        },
    ];

    public IReadOnlyList<string> Secrets { get; } = [SecretNames.SigningSecret];

    public IReadOnlyList<string> MadeSecrets { get; } = [SecretNames.SigningSecret];

    public string MakeSecret(string name) => SigningSecrets.Create();

    /// <summary>Standard Webhooks: the key is 24 to 64 bytes.</summary>
    public string? CheckSecret(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var key = new byte[value.Length];
        return value.StartsWith(StandardWebhooks.Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(value[StandardWebhooks.Prefix.Length..], key, out var length) && length is >= 24 and <= 64
            ? null
            : "Must be whsec_ followed by the base64 of 24 to 64 random bytes (Standard Webhooks), or null for one that the gateway makes.";
    }

    public IEnumerable<(string Field, string Message)> Validate(JsonElement settings)
    {
        if (UrlOf(settings) is null)
            yield return ($"settings.{UrlSetting}", "Must be an absolute http or https address without user and password, as in https://chat.example.com/replies.");
    }

    public async ValueTask<IReadOnlyList<PreflightCheck>> TestAsync(ChannelModel channel, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        var outcome = await sender.TestAsync(channel, cancellationToken);
        return
        [
            new("enabled", channel.Enabled, channel.Enabled ? "The channel takes messages." : "The channel is switched off.", channel.Enabled ? null : "Set enabled to true."),
            outcome.Failure is { } failure
                ? new("callback", false, $"A signed test to callbackUrl failed: {failure.Detail}", FixOf(failure))
                : new("callback", true, "A signed test was POSTed to callbackUrl and taken."),
        ];
    }

    /// <summary>Where replies go; null when it is missing or wrong.</summary>
    public static Uri? UrlOf(JsonElement settings) =>
        settings.TryGetProperty(UrlSetting, out var value) && value.ValueKind == JsonValueKind.String
        && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.Host.Length > 0
            ? url : null;

    private static string FixOf(SendFailure failure) => failure.Kind switch
    {
        FailureKind.Forbidden => $"Use a public address, or ask the owner of the installation to allow this one ({DestinationForbiddenException.Key}).",
        FailureKind.Authentication => "Give your program this channel's signing secret; rotate it here if you do not have it any more.",
        FailureKind.Timeout => "Answer at once with a status of 200 to 299, and do the work afterwards.",
        FailureKind.Permanent => "Take a POST whose type is “test” with a status of 200 to 299.",
        _ => "Start your program, and check the address and the way to it.",
    };
}
