using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.OAuth;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Email;

/// <summary>
/// What channels sign in with, the same for reading and sending: a password, or access tokens that are kept in memory, shared by all channels with the same
/// OAuth credentials. A refresh token that the provider exchanges is stored with every channel that has the former one, before the access token that came with it is used. A
/// test of a channel that is not saved keeps it in memory: saved with the former one, the channel gets the new one.
/// </summary>
internal sealed class MailTokens(OutgoingHttp http, RefreshTokens stored, ICatalog catalog, TimeProvider time) : IMailCredentials, IDisposable
{
    public const string PasswordFix = "Put the mailbox's password into password: an app password where the provider wants a second factor.";

    private const int MostIdle = 1_000;

    /// <summary>A token that is younger was not the one that was refused, or a newer one would be refused too.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private readonly HttpClient _client = http.CreateClient();

    /// <inheritdoc />
    public async ValueTask<MailCredentials> CredentialsAsync(ChannelModel channel, bool renew, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        var settings = EmailSettings.Of(channel);
        if (settings.OAuth is { } oauth) return new MailCredentials.Token(settings.User, await TokenAsync(channel, oauth, renew, cancellationToken));
        return channel.Secrets.GetValueOrDefault(EmailSettings.PasswordSecret) is { Length: > 0 } password
            ? new MailCredentials.Password(settings.User, password)
            : throw NotConfigured("The channel has no password.", PasswordFix);
    }

    /// <inheritdoc />
    public bool IsExchange(ChannelModel before, ChannelModel now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(now);
        return before.Settings.GetRawText() == now.Settings.GetRawText()
            && Others(before).SequenceEqual(Others(now))
            && EmailSettings.Of(now).OAuth is { } oauth
            && _accounts.TryGetValue(KeyOf(before, oauth), out var one) && _accounts.TryGetValue(KeyOf(now, oauth), out var other) && ReferenceEquals(one, other);

        static IEnumerable<KeyValuePair<string, string>> Others(ChannelModel channel) =>
            channel.Secrets.Where(s => s.Key != EmailSettings.RefreshTokenSecret).OrderBy(s => s.Key, StringComparer.Ordinal);
    }

    public void Dispose()
    {
        foreach (var account in _accounts.Values.Distinct()) account.Source.Dispose();
        _client.Dispose();
    }

    private async Task<string> TokenAsync(ChannelModel channel, MailOAuth oauth, bool renew, CancellationToken cancellationToken)
    {
        var account = AccountOf(channel, oauth);
        try
        {
            var (token, at) = (account.Token, account.TokenAt);
            var now = renew && token is not null && time.GetUtcNow() - at > Fresh ? await account.Source.RenewAsync(token, cancellationToken) : await account.Source.GetAsync(cancellationToken);
            if (now != account.Token) (account.TokenAt, account.Token) = (time.GetUtcNow(), now);
            // tried before it was saved, or saved meanwhile: it may still have the former one
            if (account.Exchanged is { } exchanged && channel.Secrets.GetValueOrDefault(EmailSettings.RefreshTokenSecret) is { } had && had != exchanged && account.Told.TryAdd((channel.Id, had), true))
                await stored.ExchangeAsync([channel], had, exchanged, cancellationToken);
            return now;
        }
        catch (OAuthException e)
        {
            throw Fault(e);
        }
    }

    private Account AccountOf(ChannelModel channel, MailOAuth oauth)
    {
        var key = KeyOf(channel, oauth);
        if (_accounts.TryGetValue(key, out var known)) return known;
        if (_accounts.Count > MostIdle) Prune();
        var account = new Account { RefreshToken = channel.Secrets.GetValueOrDefault(EmailSettings.RefreshTokenSecret) };
        account.Source = new(_client, ClientOf(channel, oauth), (next, token) => ExchangeAsync(account, oauth, channel, next, token), time);
        var taken = _accounts.GetOrAdd(key, account);
        if (!ReferenceEquals(taken, account)) account.Source.Dispose();
        return taken;
    }

