using System.Globalization;
using System.Net;
using System.Text.Json;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.OAuth;

/// <summary>What a token server gave.</summary>
internal sealed record OAuthAnswer(string AccessToken, TimeSpan Lifetime, string? RefreshToken);

/// <summary>One request to a token server (RFC 6749 section 5), within bounds.</summary>
internal sealed class OAuthRequest(HttpClient http, OAuthClient client, TimeProvider time)
{
    private const int MaxAnswer = 64 * 1024;

    /// <summary>Where the server does not say.</summary>
    private static readonly TimeSpan UsualLifetime = TimeSpan.FromHours(1);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public async Task<OAuthAnswer> SendAsync(string? refreshToken, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, client.TokenUrl) { Content = new FormUrlEncodedContent(Form(refreshToken)) };
            request.Headers.Accept.ParseAdd("application/json");
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            var body = await BodyAsync(response, both.Token);
            return Read(response, body, refreshToken);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OAuthException(OAuthFailure.Temporary, "The token server did not answer in time.", cause: e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new OAuthException(OAuthFailure.Temporary, "The token server cannot be reached.", cause: e);
        }
    }

    private Dictionary<string, string> Form(string? refreshToken)
    {
        Dictionary<string, string> form = new(StringComparer.Ordinal) { ["client_id"] = client.ClientId };
        if (client.Grant is OAuthGrant.RefreshToken)
        {
            form["grant_type"] = "refresh_token";
            form["refresh_token"] = refreshToken ?? throw new OAuthException(OAuthFailure.Grant, "There is no refresh token: sign in at the provider once, and enter the one it gives.");
        }
        else form["grant_type"] = "client_credentials";

        if (!string.IsNullOrEmpty(client.ClientSecret)) form["client_secret"] = client.ClientSecret;
        if (!string.IsNullOrWhiteSpace(client.Scopes)) form["scope"] = client.Scopes;
        return form;
    }

    private static async Task<byte[]> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var body = new byte[MaxAnswer];
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        return length < MaxAnswer ? body[..length] : throw NoTokenServer(response);
    }

    private OAuthAnswer Read(HttpResponseMessage response, byte[] body, string? refreshToken)
    {
        var status = (int)response.StatusCode;
        if (status is >= 500 or 408 or 429) throw new OAuthException(OAuthFailure.Temporary, $"The token server is not able at the moment (HTTP {status}).", Json(body)?.Error, RetryAfter(response));
        if (Json(body) is not { } json) throw NoTokenServer(response);
        if (json.Error is { } error) throw Fault(error, Redact(json.Description, refreshToken));
        if (!response.IsSuccessStatusCode || string.IsNullOrEmpty(json.AccessToken)) throw NoTokenServer(response);
        if (json.AccessToken.AsSpan().ContainsAnyExceptInRange(' ', '~')) throw NoTokenServer(response); // it would end a line of XOAUTH2
        return new(json.AccessToken, json.Lifetime ?? UsualLifetime, string.IsNullOrEmpty(json.RefreshToken) ? null : json.RefreshToken);
    }

    private static OAuthException Fault(string error, string? description)
    {
        var (failure, text) = error switch
        {
            "invalid_grant" or "interaction_required" or "consent_required" or "login_required" => (OAuthFailure.Grant, "The permission has ended: sign in at the provider again, and enter the new refresh token"),
            "invalid_client" or "unauthorized_client" => (OAuthFailure.Client, "The token server does not take the client: check its id and its secret, which may have expired"),
            "temporarily_unavailable" or "server_error" or "slow_down" => (OAuthFailure.Temporary, "The token server is not able at the moment"),
            _ => (OAuthFailure.Request, "The token server does not take the request: check the scopes, the grant and the address"),
        };
        var said = description is null ? "" : " " + ServerText.Shown(description.Split('\n', '\r')[0]);
        return new(failure, $"{text} ({ServerText.Shown(error)}{said}).", error);
    }

    /// <summary>Servers quote what they were sent.</summary>
    private string? Redact(string? text, string? refreshToken)
    {
        foreach (var secret in (string?[])[client.ClientSecret, refreshToken])
            if (!string.IsNullOrEmpty(secret)) text = text?.Replace(secret, "…", StringComparison.Ordinal);
        return text;
    }

    private static OAuthException NoTokenServer(HttpResponseMessage response) => response.StatusCode is HttpStatusCode.Unauthorized
        ? new(OAuthFailure.Client, "The token server does not take the client: check its id and its secret (HTTP 401).")
        : new(OAuthFailure.Protocol, $"What answers at the address of the token server is none (HTTP {(int)response.StatusCode}): check the address.");

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => null,
    };

    /// <summary>Null = it is no JSON object.</summary>
    private static TokenJson? Json(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return root.ValueKind is not JsonValueKind.Object
                ? null
                : new(Text(root, "access_token"), Text(root, "refresh_token"), Text(root, "error"), Text(root, "error_description"), Lifetime(root));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    /// <summary>Some servers write the number as a string.</summary>
    private static TimeSpan? Lifetime(JsonElement root)
    {
        if (!root.TryGetProperty("expires_in", out var value)) return null;
        var text = value.ValueKind is JsonValueKind.String ? value.GetString() : value.GetRawText();
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 315_360_000 ? TimeSpan.FromSeconds(seconds) : null;
    }

    private sealed record TokenJson(string? AccessToken, string? RefreshToken, string? Error, string? Description, TimeSpan? Lifetime);
}
