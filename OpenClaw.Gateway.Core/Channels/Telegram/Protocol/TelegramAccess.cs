using System.Text.Json;
using System.Text.RegularExpressions;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

/// <summary>Where a bot's API is, and the token that opens it. The token stands in every address, so nothing here is ever shown but <see cref="Server"/>.</summary>
internal sealed partial class TelegramAccess
{
    /// <summary>Telegram's own servers.</summary>
    public const string CloudUrl = "https://api.telegram.org";

    /// <summary>The secret that holds the token.</summary>
    public const string TokenSecret = "botToken";

    private const string Hidden = "<token>";
    private readonly string _base;
    private readonly string _token;

    public TelegramAccess(Uri baseUrl, string token)
    {
        ArgumentNullException.ThrowIfNull(baseUrl);
        (_base, _token) = (baseUrl.GetLeftPart(UriPartial.Path).TrimEnd('/'), token);
        Server = baseUrl.IsDefaultPort ? baseUrl.Host : $"{baseUrl.Host}:{baseUrl.Port}";
        IsCloud = baseUrl.Host.Equals(new Uri(CloudUrl).Host, StringComparison.OrdinalIgnoreCase);
        BotId = BotIdOf(token) ?? "";
    }

    /// <summary>Host and port, for people.</summary>
    public string Server { get; }

    /// <summary>Telegram's own servers, with their limits; else a local Bot API server.</summary>
    public bool IsCloud { get; }

    /// <summary>The bot's id: what stands before the colon of its token.</summary>
    public string BotId { get; }

    /// <summary>What a channel has configured; null when its address or its token is missing or wrong.</summary>
    public static TelegramAccess? Of(ChannelModel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return BaseOf(channel.Settings) is { } url && channel.Secrets.GetValueOrDefault(TokenSecret) is { } token && IsToken(token) ? new(url, token) : null;
    }

    /// <summary>The address in a channel's settings, or Telegram's own; null when it is wrong.</summary>
    public static Uri? BaseOf(JsonElement settings)
    {
        var given = settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty("baseUrl", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (string.IsNullOrEmpty(given)) return new(CloudUrl);
        return Uri.TryCreate(given, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url is { UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0, Host.Length: > 0 } ? url : null;
    }

    /// <summary>Whether something looks as tokens do. It goes into addresses, so nothing else is ever let in.</summary>
    public static bool IsToken(string token) => Token().IsMatch(token);

    /// <summary>The bot's id in a token; null when it is none.</summary>
    public static string? BotIdOf(string? token) => token is not null && IsToken(token) ? token[..token.IndexOf(':', StringComparison.Ordinal)] : null;

    public Uri Method(string name) => new($"{_base}/bot{_token}/{name}");

    /// <summary>Where a file is fetched that <c>getFile</c> named; null when that is no path below the server's own.</summary>
    public Uri? File(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var steps = path.Split('/');
        if (path.Length > 1_000 || steps.Any(s => s is "" or "." or ".." || s.Contains('\\', StringComparison.Ordinal))) return null;
        return new($"{_base}/file/bot{_token}/{string.Join('/', steps.Select(Uri.EscapeDataString))}");
    }

    /// <summary>A text that came from outside, without the token: servers and proxies like to repeat the address they were asked for.</summary>
    public string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var clean = text.Replace(_token, Hidden, StringComparison.OrdinalIgnoreCase).Replace(Uri.EscapeDataString(_token), Hidden, StringComparison.OrdinalIgnoreCase);
        var secret = _token[(_token.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return secret.Length < 8 ? clean : clean.Replace(secret, Hidden, StringComparison.OrdinalIgnoreCase);
    }

    public override string ToString() => $"bot {BotId} at {Server}";

    [GeneratedRegex(@"\A[0-9]{1,20}:[A-Za-z0-9_-]{1,128}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Token();
}
