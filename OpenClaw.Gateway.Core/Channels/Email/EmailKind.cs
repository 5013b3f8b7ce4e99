using System.Globalization;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Preflight;

namespace OpenClaw.Gateway.Core.Channels.Email;

/// <summary>The channel kind <c>email</c> in configuration (contract: management-api.md).</summary>
internal sealed class EmailKind(EmailPreflight preflight) : IChannelKind
{
    public const string Name = "email";

    public string Kind => Name;

    public string Title => "E-mail";

    public string Summary => "A mailbox: mails to it are messages, answers go out as mails. You need its address, the names of its mail servers, and its password or access by OAuth.";

    public IReadOnlyList<SettingSpec> Settings => EmailSpecs.All;

    public IReadOnlyList<SettingPreset> Presets => EmailSpecs.Presets;

    public IReadOnlyList<string> Secrets { get; } = [EmailSettings.PasswordSecret, EmailSettings.ClientSecret, EmailSettings.RefreshTokenSecret];

    public IReadOnlyList<string> MadeSecrets { get; } = [];

    public SecretUse UseOf(string secret, JsonElement settings) => EmailSpecs.UseOf(secret, EmailSettings.Read(settings));

    public SecretText? DescribeSecret(string name) => EmailSpecs.Describe(name);

    public string MakeSecret(string name) => throw new NotSupportedException("Passwords and tokens come from the mail provider.");

    public string? CheckSecret(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (string.IsNullOrWhiteSpace(value)) return "Must not be blank.";
        return value.Any(char.IsControl) ? "Must be one line without tabs or other control characters. Copy it without anything around it." : null;
    }

    public IEnumerable<(string Field, string Message)> Validate(JsonElement settings) => EmailRules.Check(settings);

    /// <summary>The mailbox: one account may have others, each for a channel of its own.</summary>
    public string? AccountOf(JsonElement settings, IReadOnlyDictionary<string, string> secrets)
    {
        var read = EmailSettings.Read(settings);
        if (read.User.Length == 0 || read.Imap.Host.Length == 0) return null;
        // an address is one mailbox in the whole world, however its server is called
        var account = read.User.Contains('@', StringComparison.Ordinal) ? read.User : string.Create(CultureInfo.InvariantCulture, $"{read.User}@{read.Imap.Host}:{read.Imap.Port}");
        return $"{account}/{read.Mailbox}".ToLowerInvariant();
    }

    public ValueTask<IReadOnlyList<PreflightCheck>> TestAsync(ChannelModel channel, CancellationToken cancellationToken) => preflight.RunAsync(channel, cancellationToken);
}