    /// <summary>Stores the new one with all channels that have the former; from now on both lead to this account.</summary>
    private async Task ExchangeAsync(Account account, MailOAuth oauth, ChannelModel asker, string next, CancellationToken cancellationToken)
    {
        var former = account.Exchanged ?? account.RefreshToken!;
        var channels = catalog.Channels.Where(c => c.Kind == EmailKind.Name && EmailSettings.Of(c).OAuth == oauth && Has(c, former)).ToList();
        _accounts[KeyOf(asker, oauth, next)] = account; // before the configuration changes: see IsExchange
        await stored.ExchangeAsync(channels, former, next, cancellationToken);
        account.Exchanged = next;

        bool Has(ChannelModel channel, string token) => KeyOf(channel, oauth) == KeyOf(asker, oauth, token);
    }

    private static OAuthClient ClientOf(ChannelModel channel, MailOAuth oauth) => new()
    {
        TokenUrl = Uri.TryCreate(oauth.TokenUrl, UriKind.Absolute, out var url) ? url : throw NotConfigured("The address of the token endpoint is none.", "Correct tokenUrl."),
        ClientId = oauth.ClientId,
        ClientSecret = channel.Secrets.GetValueOrDefault(EmailSettings.ClientSecret),
        Grant = oauth.UsesClientCredentials ? OAuthGrant.ClientCredentials : OAuthGrant.RefreshToken,
        RefreshToken = channel.Secrets.GetValueOrDefault(EmailSettings.RefreshTokenSecret),
        Scopes = oauth.Scopes,
    };

    private static ChannelFaultException Fault(OAuthException fault)
    {
        if (DestinationForbiddenException.In(fault) is { } forbidden)
            return new("destination_forbidden", forbidden.Message, $"Use a public token endpoint, or ask the owner of the installation to allow this one ({DestinationForbiddenException.Key}).", isFatal: true);
        return fault.Failure switch
        {
            OAuthFailure.Grant => new("token_refused", fault.Message, "Let the mailbox's owner consent again, and put the new refresh token into refreshToken. For client credentials: check the administrator's consent.", isFatal: true, inner: fault),
            OAuthFailure.Client => new("token_refused", fault.Message, "Check clientId and clientSecret; client secrets expire.", isFatal: true, inner: fault),
            OAuthFailure.Request => new("token_refused", fault.Message, "Check scopes, grant and tokenUrl.", isFatal: true, inner: fault),
            OAuthFailure.Protocol => new("token_server", fault.Message, "Check tokenUrl: it is the token endpoint, not the page where people consent.", inner: fault),
            _ => new("token_server", fault.Message, "The gateway tries again by itself. If it stays so, check tokenUrl, and that this machine may reach it.", retryAfter: fault.RetryAfter, inner: fault),
        };
    }

    /// <summary>Those that no channel has any more.</summary>
    private void Prune()
    {
        var used = catalog.Channels.Where(c => c.Kind == EmailKind.Name && EmailSettings.Of(c).OAuth is not null).Select(c => KeyOf(c, EmailSettings.Of(c).OAuth!)).ToHashSet(StringComparer.Ordinal);
        foreach (var idle in _accounts.Keys.Where(k => !used.Contains(k)).ToList()) _accounts.TryRemove(idle, out _);
    }

    private static string KeyOf(ChannelModel channel, MailOAuth oauth) => KeyOf(channel, oauth, channel.Secrets.GetValueOrDefault(EmailSettings.RefreshTokenSecret));

    /// <summary>A hash, as secrets are in it.</summary>
    private static string KeyOf(ChannelModel channel, MailOAuth oauth, string? refreshToken) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize((string?[])
        [oauth.TokenUrl, oauth.ClientId, oauth.Scopes, oauth.UsesClientCredentials ? "client" : refreshToken, channel.Secrets.GetValueOrDefault(EmailSettings.ClientSecret)]))));

    private static ChannelFaultException NotConfigured(string what, string fix) => new("not_configured", what, fix, isFatal: true);

    /// <summary>One set of OAuth credentials.</summary>
    private sealed class Account
    {
        public OAuthTokenSource Source { get; set; } = null!;

        /// <summary>The one that it began with.</summary>
        public string? RefreshToken { get; init; }

        /// <summary>The one that the provider gave in its place last; null = it has not.</summary>
        public volatile string? Exchanged;

        /// <summary>The last one that was handed out.</summary>
        public volatile string? Token;

        public DateTimeOffset TokenAt { get; set; }

        /// <summary>Channels that were brought up to date one by one.</summary>
        public ConcurrentDictionary<(Guid Channel, string Had), bool> Told { get; } = new();
    }
}
