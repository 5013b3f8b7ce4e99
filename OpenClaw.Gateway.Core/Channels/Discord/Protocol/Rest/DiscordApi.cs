using System.Net.Http.Headers;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

/// <summary>
/// Discord's REST API, version 10, for one bot. Keeps its rate limits by waiting; a pause that is longer than a call may wait, and everything that Discord
/// refuses, is a <see cref="DiscordException"/>. Every connection passes the guard, as the address is a tenant's setting.
/// </summary>
internal sealed partial class DiscordApi(OutgoingHttp http, Uri baseUrl, string token, RateLimits limits, TimeProvider time)
{
    /// <summary>How long a call waits for its turn before it says when it will be.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private const int MostTries = 4;
    private const int MostOfABody = 8 * 1_024 * 1_024;
    private static readonly TimeSpan PlainTimeout = TimeSpan.FromSeconds(20);

    /// <summary>What its rate limits know.</summary>
    public RateLimits Limits => limits;

    /// <summary>Makes a call; its answer, or nothing where there is none.</summary>
    /// <param name="request">The call.</param>
    /// <param name="doing">What it does, for people: <c>sending a message</c>.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <param name="patience">How long it waits for its turn; null = <see cref="Patience"/>.</param>
    public async ValueTask<JsonElement> SendAsync(DiscordRequest request, string doing, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        for (var attempt = 1; ; attempt++)
        {
            var bucket = await limits.EnterAsync(request, patience ?? Patience, cancellationToken).ConfigureAwait(false);
            TimeSpan? pause;
            try
            {
                using var response = await AskAsync(request, doing, cancellationToken).ConfigureAwait(false);
                var ok = response.IsSuccessStatusCode;
                var body = await BodyAsync(response, ok, doing, cancellationToken).ConfigureAwait(false);
                pause = limits.Learn(request, bucket, response, body);
                if (ok) return Lenient.Parse(body);
                if (pause is null) throw DiscordErrors.Of((int)response.StatusCode, body, doing);
            }
            finally
            {
                bucket.Turn.Release();
            }

            if (attempt == MostTries || pause > (patience ?? Patience))
                throw new DiscordException(FailureKind.RateLimited, $"Discord asks for a pause before {doing}.") { Status = 429, RetryAfter = pause, NeverSent = true };
        }
    }

    private async ValueTask<HttpResponseMessage> AskAsync(DiscordRequest request, string doing, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, new Uri(baseUrl, request.Path));
        message.Headers.TryAddWithoutValidation("User-Agent", ClientName.UserAgent);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (!request.IsAnonymous) message.Headers.TryAddWithoutValidation("Authorization", "Bot " + token);
        using var limit = request.Files.Count == 0 ? new CancellationTokenSource(PlainTimeout, time) : new();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            message.Content = await request.ContentAsync(either.Token).ConfigureAwait(false);
            return await http.SendAsync(message, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DiscordException(FailureKind.Timeout, $"Discord gave no answer in time to {doing}.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Broken(e, doing);
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> BodyAsync(HttpResponseMessage response, bool ok, string doing, CancellationToken cancellationToken)
    {
        if (response.StatusCode == System.Net.HttpStatusCode.NoContent) return default;
        using var limit = new CancellationTokenSource(PlainTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            if (!ok) return await BodyStart.ReadAsync(stream, either.Token).ConfigureAwait(false);
            using var body = new MemoryStream();
            var buffer = new byte[8 * 1_024];
            while (await stream.ReadAsync(buffer, either.Token).ConfigureAwait(false) is var read and > 0)
            {
                if (body.Length + read > MostOfABody) throw new DiscordException(FailureKind.Permanent, $"Discord's answer to {doing} is too large.") { Status = (int)response.StatusCode };
                body.Write(buffer, 0, read);
            }

            return body.GetBuffer().AsMemory(0, (int)body.Length);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DiscordException(FailureKind.Timeout, $"Discord's answer to {doing} did not come to an end.") { Status = (int)response.StatusCode };
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Broken(e, doing);
        }
    }

    private static DiscordException Broken(Exception e, string doing)
    {
        if (DestinationForbiddenException.In(e) is { } forbidden)
        {
            return new(FailureKind.Forbidden, forbidden.Message)
            {
                NeverSent = true, Fix = $"Use Discord's public address, or ask the owner of the installation to allow this one ({DestinationForbiddenException.Key}).",
            };
        }

        var error = (e as HttpRequestException)?.HttpRequestError ?? (e as HttpIOException)?.HttpRequestError;
        return new(FailureKind.Transient, $"The connection to Discord broke at {doing}: {e.Message}")
        {
            NeverSent = error is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError,
        };
    }
}
