using System.Net;
using System.Net.Http.Headers;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Webhook;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.A2a.Protocol;

/// <summary>One agent's card: kept as long as it says (between one minute and one hour), then asked for by its ETag; an old one is not used when there is no new one.</summary>
internal sealed class CardSource(OutgoingHttp http, Uri url, string? token, TimeProvider time)
{
    private const int MostBytes = 512 * 1024;
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private volatile Kept? _kept;

    /// <summary>The card; fetched when there is none, or it is too old. Throws <see cref="A2aException"/>, or what a connection throws.</summary>
    public async ValueTask<AgentCard> GetAsync(CancellationToken cancellationToken)
    {
        var kept = _kept;
        if (kept is not null && kept.Until > time.GetUtcNow()) return kept.Card;
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        A2aCalls.AddHeaders(request.Headers, token, "application/json");
        if (kept?.Tag is { } tag) request.Headers.IfNoneMatch.Add(tag);
        using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotModified && kept is not null) return Keep(kept.Card, response).Card;
        if (response.StatusCode != HttpStatusCode.OK) throw await RefusedAsync(response, cancellationToken).ConfigureAwait(false);
        var json = A2aJson.Parse(await A2aJson.ReadAsync(response, MostBytes, cancellationToken).ConfigureAwait(false), "The agent's card");
        return Keep(AgentCard.Read(json, url, token is not null), response).Card;
    }

    /// <summary>It did not hold what it said: the next request fetches it again.</summary>
    public void Forget() => _kept = null;

    private Kept Keep(AgentCard card, HttpResponseMessage response)
    {
        var age = response.Headers.CacheControl switch
        {
            { NoStore: true } or { NoCache: true } => Shortest,
            { MaxAge: { } most } => most,
            _ => Usual,
        };
        return _kept = new(card, time.GetUtcNow() + (age < Shortest ? Shortest : age > Longest ? Longest : age), response.Headers.ETag);
    }

    private async ValueTask<A2aException> RefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var failure = (await WebhookFailures.OfStatusAsync(response, time.GetUtcNow(), cancellationToken).ConfigureAwait(false)).Failure!;
        return new(AgentOutcome.Failed(failure.Kind, failure.Cause, $"The agent's card could not be had from {url}: {failure.Detail}", failure.RetryAfter, neverSent: true));
    }

    private sealed record Kept(AgentCard Card, DateTimeOffset Until, EntityTagHeaderValue? Tag);
}
